"""Two files of one customer made into one (客户合并), and taken apart again.

Everything that points to the file that goes is pointed to the one that stays, whatever room it belongs to; rows that
cannot (the other file has one already, or they are worked out anew) go with their file. What went is kept as the
database writes it down, so that undo puts every row back with its keys. A model whose rows always go with their file
says so: ``goes_with_its_file = True``.
"""

import json
from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, models, transaction
from django.db.models import ProtectedError, RestrictedError
from django.db.models.deletion import Collector
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers.choices import ConsentPurpose
from customers.models import (
    BalanceMonth,
    ContactPreference,
    Customer,
    CustomField,
    CustomValue,
    FactSource,
    Merge,
    Organisation,
    Person,
    Standing,
    ValueRecord,
)
from customers.rules import merging
from customers.services.balances import refresh_balances
from customers.services.consent import latest_of, settle_consents
from customers.services.contact import window_words
from customers.services.custom_fields import values_of
from customers.services.customer import PERSONAL_FIELDS, tier_again
from customers.services.names import rebuild_name_keys
from customers.services.statements import execute
from staff.choices import Role
from staff.models import User
from staff.services import record

# Columns of the customer that are chosen side by side; number, kind, branch and manager stay those of the kept file.
OWN_FIELDS = ("name", "id_type", "opened_on", "known_since", "ease_of_contact", "influence", "source")
DETAILS = {"person": Person, "organisation": Organisation, "contact_preference": ContactPreference}
PERSONAL = {
    "id_no": gettext_lazy("Document number"),
    "mobile": gettext_lazy("Phone"),
    "email": gettext_lazy("E-mail"),
    "address": gettext_lazy("Address"),
}
LABELS = {"windows": gettext_lazy("At what times")}
# What was said by the customer in either file holds in the merged one.
CAREFUL = ("do_not_call", "do_not_message", "do_not_visit", "do_not_contact", "plain_envelope")
# What the latest consents say; the consents of both files come along and are counted anew.
SETTLED = ("given", "withdrawn")
# Rows of the same month are added up: key columns, sums.
ADDED = {
    BalanceMonth: (("month",), ("assets", "loans")),
    ValueRecord: (
        ("period", "product_id"),
        ("interest_income", "fee_income", "interest_cost", "operating_cost", "turnover"),
    ),
}
SUMMED = ("open_followups", "contacts", "service_minutes", "service_cost")
# These move on with every save and are not put back.
MOVING_ON = {"version", "updated_at"}


@dataclass(frozen=True)
class Merged:
    """What a merge or its undo did, and the jobs that look at the tiers again."""

    merge: Merge
    moved: int = 0
    jobs: list = field(default_factory=list)


@dataclass(frozen=True)
class Choice:
    """A fact of both files: what the kept and the other file say, and whether somebody has to choose."""

    name: str
    label: str
    kept: object
    other: object
    differs: bool
    personal: bool = False


def choices_of(survivor, loser):
    """Every fact that at least one of the two files has, as a list of Choice; facts that differ come first."""
    found = []
    for holder in ("", *_details(survivor)):
        kept, other = (getattr(customer, holder, None) if holder else customer for customer in (survivor, loser))
        model = DETAILS[holder] if holder else Customer
        for one in _fields(model):
            values = [getattr(row, one.name, None) if row else None for row in (kept, other)]
            if all(merging.is_empty(value) or value is False for value in values):
                continue
            shown = [_shown(row, one) if row else "" for row in (kept, other)]
            label = LABELS.get(one.name, one.verbose_name)
            found.append(Choice(one.name, label, *shown, merging.differs(*values)))
    for name in PERSONAL_FIELDS:
        values = [getattr(customer, f"{name}_index") for customer in (survivor, loser)]
        if any(values):
            label = PERSONAL[name]
            shown = [getattr(customer, f"masked_{name}") for customer in (survivor, loser)]
            found.append(Choice(name, label, *shown, merging.differs(*values), personal=True))
    found += _answers(survivor, loser) + _consents(survivor, loser)
    return sorted(found, key=lambda choice: not choice.differs)


def _answers(survivor, loser):
    """What both files answer to the questions of the bank's own, those no longer in use among them."""
    fields = list(CustomField.objects.filter(values__customer__in=[survivor.pk, loser.pk]).distinct())
    said = values_of([survivor.pk, loser.pk], fields)
    found = []
    for one in fields:
        values = [said[customer.pk].get(one.code) for customer in (survivor, loser)]
        found.append(Choice(one.fact, one.label, *map(_answer, values), merging.differs(*values)))
    return found


def _answer(value):
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return "" if value is None else str(value)


def _consents(survivor, loser):
    """What was last said in both files of each purpose. Nobody chooses: the customer's latest word counts."""
    latest = [latest_of(customer) for customer in (survivor, loser)]
    return [
        Choice(
            f"consent_{purpose}",
            _("Consent: %(purpose)s") % {"purpose": purpose.label},
            *(_consent(said.get(purpose), [other.get(purpose) for other in latest]) for said in latest),
            differs=False,
        )
        for purpose in ConsentPurpose
        if any(purpose in said for said in latest)
    ]


def _consent(said, both):
    if said is None:
        return ""
    words = f"{_('given') if said.given else _('withdrawn')} {said.on.isoformat()}"
    newest = max((one for one in both if one is not None), key=lambda one: (one.on, one.pk))
    contested = all(both) and both[0].given != both[1].given
    return _("%(words)s, which counts") % {"words": words} if contested and said == newest else words


def _details(customer):
    return ("person" if customer.is_individual else "organisation", "contact_preference")


def _fields(model):
    if model is Customer:
        return [Customer._meta.get_field(name) for name in OWN_FIELDS]
    named = [one for one in model._meta.concrete_fields if one.editable and not one.primary_key]
    return [one for one in named if one.name not in {*CAREFUL, *SETTLED}]


def _shown(row, one):
    value = getattr(row, one.name)
    if one.name == "windows":
        return _(", ").join(map(window_words, row.times))
    if one.choices:
        return getattr(row, f"get_{one.name}_display")()
    labels = dict(getattr(getattr(one, "base_field", None), "flatchoices", ()))
    if isinstance(value, list):
        return _(", ").join(str(labels.get(part, part)) for part in value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return "" if value is None else value


def heads_at_work():
    """Every head who works here, with the branch: read once where many pairs are shown."""
    heads = User.objects.working().filter(role=Role.HEAD, branch__isnull=False)
    return list(heads.select_related("branch").order_by("staff_no"))


def whom_to_ask(first, second, heads):
    """Of these heads those who stand above both customers, the nearest first: they may merge across branches."""
    paths = [customer.branch.path for customer in (first, second)]
    above = [head for head in heads if all(path.startswith(head.branch.path) for path in paths)]
    return sorted(above, key=lambda head: -len(head.branch.path))


def refuse_merge(survivor, loser, by):
    """Raise ValidationError unless `by` may make one file of these two."""
    if survivor.pk == loser.pk:
        raise ValidationError(_("These are one file already."))
    if survivor.kind != loser.kind:
        raise ValidationError(_("An individual and an organisation cannot be one customer."))
    seen = Customer.objects.visible_to(by).filter(pk__in=[survivor.pk, loser.pk]).count()
    if seen < 2 or (survivor.branch_id != loser.branch_id and by.role != Role.HEAD):
        heads = _(", ").join(
            f"{head.name} ({head.branch})" for head in whom_to_ask(survivor, loser, heads_at_work())[:2]
        )
        raise ValidationError(
            _("These customers belong to two managers or branches: ask %(heads)s.")
            % {"heads": heads or _("head office")}
        )


@transaction.atomic
def merge_customers(*, survivor, loser, take, by, on, now):
    """Make one file of two: `survivor` stays, with its number, manager and branch; `loser` goes. Returns Merged.

    `take` names the facts that are taken from the loser although the survivor has others (`choices_of`); facts that
    only the loser has come along unasked. Whoever is on the restricted list stays on it; who must not be contacted must
    not be; of each purpose the latest consent of either file counts. Balances and earnings of the same month are added
    up. Raises ValidationError (`refuse_merge`), also when one of the two is gone already: twice merges once.
    """
    both = Customer.objects.select_for_update(of=("self",)).filter(pk__in=[survivor.pk, loser.pk]).order_by("pk")
    locked = {row.pk: row for row in both}
    if survivor.pk not in locked or loser.pk not in locked:
        raise ValidationError(_("One of the two is gone: somebody has merged them already."))
    kept, gone = locked[survivor.pk], locked[loser.pk]
    refuse_merge(kept, gone, by)
    work = _Work(kept, gone)
    taken = work.take_facts(set(take))
    work.take_sources(taken)
    work.add_months()
    work.take_standing()
    work.point_elsewhere()
    if preference := ContactPreference.objects.filter(customer=kept).first():
        settle_consents(preference=preference)
    work.let_go()
    if "name" in taken:
        rebuild_name_keys(kept)
    refresh_balances(on=on, customers=[kept.pk])
    work.note_after()
    merge = Merge.objects.create(
        survivor=kept,
        survivor_no=kept.customer_no,
        loser_no=gone.customer_no,
        loser_public_id=gone.public_id,
        loser_name=gone.name,
        loser_branch_id=gone.branch_id,
        snapshot=work.snapshot(),
        by=by,
        on=on,
    )
    moved = sum(len(keys) for keys in work.moved.values())
    record(actor=by, verb="customer.merged", subject=kept, number=gone.customer_no, fields=sorted(taken), rows=moved)
    return Merged(merge, moved, [tier_again(kept, by=by, now=now)])


@transaction.atomic
def undo_merge(*, merge, by, on, now):
    """Take a merge apart: the file that went comes back with all its rows, keys and addresses; what was pointed to the
    survivor points back. Facts of the survivor that were changed since stay as they are now, and so does what was
    added since. Returns Merged. Raises ValidationError when it was undone already, when the survivor has itself been
    merged since, or when something stands in the way.
    """
    locked = Merge.objects.select_for_update(of=("self",)).select_related("survivor", "loser_branch").get(pk=merge.pk)
    if locked.undone_on is not None:
        raise ValidationError(_("This merge was undone already."))
    if locked.survivor_no != locked.survivor.customer_no:
        raise ValidationError(_("The kept file has itself been merged since: undo that merge first."))
    kept = Customer.objects.select_for_update(of=("self",)).get(pk=locked.survivor_id)
    if not Customer.objects.visible_to(by).filter(pk=kept.pk).exists() or (
        locked.loser_branch_id != kept.branch_id
        and not (by.role == Role.HEAD and locked.loser_branch.path.startswith(by.branch.path))
    ):
        raise ValidationError(_("Only who may see both customers can take them apart."))
    try:
        with transaction.atomic():
            moved = _put_back(locked.snapshot, kept)
            # Deferred checks must speak here, where there is still a sentence for them.
            execute("SET CONSTRAINTS ALL IMMEDIATE")
            execute("SET CONSTRAINTS ALL DEFERRED")
    except IntegrityError:
        raise ValidationError(
            _("Something added since stands in the way, so nothing was changed. Compare the two files by hand.")
        ) from None
    Customer.objects.filter(pk=kept.pk).update(version=models.F("version") + 1)
    kept.refresh_from_db()
    rebuild_name_keys(kept)
    refresh_balances(on=on, customers=[kept.pk, Customer.objects.get(customer_no=locked.loser_no).pk])
    locked.undone_by, locked.undone_on = by, on
    locked.save(update_fields=["undone_by", "undone_on"])
    back = Customer.objects.get(customer_no=locked.loser_no)
    record(actor=by, verb="customer.merge_undone", subject=kept, number=back.customer_no, rows=moved)
    return Merged(locked, moved, [tier_again(customer, by=by, now=now) for customer in (kept, back)])


class _Work:
    """A merge under way: what was moved, changed and let go, as undo needs it."""

    def __init__(self, kept, gone):
        self.kept, self.gone = kept, gone
        self.moved, self.rows, self.cleared = {}, defaultdict(list), {}
        self.changed = []

    def take_facts(self, take):
        """Write the facts that are taken; returns their names."""
        taken = {one.name for one in self._take_own(take)} | self._take_personal(take)
        for holder in _details(self.kept):
            taken |= self._take_details(DETAILS[holder], take)
        return taken | self._take_answers(take)

    def _take_answers(self, take):
        """Answers that only the other file has move with its rows; a chosen one is written over the kept one's."""
        kept = {row.field_id: row for row in CustomValue.objects.filter(customer=self.kept)}
        taken = set()
        for row in CustomValue.objects.filter(customer=self.gone).select_related("field"):
            own = kept.get(row.field_id)
            if own is not None:
                there, here = ((one.text, one.number, one.day) for one in (own, row))
                if there == here or row.field.fact not in take:
                    continue
                self.note(CustomValue, own.pk)
                own.text, own.number, own.day = here
                own.save(update_fields=["text", "number", "day"])
            taken.add(row.field.fact)
        return taken

    def _take_own(self, take):
        self.note(Customer, self.kept.pk)
        fields = _wanted(self.kept, self.gone, _fields(Customer), take)
        for one in fields:
            setattr(self.kept, one.name, getattr(self.gone, one.name))
        if self.gone.restricted and not self.kept.restricted:
            self.kept.restricted, self.kept.restricted_reason = True, self.gone.restricted_reason
        return fields

    def _take_personal(self, take):
        names = set()
        for name in PERSONAL_FIELDS:
            kept, other = (getattr(customer, f"{name}_index") for customer in (self.kept, self.gone))
            if merging.taken_unasked(kept, other) or (name in take and merging.differs(kept, other)):
                # Sealed texts are bound to the number of their customer: read, and sealed anew.
                setattr(self.kept, name, getattr(self.gone, name))
                names.add(name)
        if "id_no" in names:
            self.kept.id_type = self.gone.id_type
        if "mobile" in names:
            self.kept.mobile_tail = self.gone.mobile_tail
        self.kept.version += 1
        self.kept.save()
        return names

    def _take_details(self, model, take):
        other = model.objects.filter(customer=self.gone).first()
        if other is None:
            return set()
        row = model.objects.filter(customer=self.kept).first()
        if row is None:
            row = model.objects.create(customer=self.kept)
            self.changed.append({"model": model._meta.label_lower, "pk": row.pk, "before": None})
        else:
            self.note(model, row.pk)
        fields = _wanted(row, other, _fields(model), take)
        for one in fields:
            setattr(row, one.attname, getattr(other, one.attname))
        for name in CAREFUL:
            if getattr(other, name, False):
                setattr(row, name, True)
        if getattr(row, "do_not_call", False) and row.channel == "phone":
            row.channel = ""
        row.save()
        for one in model._meta.local_many_to_many:
            self._point(one.remote_field.through._meta.get_field(one.m2m_field_name()))
        return {one.name for one in fields}

    def take_sources(self, taken):
        """Facts that were taken bring along who said them; the others keep theirs."""
        own = FactSource.objects.filter(customer=self.kept, field__in=taken)
        self._keep(FactSource, list(own.values_list("pk", flat=True)))
        own.delete()
        brought = FactSource.objects.filter(customer=self.gone, field__in=taken)
        keys = list(brought.values_list("pk", flat=True))
        brought.update(customer=self.kept)
        self.moved[f"{FactSource._meta.label_lower}.customer"] = keys

    def add_months(self):
        """Balances and earnings that both files have for a month are added up in the kept one."""
        for model, (keys, sums) in ADDED.items():
            table = model._meta.db_table
            same = " AND ".join(f"kept.{key} IS NOT DISTINCT FROM other.{key}" for key in keys)
            pair = "kept.customer_id = %s AND other.customer_id = %s AND " + same
            ids = [self.kept.pk, self.gone.pk]
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT kept.id FROM {table} kept, {table} other WHERE {pair}", ids)  # noqa: S608
                for (key,) in cursor.fetchall():
                    self.note(model, key)
            sets = [f"{name} = kept.{name} + other.{name}" for name in sums]
            if model is BalanceMonth:
                day = "greatest(kept.counted_to, other.counted_to)"
                days = " + ".join(
                    f"{row}.yuan_days + {row}.assets * ({day} - {row}.counted_to)" for row in ("kept", "other")
                )
                sets += [f"yuan_days = {days}", f"counted_to = {day}"]
            execute(f"UPDATE {table} AS kept SET {', '.join(sets)} FROM {table} other WHERE {pair}", ids)  # noqa: S608

    def take_standing(self):
        """What was counted of both is the kept one's, until the night counts anew."""
        kept, other = (Standing.objects.filter(customer=one).first() for one in (self.kept, self.gone))
        if kept is None or other is None:
            return
        self.note(Standing, kept.pk)
        for name in SUMMED:
            setattr(kept, name, getattr(kept, name) + getattr(other, name))
        contacts = [day for day in (kept.last_contact, other.last_contact) if day]
        kept.last_contact = max(contacts, default=None)
        kept.operating_rung = max(kept.operating_rung, other.operating_rung)
        kept.save(update_fields=[*SUMMED, "last_contact", "operating_rung"])

    def point_elsewhere(self):
        """Point to the kept file whatever points to the other one, in every room; what cannot goes with it."""
        for column in _columns():
            self._point(column)

    def _point(self, column):
        model = column.model
        label = f"{model._meta.label_lower}.{column.name}"
        if label in self.moved:
            return
        # The keys of details are those of their customers, so that rows beside the details move in the same way.
        rows = model._base_manager.filter(**{column.attname: self.gone.pk})
        keys = list(rows.values_list("pk", flat=True))
        if column.primary_key:
            self.moved[label] = [self.kept.pk] if keys and _update(rows, column, self.kept.pk) else []
        elif not keys or _update(rows, column, self.kept.pk):
            self.moved[label] = keys
        else:
            one_by_one = (key for key in keys if _update(model._base_manager.filter(pk=key), column, self.kept.pk))
            self.moved[label] = list(one_by_one)

    def let_go(self):
        """Delete the other file with what is left of it, after writing every row down."""
        collector = Collector(using=connection.alias)
        try:
            collector.collect([self.gone])
        except (ProtectedError, RestrictedError):
            raise ValidationError(_("Something of the other file cannot be moved; nothing was changed.")) from None
        for model, instances in collector.data.items():
            self._keep(model, [instance.pk for instance in instances])
        for rows in collector.fast_deletes:
            self._keep(rows.model, list(rows.values_list("pk", flat=True)))
        for (column, _value), groups in collector.field_updates.items():
            for group in groups:
                for row in group if isinstance(group, models.QuerySet) else [group]:
                    label = f"{column.model._meta.label_lower}.{column.name}"
                    self.cleared.setdefault(label, {})[str(row.pk)] = getattr(row, column.attname)
        collector.delete()

    def _keep(self, model, keys):
        if keys:
            self.rows[model._meta.label_lower] += _written(model, keys)

    def note(self, model, key):
        """Remember a row of the kept file as it was before."""
        self.changed.append({"model": model._meta.label_lower, "pk": key, "before": _written(model, [key])[0]})

    def note_after(self):
        """Remember how those rows are now: what differs at the undo was changed by somebody since."""
        for change in self.changed:
            change["after"] = _written(apps.get_model(change["model"]), [change["pk"]])[0]

    def snapshot(self):
        """What undo needs, as JSON."""
        moved = {label: keys for label, keys in self.moved.items() if keys}
        return {"rows": self.rows, "moved": moved, "changed": self.changed, "cleared": self.cleared}


def _wanted(kept, other, fields, take):
    found = []
    for one in fields:
        values = getattr(kept, one.name), getattr(other, one.name)
        if merging.taken_unasked(*values) or (one.name in take and merging.differs(*values)):
            found.append(one)
    return found


def _columns():
    """Every column of every room that points to a customer, but those whose rows go with their file."""
    for relation in Customer._meta.get_fields(include_hidden=True):
        if not relation.auto_created or relation.concrete or not (relation.one_to_many or relation.one_to_one):
            continue
        model = relation.related_model
        if not model._meta.managed or getattr(model, "goes_with_its_file", False):
            continue
        yield relation.field


def _update(rows, column, key):
    """Point rows to the customer of this key; False, and nothing done, when a rule of the table forbids it."""
    try:
        with transaction.atomic():
            rows.update(**{column.attname: key})
    except IntegrityError:
        return False
    return True


def _written(model, keys):
    """Rows as the database itself writes them down, one JSON text each: nothing is lost on the way."""
    table, key = model._meta.db_table, connection.ops.quote_name(model._meta.pk.column)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT to_jsonb(kept)::text FROM {table} kept WHERE {key} = ANY(%s) ORDER BY {key}",  # noqa: S608
            [list(keys)],
        )
        return [text for (text,) in cursor.fetchall()]


def _put_back(snapshot, kept):
    """The rows of a snapshot, back where they were; returns how many point back."""
    rows = dict(snapshot["rows"])
    for text in rows.pop("customers.customer"):
        _insert(Customer, text)
        gone = json.loads(text)["id"]
    moved = _point_back(snapshot, kept.pk, gone)
    for label, texts in rows.items():
        for text in texts:
            _insert(apps.get_model(label), text)
    # Some of the rows that came back had been pointed elsewhere by one of two columns before they went.
    _point_back(snapshot, kept.pk, gone)
    for label, values in snapshot["cleared"].items():
        model, column = _column(label)
        for key, value in values.items():
            empty = {"pk": key, f"{column.name}__isnull": True}
            model._base_manager.filter(**empty).update(**{column.attname: value})
    for change in snapshot["changed"]:
        _restore(apps.get_model(change["model"]), change)
    return moved


def _point_back(snapshot, kept, gone):
    moved = 0
    for label, keys in snapshot["moved"].items():
        model, column = _column(label)
        rows = model._base_manager.filter(**{"pk__in": keys, column.attname: kept})
        moved += rows.update(**{column.attname: gone})
    return moved


def _column(label):
    app, model, name = label.split(".")
    found = apps.get_model(app, model)
    return found, found._meta.get_field(name)


def _insert(model, text):
    known = {column.column for column in model._meta.concrete_fields}
    names = [connection.ops.quote_name(name) for name in json.loads(text) if name in known]
    columns = ", ".join(names)
    execute(
        f"INSERT INTO {model._meta.db_table} ({columns})"  # noqa: S608
        f" SELECT {columns} FROM jsonb_populate_record(NULL::{model._meta.db_table}, %s::jsonb)",
        [text],
    )


def _restore(model, change):
    """Columns that are still as the merge left them get their old values back."""
    current = _written(model, [change["pk"]])
    if not current:
        return
    if change["before"] is None:
        model._base_manager.filter(pk=change["pk"]).delete()
        return
    now, before, after = (json.loads(text, parse_float=str) for text in (current[0], change["before"], change["after"]))
    same = [name for name in before if name in now and name not in MOVING_ON and now[name] == after.get(name)]
    names = [name for name in same if now[name] != before[name]]
    if names:
        columns = ", ".join(connection.ops.quote_name(name) for name in names)
        key = connection.ops.quote_name(model._meta.pk.column)
        execute(
            f"UPDATE {model._meta.db_table} SET ({columns}) = (SELECT {columns}"  # noqa: S608
            f" FROM jsonb_populate_record(NULL::{model._meta.db_table}, %s::jsonb)) WHERE {key} = %s",
            [change["before"], change["pk"]],
        )


def where_it_went(public_id):
    """The customer into whom the customer of this old public id was merged, through merges of merges; or None."""
    merge = Merge.objects.in_force().filter(loser_public_id=public_id).select_related("survivor").first()
    return merge.survivor if merge else None
