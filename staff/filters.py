"""Filters of the audit trail, and the filter by relationship manager that every list has."""

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _

from staff.models import AuditEvent, Branch, User


def managers_in_scope(request):
    """The relationship managers by whom the person may narrow a list."""
    return User.objects.visible_to(request.user).managers()


class ManagerSelect(forms.Select):
    """A list box of the managers that `people()` gives as (staff number, name); a box to type in when it gives None."""

    # Whoever dresses the box must not read its choices before it is shown.
    asks_when_shown = True

    def __init__(self, people):
        super().__init__()
        self.people = people

    def __deepcopy__(self, memo):
        return type(self)(self.people)

    def render(self, name, value, attrs=None, renderer=None):
        """Ask who may be chosen only now: a list that changes by itself does not show its filters again."""
        people, given = self.people(), self.format_value(value)[0] if value else ""
        if people is None:
            box = forms.TextInput({"placeholder": _("staff number"), "autocomplete": "off"})
            return box.render(name, given, {**(attrs or {}), "class": "form-control form-control-sm"}, renderer)
        if given and given not in dict(people):
            # Of another branch than the one chosen since: still said, so that it can be taken away.
            people.append((given, given))
        self.choices = [("", _("all")), *people]
        return super().render(name, value, attrs, renderer)


class ManagerFilter(django_filters.ModelChoiceFilter):
    """By relationship manager, or by whom else `whom(request)` gives: from a list box, of the branch chosen beside it;
    where they are too many for one, by staff number."""

    def __init__(self, *args, whom=managers_in_scope, **kwargs):
        kwargs = {"label": _("Relationship manager"), **kwargs}
        super().__init__(*args, queryset=whom, to_field_name="staff_no", **kwargs)

    @property
    def field(self):
        """The field of this list's form, made once."""
        if not hasattr(self, "_field"):
            field = super().field
            field.widget = ManagerSelect(self._people)
            field.widget.is_required = False
        return self._field

    def _people(self):
        request, asked = self.parent.request, self.parent.data or {}
        offered = self.get_queryset(request)
        code = asked.get("branch", "").replace("\x00", "") if "branch" in self.parent.filters else ""
        if code and (branch := Branch.objects.visible_to(request.user).filter(code=code).first()):
            offered = offered.filter(branch__in=branch.subtree)
        people = offered.few()
        return None if people is None else [(person.staff_no, str(person)) for person in people]


class AuditFilter(django_filters.FilterSet):
    """By person, verb and period."""

    staff_no = django_filters.CharFilter(field_name="actor__staff_no", lookup_expr="iexact", label=_("Staff number"))
    verb = django_filters.CharFilter(field_name="verb", lookup_expr="startswith", label=_("Action"))
    since = django_filters.DateFilter(field_name="at", lookup_expr="date__gte", label=_("From"))
    until = django_filters.DateFilter(field_name="at", lookup_expr="date__lte", label=_("To"))

    class Meta:
        model = AuditEvent
        fields = []
