"""Customers and what they hold, as the branch speaks of them."""

from datetime import timedelta

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce, ExtractDay, ExtractMonth

from customers.choices import Channel, ConsentPurpose, ContactPurpose, CustomerState, HoldingStatus
from customers.rules import contact
from customers.rules.birthdays import birthdays_kept
from customers.rules.pinyin import name_grams, plain_name
from customers.rules.spelling import BEGINNINGS, spellings
from staff.querysets import ScopedQuerySet

# From so many digits on a text may be a whole phone or id number: it must never stand in an address.
WHOLE_NUMBER_DIGITS = 7
# Of so many customers with such a name the largest are met early, going from the largest down.
MANY = 8_000


def _typed(text):
    return " ".join(text.replace("\x00", "").split())[:60]


def looks_like_whole_number(text):
    """Whether a search text may be a full phone or id number: seven digits or more and hardly a letter."""
    compact = "".join(letter for letter in text if not letter.isspace() and letter not in "-+()")
    digits = sum(letter.isdigit() for letter in compact)
    return digits >= WHOLE_NUMBER_DIGITS and len(compact) - digits <= 1 and compact[:1].isdigit()


def _against_way(way, purpose, valid):
    """What in a contact preference forbids a way for a purpose; an empty condition: nothing can."""
    against = Q()
    if purpose != ContactPurpose.SERVICE or way != contact.LAST_WAY:
        against |= Q(valid, do_not_contact=True)
    for name, channels in contact.FORBIDS.items():
        if way in channels:
            against |= Q(valid, **{name: True})
    if purpose in contact.OFFERS and (asked := contact.ASKED_FOR_OFFERS.get(way)):
        against |= Q(withdrawn__contains=[asked.value])
    if purpose == ContactPurpose.CAMPAIGN:
        against |= Q(withdrawn__contains=[ConsentPurpose.PROFILING.value])
    return against


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
        return self.select_related(
            "standing", "branch", "manager", "person__usual_branch", "organisation", "contact_preference"
        )

    def in_branch(self, branch):
        """Customers of `branch` and of every branch below it."""
        return self.filter(branch__in=branch.subtree)

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
        kept = Q(month_day__in=sorted(solar), person__birth_approximate=False)
        for leap in (False, True):
            days = sorted(day for day, in_leap in lunar if in_leap == leap)
            kept |= Q(person__lunar_leap=leap, person__lunar_birthday__in=days)
        # Over the person alone: two indexes find the birthdays of a bank, and of a branch its customers are read.
        month_day = ExtractMonth("person__birth_date") * 100 + ExtractDay("person__birth_date")
        return self.alias(month_day=month_day).filter(kept)

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
        """Customers found by name (any part), its pinyin, initials or any mixture of them from the start, the pinyin of
        the given name (customers.rules.spelling), customer number (from the start), last four digits of the phone, or
        a full id or phone number through `index(column, text)`.

        Nothing found for an empty text.
        """
        text = _typed(text)
        if not text:
            return self.none()
        own = self._own_columns(text, index)
        if (said := self._said(text)) is None:
            return self.filter(own)
        # Two indexed halves; joined by OR the planner would read the whole bank.
        return self.filter(pk__in=self.model.objects.filter(own).values("pk").union(said.values("customer_id")))

    def search_one_by_one(self, text, *, index=None):
        """The same customers as `search`, each looked at by itself: quicker among few, or for the first of many."""
        text = _typed(text)
        if not text:
            return self.none()
        own = self._own_columns(text, index)
        if (said := self._said(text)) is None:
            return self.filter(own)
        return self.filter(own | Q(Exists(said.filter(customer=OuterRef("pk")))))

    def is_meant_by_many(self, text):
        """Whether a text, a syllable at most, begins the names of so many that the first are found by going through."""
        if plain_name(text) not in BEGINNINGS:
            return False
        return self._keys().filter(key__startswith=plain_name(text)).order_by().values("key")[:MANY].count() == MANY

    def _said(self, text):
        """The name keys that typed letters mean; None when the text is more than letters."""
        if not (ways := spellings(text)):
            return None
        said = Q()
        for beginning, pattern in ways:
            said |= Q(key__startswith=beginning, key__regex=pattern) if pattern else Q(key__startswith=beginning)
        return self._keys().filter(said)

    def _keys(self):
        return self.model.name_keys.rel.related_model.objects

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

    def contactable(self, *, purpose, on, channel=""):
        """Customers who may be contacted on the day `on` for the purpose, by the channel or, without one, by any.

        The same rule as `customers.rules.contact.may_contact`, in SQL: one anti-join with the contact preferences.
        """
        rows = self
        if purpose == ContactPurpose.WIN_BACK:
            rows = rows.filter(state=CustomerState.ENDED)
        elif purpose != ContactPurpose.SERVICE:
            rows = rows.exclude(state=CustomerState.ENDED)
        if purpose in contact.OFFERS:
            rows = rows.filter(restricted=False)
        ways = [Channel(channel)] if channel else list(Channel)
        if purpose in {ContactPurpose.CAMPAIGN, ContactPurpose.WIN_BACK}:
            ways = [way for way in ways if way in contact.REMOTE]
        if not ways:
            return rows.none()
        barred = Q()
        for way in ways:
            against = _against_way(way, purpose, Q(valid_until=None) | Q(valid_until__gte=on))
            if not against:
                return rows
            barred &= against
        preferences = self.model.contact_preference.related.related_model.objects
        return rows.filter(~Exists(preferences.filter(barred, customer=OuterRef("pk"))))

    def order_keys(self):
        """The order of the rows as (path, descending, nulls last), whichever way it was said."""
        keys = []
        for item in self.query.order_by or self.model._meta.ordering:
            if isinstance(item, str):
                keys.append((item.lstrip("-"), item.startswith("-"), not item.startswith("-")))
            else:
                last = bool(item.nulls_last) or (not item.nulls_first and not item.descending)
                keys.append((item.expression.name, item.descending, last))
        return keys

    def sorted_whole(self):
        """The same order, by sorting every row there is instead of going through the whole bank's index in that order
        until enough of them have come by. No index knows the order of this expression.
        """
        first, *rest = self.query.order_by or self.model._meta.ordering
        if isinstance(first, str):
            first = F(first.lstrip("-")).desc() if first.startswith("-") else F(first).asc()
        first = first.copy()
        first.set_source_expressions([Coalesce(first.expression, first.expression)])
        return self.order_by(first, *rest)

    def turned(self):
        """The same rows from the last to the first."""
        order = []
        for path, descending, last in self.order_keys():
            way = {"nulls_first": True} if last else {"nulls_last": True}
            order.append(F(path).asc(**way) if descending else F(path).desc(**way))
        return self.order_by(*order)

    def beyond(self, pk):
        """The rows that come after the row `pk` in this order, however far down, without counting up to them.

        None at all when there is no such row. The order must tell every two rows apart (it ends with the key).
        """
        keys = self.order_keys()
        found = self.model.objects.filter(pk=pk).values_list(*(path for path, _descending, _last in keys)).first()
        if found is None:
            return self.none()
        after, same = Q(pk__in=[]), Q()
        for (path, descending, last), value in zip(keys, found, strict=True):
            if value is None:
                further = Q(pk__in=[]) if last else Q(**{f"{path}__isnull": False})
                equal = Q(**{f"{path}__isnull": True})
            else:
                further = Q(**{f"{path}__{'lt' if descending else 'gt'}": value})
                equal = Q(**{path: value})
                if last:
                    further |= Q(**{f"{path}__isnull": True})
            after |= same & further
            same &= equal
        return self.filter(after)

    def more_than(self, most):
        """Whether there are more than so many; of a whole bank an index tells."""
        return self.order_by().values("pk")[most : most + 1].exists()

    def capped_totals(self, most, *, first=0):
        """How many customers (counted to `most` + 1), and of no more than `most` their assets in yuan together and the
        keys of the `first` ones in this order: {"rows", "assets", "first"}, in one statement that meets each once.
        """
        keys = self.order_keys()
        columns = list(dict.fromkeys(["pk", "standing__asset_total", *(path for path, _descending, _last in keys)]))
        order = ", ".join(
            f"c{columns.index(path)} {'DESC' if descending else 'ASC'} NULLS {'LAST' if last else 'FIRST'}"
            for path, descending, last in keys
        )
        try:
            text, params = self.order_by().values_list(*columns)[: most + 1].query.sql_with_params()
        except EmptyResultSet:
            return {"rows": 0, "assets": None, "first": []}
        names = ", ".join(f"c{place}" for place in range(len(columns)))
        with connections[self.db].cursor() as cursor:
            cursor.execute(
                f"WITH found ({names}) AS MATERIALIZED ({text}) SELECT count(*),"  # noqa: S608
                " CASE WHEN count(*) <= %s THEN (SELECT sum(c1) FROM found) END,"
                f" CASE WHEN count(*) <= %s THEN ARRAY(SELECT c0 FROM found ORDER BY {order} LIMIT %s) END FROM found",
                [*params, most, most, first],
            )
            return dict(zip(("rows", "assets", "first"), cursor.fetchone(), strict=True))

    def by_assets(self):
        """The largest first; a stable order for lists without one of their own."""
        return self.order_by("-standing__asset_total", "pk")
