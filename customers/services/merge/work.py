"""A merge under way: facts are taken, rows are pointed to the kept file, and what goes is written down."""

from collections import defaultdict

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, models, transaction
from django.db.models import ProtectedError, RestrictedError
from django.db.models.deletion import Collector
from django.utils.translation import gettext as _

from customers.models import (
    BalanceMonth,
    Customer,
    CustomValue,
    FactSource,
    Standing,
    ValueRecord,
)
from customers.rules import merging
from customers.services.customer import PERSONAL_FIELDS
from customers.services.merge.rows import written_down
from customers.services.merge.sides import CAREFUL, DETAILS, details_of, fields_of
from customers.services.statements import execute

# Rows of the same month are added up: key columns, sums.
ADDED = {
    BalanceMonth: (("month",), ("assets", "loans")),
    ValueRecord: (
        ("period", "product_id"),
        ("interest_income", "fee_income", "interest_cost", "operating_cost", "turnover"),
    ),
}
SUMMED = ("open_followups", "contacts", "service_minutes", "service_cost")


class Work:
    """A merge under way: what was moved, changed and let go, as undo needs it."""

    def __init__(self, kept, gone):
        self.kept, self.gone = kept, gone
        self.moved, self.rows, self.cleared = {}, defaultdict(list), {}
        self.changed = []

    def take_facts(self, take):
        """Write the facts that are taken; returns their names."""
        taken = {one.name for one in self._take_own(take)} | self._take_personal(take)
        for holder in details_of(self.kept):
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
        fields = _wanted(self.kept, self.gone, fields_of(Customer), take)
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
        fields = _wanted(row, other, fields_of(model), take)
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
            self.rows[model._meta.label_lower] += written_down(model, keys)

    def note(self, model, key):
        """Remember a row of the kept file as it was before."""
        self.changed.append({"model": model._meta.label_lower, "pk": key, "before": written_down(model, [key])[0]})

    def note_after(self):
        """Remember how those rows are now: what differs at the undo was changed by somebody since."""
        for change in self.changed:
            change["after"] = written_down(apps.get_model(change["model"]), [change["pk"]])[0]

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
