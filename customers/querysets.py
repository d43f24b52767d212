"""Customers and what they hold, as the branch speaks of them."""

from datetime import timedelta

from django.db import models
from django.db.models import Count, Exists, F, Min, OuterRef, Q, Sum
from django.db.models.functions import ExtractDay, ExtractMonth

from customers.choices import ASSET_CATEGORIES, Channel, ConsentPurpose, ContactPurpose, CustomerState, HoldingStatus
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

    def capped_totals(self, most):
        """How many customers (counted to `most` + 1) and their assets in yuan, in one query: {"rows", "assets"}."""
        counted = self.order_by().annotate(held=F("standing__asset_total"))[: most + 1]
        return counted.aggregate(rows=Count("pk"), assets=Sum("held"))

    def by_assets(self):
        """The largest first; a stable order for lists without one of their own."""
        return self.order_by("-standing__asset_total", "pk")


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

    def with_row_facts(self):
        """Everything a list row shows, in the same query."""
        return self.select_related(
            "customer__standing", "customer__manager", "customer__branch", "product", "found_by"
        ).defer("customer__manager__password", "found_by__password")

    def capped_totals(self, most):
        """How many needs (counted to `most` + 1) and their yuan, in one query: {"rows", "yuan"}."""
        return self.order_by()[: most + 1].aggregate(rows=Count("pk"), yuan=Sum("amount"))

    def counted(self, *keys):
        """Rows by `keys` with number, customers, amount in yuan (None: none is known) and how many have no amount."""
        return (
            self.order_by()
            .values(*keys)
            .annotate(
                number=Count("pk"),
                customers=Count("customer", distinct=True),
                yuan=Sum("amount"),
                silent=Count("pk", filter=Q(amount=None)),
            )
            .order_by("-number", *keys)
        )


class OutsideHoldingQuerySet(ScopedQuerySet):
    """What customers hold at other banks."""

    def open(self):
        """Still there, as far as we know."""
        return self.filter(closed_on=None)

    def maturing(self, *, within, on):
        """Open ones that end from the day `on` to `within` days later."""
        return self.open().filter(matures_on__range=(on, on + timedelta(days=within)))

    def stale(self, on):
        """Open ones that nobody has said or confirmed for twelve months before the day `on`."""
        return self.open().filter(found_on__lt=on - timedelta(days=365))

    def with_row_facts(self):
        """Everything a list row shows, in the same query."""
        rows = self.select_related("customer__standing", "customer__manager", "customer__branch")
        return rows.defer("customer__manager__password")

    def capped_totals(self, most):
        """How many holdings (counted to `most` + 1) and the yuan of assets in them, in one query: {"rows", "yuan"}."""
        assets = Q(category__in=ASSET_CATEGORIES)
        return self.order_by()[: most + 1].aggregate(rows=Count("pk"), yuan=Sum("amount", filter=assets))


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

    def rejected_by_value(self):
        """Rejected rows as dicts of column, value, reason and `number` of rows; the most frequent first."""
        alike = self.rejected().order_by().values("column", "value", "reason").annotate(number=Count("pk"))
        return alike.order_by("-number", "column", "value")

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


class HandoverQuerySet(models.QuerySet):
    """Handovers: known to giver, receiver, proposer, and to the heads above either side."""

    def visible_to(self, user):
        """The handovers `user` may know of; administrators none."""
        if user is None or not getattr(user, "is_authenticated", False) or not user.is_active or user.left_on:
            return self.none()
        if user.role == "auditor":
            return self.all()
        mine = Q(from_manager=user) | Q(to_manager=user) | Q(proposed_by=user)
        if user.role == "head" and user.branch_id:
            path = user.branch.path
            return self.filter(mine | Q(from_branch__path__startswith=path) | Q(to_branch__path__startswith=path))
        return self.filter(mine) if user.role == "manager" else self.none()

    def open(self):
        """Not decided, or accepted for a day that has not come."""
        return self.filter(Q(state="proposed") | Q(state="accepted", moved_on=None))

    def to_decide(self, user):
        """Proposed to a branch that `user` heads."""
        if user.role != "head" or not user.branch_id:
            return self.none()
        return self.filter(state="proposed", to_branch__path__startswith=user.branch.path)

    def with_people(self):
        """With everybody who is named, in the same query."""
        return self.select_related(
            "from_manager", "to_manager", "from_branch", "to_branch", "proposed_by", "decided_by"
        )


class DuplicatePairQuerySet(models.QuerySet):
    """Pairs of customers who look alike: known to whoever may see one of the two."""

    def visible_to(self, user):
        """Pairs with a customer in the person's scope; whether the other may be named is asked for each."""
        customers = self.model.first.field.related_model.objects.visible_to(user)
        if customers.query.is_empty():
            return self.none()
        if user.role == "auditor":
            return self.all()
        seen = customers.values("pk")
        # Two indexed halves; joined by OR the planner would look at every pair of the bank.
        return self.filter(pk__in=self._halves(seen))

    def _halves(self, seen):
        rows = self.model.objects.order_by()
        return rows.filter(first__in=seen).values("pk").union(rows.filter(second__in=seen).values("pk"))

    def open(self):
        """Nobody has said yet that they are different people."""
        return self.filter(state="open")

    def with_both(self):
        """Both customers with what tells them apart, in the same query."""
        names = [
            f"{side}__{name}" for side in ("first", "second") for name in ("branch", "manager", "standing", "person")
        ]
        return self.select_related("first", "second", *names)


class MergeQuerySet(ScopedQuerySet):
    """Merges that were done."""

    def in_force(self):
        """Not undone."""
        return self.filter(undone_on=None)


def _works_here(user):
    return user is not None and getattr(user, "is_authenticated", False) and user.is_active and not user.left_on


def branches_above(branch):
    """The codes of a branch and of every branch above it, from its path ``/B00/B01/D001/``."""
    return [code for code in branch.path.split("/") if code] if branch else []


class TagQuerySet(models.QuerySet):
    """Tags of one's own branch, of those above, and for heads of those below."""

    def visible_to(self, user):
        """Tags a person may put on customers; auditors see all, administrators none."""
        if not _works_here(user) or user.role == "admin":
            return self.none()
        if user.role == "auditor":
            return self.all()
        if not user.branch_id:
            return self.none()
        seen = Q(branch__code__in=branches_above(user.branch))
        if user.role == "head":
            seen |= Q(branch__path__startswith=user.branch.path)
        return self.filter(seen)


class SavedViewQuerySet(models.QuerySet):
    """Saved lists: one's own and those that were shared."""

    def kept(self):
        """Not removed."""
        return self.filter(removed_at=None)

    def visible_to(self, user):
        """One's own lists, those of one's branch and of the branches above, and those for everyone; not removed ones.

        What a list shows is the reader's own scope all the same.
        """
        if not _works_here(user) or user.role == "admin":
            return self.none()
        seen = Q(owner=user) | Q(scope="everyone")
        if user.branch_id:
            seen |= Q(scope="branch", branch__code__in=branches_above(user.branch))
        return self.kept().filter(seen)

    def removed_by(self, user):
        """One's own removed lists, to put one back."""
        return self.filter(owner=user).exclude(removed_at=None)


class BulkActionQuerySet(models.QuerySet):
    """What people did with many customers at once, and the files they took along."""

    def visible_to(self, user):
        """Those of the person alone."""
        return self.filter(by=user) if _works_here(user) and user.role != "admin" else self.none()


class RestrictionQuerySet(ScopedQuerySet):
    """Entries of the restricted list."""

    def open(self):
        """Not lifted; perhaps not begun yet, or over since today."""
        return self.filter(lifted_on=None)

    def in_force(self, *, on):
        """Those that count on the day `on`."""
        return self.open().filter(Q(ends_on=None) | Q(ends_on__gte=on), starts_on__lte=on)


class EndingQuerySet(ScopedQuerySet):
    """Relationships that end or ended."""

    def under_way(self):
        """Begun, and nothing decided."""
        return self.filter(ended_on=None, back_on=None)

    def current(self):
        """Under way or ended; neither saved nor won back."""
        return self.filter(back_on=None)

    def lost(self):
        """Ended and not won back."""
        return self.filter(ended_on__isnull=False, back_on=None)


class NoteQuerySet(ScopedQuerySet):
    """Notes on customers."""

    def kept(self):
        """Not taken away."""
        return self.filter(deleted_at=None)


class RelatedPersonQuerySet(ScopedQuerySet):
    """People of customers."""

    def on_file(self):
        """Not taken off the page."""
        return self.filter(removed=False)


class GroupQuerySet(models.QuerySet):
    """Groups of customers: whoever may see one member may know of the group."""

    def visible_to(self, user):
        """Groups with a member in the person's scope; what they add up is only what the person may see."""
        members = self.model.members.rel.related_model.objects
        return self.filter(pk__in=members.visible_to(user).order_by().values("group"))


class ReferralQuerySet(ScopedQuerySet):
    """Referrals: in the scope of who introduced."""

    def waiting(self):
        """A name was given, and nothing became of it yet."""
        return self.filter(outcome__in=("named", "contacted"))

    def with_row_facts(self):
        """Everything a list row shows, in the same query."""
        return self.select_related("introducer__standing", "referred__standing", "by")
