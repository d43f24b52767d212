"""Branches of an extract: a tree, so a row may lean on a later row of the same file."""

from django.db import connection

from customers.services.extract.merging import insert, update
from customers.services.statements import execute
from staff.services import place_branches


def mark_circles(staged):
    """Mark the staged rows whose parents would lead back to themselves: they are taken without a parent."""
    execute("ALTER TABLE stage_branches ADD COLUMN circular boolean NOT NULL DEFAULT false")
    if "parent_code" not in staged.present:
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT b.code, p.code FROM staff_branch b LEFT JOIN staff_branch p ON p.id = b.parent_id")
        above = dict(cursor.fetchall())
        cursor.execute("SELECT branch_code, parent_code FROM stage_branches ORDER BY line DESC")
        above |= dict(cursor.fetchall())
    circular = [code for code in above if _leads_back(code, above)]
    execute("UPDATE stage_branches SET circular = true WHERE branch_code = ANY(%s)", [circular])


def _leads_back(code, above):
    seen, parent = set(), above.get(code)
    while parent is not None and parent not in seen:
        if parent == code:
            return True
        seen.add(parent)
        parent = above.get(parent)
    return False


def take(staged, target, *, journal=None):
    """Write the branches of a judged file, hang each below its parent, and write the paths of the tree."""
    update(staged, target, journal=journal, also_before=["parent_id"])
    insert(staged, target, journal=journal)
    if "parent_code" in staged.present:
        execute(
            "UPDATE staff_branch AS branch SET parent_id = (SELECT id FROM staff_branch WHERE code = ready.parent)"
            " FROM ready_branches ready WHERE branch.code = ready.branch_code AND ready.reason IS NULL"
            " AND (ready.target_id IS NULL OR ready.differs)"
        )
    place_branches()
