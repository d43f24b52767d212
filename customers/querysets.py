"""Customers and what they hold, as the branch speaks of them."""

from datetime import timedelta

from django.db import models
from django.db.models import Count, Exists, F, Min, OuterRef, Q, Sum
from django.db.models.functions import ExtractDay, ExtractMonth

from customers.choices import HoldingStatus
from customers.rules.birthdays import birthdays_kept
from customers.rules.pinyin import name_grams, plain_name
from staff.querysets import ScopedQuerySet

# From so many digits on a text may be a whole phone or id number: it must never stand in an address.
WHOLE_NUMBER_DIGITS = 7


def looks_like_whole_number(text):
    """Whether a search text may be a full phone or id number: seven digits or more and hardly a letter."""
    compact = "".join(letter for letter in text if not letter.isspace() and letter not in "-+()")
    digits = sum(letter.isdigit() for letter in compact)
    return digits >= WHOLE_NUMBER_DIGITS and len(compact) - digits <= 1 and compact[:1].isdigit()


class CustomerQuerySet(ScopedQuerySet):
    """Customers: scope first, then adjectives."""

    def with_row_facts(self):
        """Everything a list row shows, in the same query; of the personal values only the phone."""
        hidden = [f"{name}_{part}" for name in ("id_no", "email", "address") for part in ("sealed", "index")]
        rows = self.select_related("standing", "branch", "manager").defer(*hidden, "name_grams", "manager__password")
        # Every customer has a standing; said here, the join can follow the order of its index.
        return rows.filter(standing__isnull=False)

    def with_whole_file(self):
        """The customer with everything that stands one-to-one beside it, in the same query."""
        return self.select_related("standing", "branch", "manager", "person", "organisation", "contact_preference")

    def in_branch(self, branch):
        """Customers of `branch` and of every branch below it."""
        return self.filter(branch__path__startswith=branch.path)

    def maturing_between(self, first, last):
        """Customers with one open holding that ends from `first` to `last`, both included; None leaves a side open."""
        bounds = {"matures_on__gte": first, "matures_on__lte": last}
        return self.filter(self._open_holding(**{name: day for name, day in bounds.items() if day is not None}))

    def quiet(self, *, days, on):
        """Customers with whom nobody has spoken in the `days` days before the day `on`, or ever."""
        return self.filter(Q(standing__last_contact=None) | Q(standing__last_contact__lt=on - timedelta(days=days)))

    def birthday(self, *, within, on):
        """Individuals whose birthday, solar or lunar, is kept from the day `on` to `within` days later."""
        solar, lunar = birthdays_kept(on + timedelta(days=days) for days in range(min(within, 366) + 1))
        people = self.model.person.related.related_model.objects
        by_sun = people.annotate(month_day=ExtractMonth("birth_date") * 100 + ExtractDay("birth_date")).filter(
            month_day__in=sorted(solar)
        )
        by_moon = Q()
        for leap in (False, True):
            by_moon |= Q(lunar_leap=leap, lunar_birthday__in=sorted(day for day, in_leap in lunar if in_leap == leap))
        found = by_sun.values("customer_id").union(people.filter(by_moon).values("customer_id"))
        return self.filter(pk__in=found)

    def holding(self, category):
        """Customers with an open holding of the product category."""
        return self.filter(self._open_holding(product__category=category))

    def maturing(self, *, within, on):
        """Customers with an open holding that ends from the day `on` to `within` days later."""
        return self.filter(self._open_holding(matures_on__range=(on, on + timedelta(days=within))))

    def _open_holding(self, **conditions):
        holdings = self.model.holdings.rel.related_model.objects
        return Exists(holdings.filter(customer=OuterRef("pk"), status=HoldingStatus.OPEN, **conditions))

    def search(self, text, *, index=None):
        """Customers found by name (any part), pinyin or initials (from the start), customer number (from the start),
        last four digits of the phone, or a full id or phone number through `index(column, text)`.

        Nothing found for an empty text.
        """
        text = " ".join(text.replace("\x00", "").split())[:60]
        if not text:
            return self.none()
        own = self._own_columns(text, index)
        lowered = text.lower().replace(" ", "")
        if lowered.isascii() and lowered.isalpha():
            keys = self.model.name_keys.rel.related_model.objects
            # Two indexed halves; joined by OR the planner would read the whole bank.
            named = keys.filter(key__startswith=lowered).values("customer_id")
            return self.filter(pk__in=self.model.objects.filter(own).values("pk").union(named))
        return self.filter(own)

    @staticmethod
    def _own_columns(text, index):
        lowered = text.lower().replace(" ", "")
        found = Q(customer_no__startswith=text) | Q(customer_no__startswith=text.upper())
        plain = plain_name(text)
        if plain and not plain.isdigit():
            grams = [plain] if len(plain) == 1 else [gram for gram in name_grams(plain) if len(gram) == 2]
            found |= Q(name_grams__contains=grams)
        if lowered.isdigit() and len(lowered) == 4:
            found |= Q(mobile_tail=lowered)
        if index is not None and sum(letter.isdigit() for letter in lowered) >= WHOLE_NUMBER_DIGITS:
            found |= Q(mobile_index=index("mobile", text)) | Q(id_no_index=index("id_no", text))
        return found

    def capped_totals(self, most):
        """How many customers (counted to `most` + 1) and their assets in yuan, in one query: {"rows", "assets"}."""
        counted = self.order_by().annotate(held=F("standing__asset_total"))[: most + 1]
        return counted.aggregate(rows=Count("pk"), assets=Sum("held"))

    def by_assets(self):
        """The largest first; a stable order for lists without one of their own."""
        return self.order_by(F("standing__asset_total").desc(nulls_last=True), "pk")


class HoldingQuerySet(ScopedQuerySet):
    """What customers hold."""

    def open(self):
        """Not closed."""
        return self.filter(status=HoldingStatus.OPEN)

    def maturing(self, *, within, on):
        """Open ones that end from the day `on` to `within` days later."""
        return self.open().filter(matures_on__range=(on, on + timedelta(days=within)))


class NeedQuerySet(ScopedQuerySet):
    """Needs in four dimensions."""

    def open(self):
        """Neither met nor dropped."""
        return self.filter(status="open")

    def overdue(self, on):
        """Open ones whose day has passed before the day `on`."""
        return self.open().filter(wanted_by__lt=on)

    def unmet(self):
        """Those that no product of ours meets: what the product desk counts."""
        return self.filter(no_product=True).exclude(status="met")

    def of_customers(self, customers):
        """Needs of these customers (a queryset)."""
        return self.filter(customer__in=customers)


class OutsideHoldingQuerySet(ScopedQuerySet):
    """What customers hold at other banks."""

    def open(self):
        """Still there, as far as we know."""
        return self.filter(closed_on=None)

    def maturing(self, *, within, on):
        """Open ones that end from the day `on` to `within` days later."""
        return self.open().filter(matures_on__range=(on, on + timedelta(days=within)))


class ImportRunQuerySet(models.QuerySet):
    """Loads of extracts: for administrators and auditors."""

    def visible_to(self, user):
        """Administrators and auditors see every load; nobody else sees one."""
        if user is None or not getattr(user, "is_authenticated", False) or not user.is_active or user.left_on:
            return self.none()
        return self.all() if user.role in {"admin", "auditor"} else self.none()


class ImportIssueQuerySet(models.QuerySet):
    """What was refused or doubted in loads; reached through a load that the person may see."""

    def rejected(self):
        """Rows that were not taken, as they stand in their files."""
        return self.filter(level="rejected").order_by("file", "line", "pk")

    def doubts_by_value(self):
        """Warnings as dicts of file, column, value, reason, `number` of rows, `first` line; the most frequent first."""
        doubts = self.filter(level="warning").values("file", "column", "value", "reason")
        return doubts.annotate(number=Count("pk"), first=Min("line")).order_by("-number", "file", "column", "value")


class MappingQuerySet(models.QuerySet):
    """Ways to read foreign files: for administrators and auditors."""

    def visible_to(self, user):
        """Administrators and auditors see every mapping; nobody else sees one."""
        if user is None or not getattr(user, "is_authenticated", False) or not user.is_active or user.left_on:
            return self.none()
        return self.all() if user.role in {"admin", "auditor"} else self.none()

    def in_use(self):
        """Not retired."""
        return self.filter(retired=False)
