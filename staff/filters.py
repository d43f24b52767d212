"""Filters of the audit trail, and the filter by relationship manager that every list has."""

import django_filters
from django import forms
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from staff.models import AuditEvent, Branch, User


def managers_in_scope(request):
    """The relationship managers by whom the person may narrow a list."""
    return User.objects.visible_to(request.user).managers()


def branches_in_scope(request):
    """The branches by which the person may narrow a list."""
    return Branch.objects.visible_to(request.user)


class LateSelect(forms.Select):
    """A list box of what `offered()` gives as (value, text); a box to type in, with `hint` in it, when it gives None.

    It is asked when the box is shown: a list that changes by itself does not show its filters again. Each choice is
    written without a template of its own, for there may be two hundred.
    """

    # Whoever dresses the box must not read its choices before it is shown.
    asks_when_shown = True

    def __init__(self, offered, hint=""):
        super().__init__()
        self.offered, self.hint = offered, hint
        self.is_required = False

    def __deepcopy__(self, memo):
        return type(self)(self.offered, self.hint)

    def render(self, name, value, attrs=None, renderer=None):
        """The box as HTML; a value that is not offered (any more) is still said, so that it can be taken away."""
        offered, given = self.offered(), str(value or "")
        attrs = {**(attrs or {}), "name": name}
        if offered is None:
            attrs |= {"class": "form-control form-control-sm", "placeholder": self.hint, "autocomplete": "off"}
            return format_html('<input type="text"{} value="{}">', flatatt(attrs), given)
        if given and given not in dict(offered):
            offered = [*offered, (given, given)]
        options = format_html_join(
            "",
            '<option value="{}"{}>{}</option>',
            ((key, " selected" if key == given else "", text) for key, text in [("", _("all")), *offered]),
        )
        return format_html("<select{}>{}</select>", flatatt(attrs), options)


class LateChoiceFilter(django_filters.ModelChoiceFilter):
    """One of the rows that `offered` gives as (value, text) when the box is shown."""

    hint = ""

    @property
    def field(self):
        """The field of this list's form, made once."""
        if not hasattr(self, "_field"):
            super().field.widget = LateSelect(self.offered, self.hint)
        return self._field

    def offered(self):
        """What to choose from as (value, text); None: it is typed."""
        raise NotImplementedError


class BranchFilter(LateChoiceFilter):
    """By branch, with all below it."""

    def __init__(self, *args, **kwargs):
        kwargs = {"label": _("Branch"), "method": "by_branch", **kwargs}
        super().__init__(*args, queryset=branches_in_scope, to_field_name="code", **kwargs)

    def offered(self):
        """The branches in the person's scope."""
        return list(branches_in_scope(self.parent.request).values_list("code", "name"))


class Nobody:
    """Whom a staff number means that none of the people has: a list by it is empty, and says so."""

    pk = None

    def __init__(self, typed):
        self.typed = typed

    def __str__(self):
        return gettext("%(typed)s (nobody has this staff number)") % {"typed": self.typed}


class ManagerField(django_filters.fields.ModelChoiceField):
    """One of the people by staff number, typed in capitals or not; `Nobody` for a number that none of them has."""

    def to_python(self, value):
        """The person, `Nobody`, or None where nothing is asked."""
        typed = str(value or "").replace("\x00", "").strip()[:32]
        if not typed:
            return None
        return self.queryset.typed(typed) or Nobody(typed)


class ManagerFilter(LateChoiceFilter):
    """By relationship manager, or by whom else `whom(request)` gives: from a list box, of the branch chosen beside it;
    where they are too many for one, by staff number."""

    hint = _("staff number")
    field_class = ManagerField

    def __init__(self, *args, whom=managers_in_scope, **kwargs):
        kwargs = {"label": _("Relationship manager"), **kwargs}
        super().__init__(*args, queryset=whom, to_field_name="staff_no", **kwargs)

    def filter(self, qs, value):
        """The rows of the person; none for a staff number that nobody has, and all where nobody is asked for."""
        return qs.none() if isinstance(value, Nobody) else super().filter(qs, value)

    def offered(self):
        """The people, or None when they are too many."""
        request, asked = self.parent.request, self.parent.data or {}
        people = self.get_queryset(request)
        code = asked.get("branch", "").replace("\x00", "") if "branch" in self.parent.filters else ""
        if code and (branch := branches_in_scope(request).filter(code=code).first()):
            people = people.filter(branch__in=branch.subtree)
        few = people.few()
        return None if few is None else [(person.staff_no, str(person)) for person in few]


class AuditFilter(django_filters.FilterSet):
    """By person, verb and period."""

    staff_no = django_filters.CharFilter(field_name="actor__staff_no", lookup_expr="iexact", label=_("Staff number"))
    verb = django_filters.CharFilter(field_name="verb", lookup_expr="startswith", label=_("Action"))
    since = django_filters.DateFilter(field_name="at", lookup_expr="date__gte", label=_("From"))
    until = django_filters.DateFilter(field_name="at", lookup_expr="date__lte", label=_("To"))

    class Meta:
        model = AuditEvent
        fields = []
