"""Customers and what they hold, as the branch speaks of them."""

from datetime import timedelta

from django.db import models
from django.db.models import Exists, OuterRef, Q

from customers.choices import HoldingStatus
from staff.querysets import ScopedQuerySet


class CustomerQuerySet(ScopedQuerySet):
    """Customers: scope first, then adjectives."""

    def with_row_facts(self):
        """Everything a list row shows, in the same query."""
        return self.select_related("standing", "branch", "manager")

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
        found = Q(customer_no__istartswith=text)
        if any(ord(letter) > 0x2E7F for letter in text):
            grams = [text[at : at + 2] for at in range(len(text) - 1)] or [text]
            found |= Q(name_grams__contains=grams, name__icontains=text)
        else:
            lowered = text.lower().replace(" ", "")
            keys = self.model.name_keys.rel.related_model.objects
            if lowered.isalpha():
                found |= Q(pk__in=keys.filter(key__startswith=lowered).values("customer_id"))
            else:
                found |= Q(name__icontains=text) if not lowered.isdigit() else Q()
            if lowered.isdigit() and len(lowered) == 4:
                found |= Q(mobile_tail=lowered)
            if index is not None and len(lowered) >= 7:
                found |= Q(mobile_index=index("mobile", lowered)) | Q(id_no_index=index("id_no", lowered.upper()))
        return self.filter(found)


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


class ImportRunQuerySet(models.QuerySet):
    """Loads of extracts: for administrators and auditors."""

    def visible_to(self, user):
        """Administrators and auditors see every load; nobody else sees one."""
        if user is None or not getattr(user, "is_authenticated", False) or not user.is_active or user.left_on:
            return self.none()
        return self.all() if user.role in {"admin", "auditor"} else self.none()
