"""Lists of follow-ups: everything with filters, those of one customer, and what each manager did."""

from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django_filters.views import FilterView
from django_tables2 import SingleTableMixin

from care.choices import FollowUpState
from care.filters import FollowUpFilter
from care.models import FollowUp
from care.tables import FollowUpTable
from customers.access import customer_named
from staff.access import READERS, RolesRequiredMixin, roles_required, wants_part
from staff.choices import Role
from staff.models import Branch, User
from staff.tables import CappedPaginator

PANEL_ROWS = 5


class FollowUpList(RolesRequiredMixin, SingleTableMixin, FilterView):
    """What was and is to be done; for one customer, also as a panel of their page."""

    allowed_roles = READERS
    filterset_class = FollowUpFilter
    table_class = FollowUpTable
    table_pagination = {"per_page": 30, "paginator_class": CappedPaginator}
    strict = False

    def get(self, request, *args, **kwargs):
        """The panel when asked for, else the list."""
        self.customer = customer_named(request)
        if self.customer and request.GET.get("panel"):
            return self.panel()
        return super().get(request, *args, **kwargs)

    def panel(self):
        """What is open for the customer, the nearest first, then what was closed last."""
        rows = self.get_queryset()
        opened = list(rows.open().order_by("due_on", "pk")[:PANEL_ROWS])
        closed = rows.exclude(state=FollowUpState.OPEN).order_by("-closed_on", "-pk")[: PANEL_ROWS - len(opened)]
        context = {
            "customer": self.customer,
            "followups": [*opened, *closed],
            "count": rows.count(),
            "add_url": f"{reverse('care:add')}?customer={self.customer.public_id}",
            "all_url": f"{reverse('care:followups')}?customer={self.customer.public_id}",
            "here": self.customer.get_absolute_url(),
        }
        return render(self.request, "care/_panel.html", context)

    def get_queryset(self):
        """Those in scope, open ones first, with what a row shows."""
        rows = FollowUp.objects.visible_to(self.request.user).with_row_facts().open_first()
        return rows.filter(customer=self.customer) if self.customer else rows

    def get_filterset_kwargs(self, filterset_class):
        """The bank day too."""
        return {**super().get_filterset_kwargs(filterset_class), "on": self.request.today}

    def get_table_kwargs(self):
        """Who may add."""
        return {"may_write": self.request.user.can_write}

    def get_template_names(self):
        """The list alone for htmx."""
        return ["tables/_list.html" if wants_part(self.request) else "care/followups.html"]

    def get_context_data(self, **kwargs):
        """The heading's words."""
        query = f"?customer={self.customer.public_id}" if self.customer else ""
        return super().get_context_data(
            **kwargs,
            customer=self.customer,
            page_title=_("Follow-ups"),
            page_question=_("What is to be done, and what was done?"),
            add_url=reverse("care:add") + query if self.request.user.can_write else "",
            add_label=_("Add a reminder"),
        )


@require_safe
@roles_required(*READERS)
def managers(request):
    """Per manager: done this month, overdue and due today, each leading to its list; of one branch with `branch`."""
    first = request.today.replace(day=1)
    people = (
        User.objects.visible_to(request.user).managers().select_related("branch").order_by("branch__path", "staff_no")
    )
    rows = FollowUp.objects.visible_to(request.user)
    code = request.GET.get("branch", "").replace("\x00", "")
    if code:
        branch = get_object_or_404(Branch.objects.visible_to(request.user), code=code)
        people = people.filter(branch__in=branch.subtree)
        rows = rows.filter(customer__branch__in=branch.subtree)
    if request.user.role == Role.MANAGER:
        people = people.filter(pk=request.user.pk)
    counted = {row["manager"]: row for row in rows.by_manager(on=request.today, since=first)}
    nothing = {"done": 0, "overdue": 0, "today": 0}
    lines = [{**counted.get(person.pk, nothing), "manager": person} for person in people]
    lines.sort(key=lambda line: -line["overdue"])
    base = reverse("care:followups")
    for line in lines:
        staff_no = line["manager"].staff_no
        line["done_url"] = (
            f"{base}?state=done&manager={staff_no}&since={first.isoformat()}&until={request.today.isoformat()}"
        )
        line["overdue_url"] = f"{base}?period=overdue&manager={staff_no}"
        line["today_url"] = f"{base}?period=today&manager={staff_no}"
    template = "care/_managers.html" if wants_part(request) else "care/managers.html"
    return render(request, template, {"lines": lines, "since": first})
