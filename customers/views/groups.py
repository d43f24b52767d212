"""Groups of customers: the list, the page with what they have together, forming and mending, suggestions."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.http import require_POST, require_safe

from customers.choices import Category, Dimension, GroupKind, GroupRole, RelationKind
from customers.forms.people import GroupEditForm, GroupForm, MemberForm
from customers.models import Customer, CustomerGroup, GroupMember
from customers.rules.kin import gender_of, kin_word
from customers.rules.relations import BEHIND_A_COMPANY
from customers.rules.stamps import stamp_of
from customers.services.conflict import Changed
from customers.services.groups import (
    DETAILS,
    add_member,
    dissolve_group,
    edit_group,
    form_group,
    household_suggestions,
    remove_member,
    roll_up,
    ties_around,
)
from customers.views.customers import visible_customer
from customers.views.pages import ShortPaginator
from customers.views.panels import panel
from customers.views.people import seen_name, visible_among
from customers.views.scope import scope_of
from customers.views.verbs import form_page, refused
from staff.access import READERS, WRITERS, RolesRequiredMixin, roles_required
from staff.templatetags.crm import share_of

PER_PAGE = 30
MOST_LOOKED_AT = 5000


@require_safe
@roles_required(*READERS)
def group_list(request):
    """Households and corporate groups with a member in scope, with what those in scope have together."""
    scope = scope_of(request)
    kind = request.GET.get("kind") if request.GET.get("kind") in GroupKind.values else ""
    mine = scope.rows(GroupMember)
    groups = CustomerGroup.objects.visible_to(request.user).filter(pk__in=mine.order_by().values("group"))
    if kind:
        groups = groups.filter(kind=kind)
    page = ShortPaginator(groups.annotate(size=Count("members")).order_by("-pk"), PER_PAGE).get_page(
        request.GET.get("page")
    )
    rows = _listed(request, page.object_list)
    context = {"scope": scope, "page": page, "rows": rows, "kind": kind, "kinds": GroupKind.choices}
    return render(request, "customers/group_list.html", context)


def _listed(request, groups):
    """[{"group", "head", "seen", "hidden", "assets", "loans"}]: the sums of members in scope only; one query."""
    members = GroupMember.objects.visible_to(request.user).filter(group__in=[group.pk for group in groups])
    by_group = {}
    for member in members.select_related("customer__standing"):
        by_group.setdefault(member.group_id, []).append(member)
    rows = []
    for group in groups:
        seen = by_group.get(group.pk, [])
        head = next((member.customer for member in seen if member.role == GroupRole.HEAD), None)
        rows.append(
            {
                "group": group,
                "head": head,
                "seen": len(seen),
                "names": [member.customer.name for member in seen],
                "hidden": group.size - len(seen),
                "assets": sum(member.customer.standing.asset_total for member in seen),
                "loans": sum(member.customer.standing.loan_total for member in seen),
            }
        )
    return rows


@require_safe
@roles_required(*READERS)
def group(request, public_id):
    """What the members have together, and who they are; only those in scope are added up."""
    found = visible_group(request, public_id)
    return render(request, "customers/group_detail.html", group_facts(request, found))


def role_word(member, visible):
    """What a member is in the group; the wife or the son where the file of somebody in scope says so."""
    gender = gender_of(member.customer) if member.customer_id in visible else ""
    return kin_word(member.role, gender) if member.role in RelationKind.values else member.get_role_display()


def visible_group(request, public_id):
    """The group of this public id with a member in scope, else 404."""
    return get_object_or_404(CustomerGroup.objects.visible_to(request.user), public_id=public_id)


def group_facts(request, found):
    """The context of a group: members in scope with their standing, the others counted, the roll-up."""
    members = list(found.members.select_related("customer__standing", "customer__manager", "customer__person"))
    visible = visible_among(request, [member.customer_id for member in members])
    seen = [member for member in members if member.customer_id in visible]
    total = roll_up([member.customer for member in seen], on=request.today)
    most = max((abs(balance) for _category, _number, balance in total.categories), default=0)
    members.sort(key=lambda member: (member.role != GroupRole.HEAD, member.customer_id not in visible, member.pk))
    return {
        "group": found,
        "members": [
            {
                "member": member,
                "role": role_word(member, visible),
                "customer": member.customer if member.customer_id in visible else None,
                "name": seen_name(member.customer, visible=member.customer_id in visible),
            }
            for member in members
        ],
        "hidden": len(members) - len(seen),
        "total": total,
        "categories": [
            {"label": Category(category).label, "number": number, "balance": balance, "share": share_of(balance, most)}
            for category, number, balance in total.categories
        ],
        "uncovered": [dimension.label for dimension in Dimension if not total.dimensions.get(dimension.value)],
    }


@require_safe
@roles_required(*READERS)
def groups_of(request, public_id):
    """The household and the corporate group of a customer with their sums, or who could form one with them."""
    customer = visible_customer(request, public_id)
    memberships = list(customer.memberships.select_related("group"))
    cards = [group_facts(request, membership.group) for membership in memberships]
    kinds = {membership.kind for membership in memberships}
    candidates = []
    if customer.is_individual and GroupKind.HOUSEHOLD not in kinds:
        candidates = list(_candidates(request, customer)[:5])
    return panel(request, "customers/_groups.html", _("Groups"), customer, cards=cards, candidates=candidates)


def _candidates(request, customer):
    """Customers in scope who could belong to a household with the customer: ties of family or the same address."""
    free = Customer.objects.visible_to(request.user).exclude(memberships__kind=GroupKind.HOUSEHOLD)
    return free.filter(pk__in=ties_around(customer).values("pk")).order_by("pk")


class GroupAdd(RolesRequiredMixin, View):
    """Form a household or a corporate group around a customer; family and companies are offered."""

    allowed_roles = WRITERS

    def get(self, request, public_id):
        """The form, with those ticked who belong together by what is on file."""
        customer = visible_customer(request, public_id)
        form = self._form(request, customer)
        return self._page(request, form, customer)

    def post(self, request, public_id):
        """Form the group and show it."""
        customer = visible_customer(request, public_id)
        form = self._form(request, customer, data=request.POST)
        if not form.is_valid():
            return self._page(request, form, customer)
        given = form.cleaned_data
        chosen = [(customer, GroupRole.HEAD), *form.chosen(self.roles)]
        try:
            found = form_group(
                kind=given["kind"],
                name=given["name"],
                note=given["note"],
                members=chosen,
                by=request.user,
                on=request.today,
            )
        except ValidationError as error:
            refused(form, error)
            return self._page(request, form, customer)
        messages.success(request, _("%(name)s is on file.") % {"name": found.name})
        return redirect(found)

    def _form(self, request, customer, data=None):
        kind = request.GET.get("kind")
        if kind not in GroupKind.values:
            at_home = customer.memberships.filter(kind=GroupKind.HOUSEHOLD).exists()
            kind = GroupKind.HOUSEHOLD if customer.is_individual and not at_home else GroupKind.CORPORATE
        near = Customer.objects.visible_to(request.user).filter(pk__in=self._near(customer, kind))
        candidates = list(near.exclude(memberships__kind=kind).order_by("pk")[:20])
        self.roles = {one.pk: self._role(one, customer) for one in candidates}
        word = _("%(name)s's household") if kind == GroupKind.HOUSEHOLD else _("%(name)s group")
        initial = {
            "kind": kind,
            "name": word % {"name": customer.name},
            "members": [str(one.public_id) for one in candidates],
        }
        return GroupForm(data, user=request.user, customer=customer, candidates=candidates, initial=initial)

    @staticmethod
    def _near(customer, kind):
        if kind == GroupKind.HOUSEHOLD:
            return set(ties_around(customer).values_list("pk", flat=True))
        kinds = [*BEHIND_A_COMPANY, "parent_company", "subsidiary", "sister_company", "owned_company"]
        kinds += ["controlled_company", "invested_company", "represented_company"]
        rows = customer.relations.filter(kind__in=kinds).values_list("related", flat=True)
        back = customer.related_from.filter(kind__in=kinds).values_list("customer", flat=True)
        return {*rows, *back}

    def _role(self, one, customer):
        kinds = dict(customer.relations.values_list("related", "kind"))
        back = dict(customer.related_from.values_list("customer", "kind"))
        kind = kinds.get(one.pk) or {"parent": "child", "child": "parent"}.get(back.get(one.pk), back.get(one.pk))
        if not one.is_individual:
            return GroupRole.COMPANY
        known = {"spouse": GroupRole.SPOUSE, "child": GroupRole.CHILD, "parent": GroupRole.PARENT}
        return GroupRole.OWNER if kind in BEHIND_A_COMPANY else known.get(kind, GroupRole.MEMBER)

    @staticmethod
    def _page(request, form, customer):
        title = _("Form a group around %(name)s") % {"name": customer}
        return form_page(request, form, customer, "groups", page_title=title, submit_label=_("Form the group"))


class GroupEdit(RolesRequiredMixin, View):
    """Name and notes of a group."""

    allowed_roles = WRITERS

    def get(self, request, public_id):
        """The form with what is on file."""
        found = visible_group(request, public_id)
        known = self._on_file(found) | {"stamp": stamp_of(found, DETAILS)}
        return self._page(request, GroupEditForm(initial=known), found)

    def post(self, request, public_id):
        """Save and show the group; of two people editing at once the second sees both versions."""
        found = visible_group(request, public_id)
        form = GroupEditForm(request.POST)
        if not form.is_valid():
            return self._page(request, form, found)
        try:
            edit_group(group=found, by=request.user, **form.cleaned_data)
        except Changed as conflict:
            form.show_conflict(self._on_file(conflict.current), stamp_of(conflict.current, DETAILS))
            return self._page(request, form, found)
        messages.success(request, _("Saved."))
        return redirect(found)

    @staticmethod
    def _on_file(found):
        return {"name": found.name, "note": found.note}

    @staticmethod
    def _page(request, form, found):
        title = _("Edit %(name)s") % {"name": found.name}
        return group_page(request, form, found, page_title=title)


def group_page(request, form, found, **context):
    """A small form that belongs to a group."""
    url = found.get_absolute_url()
    context |= {"form": form, "cancel_url": url, "back_url": url, "back_label": found.name}
    return render(request, "forms/page.html", context, status=422 if form.is_bound else 200)


class MemberAdd(RolesRequiredMixin, View):
    """Take a customer into a group, or give a member another role."""

    allowed_roles = WRITERS

    def get(self, request, public_id):
        """The form; ``?customer=`` chooses one beforehand."""
        found = visible_group(request, public_id)
        form = MemberForm(user=request.user, initial={"customer": request.GET.get("customer")})
        return self._page(request, form, found)

    def post(self, request, public_id):
        """Take in and show the group."""
        found = visible_group(request, public_id)
        form = MemberForm(request.POST, user=request.user)
        if not form.is_valid():
            return self._page(request, form, found)
        try:
            add_member(group=found, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            refused(form, error)
            return self._page(request, form, found)
        messages.success(request, _("Saved."))
        return redirect(found)

    @staticmethod
    def _page(request, form, found):
        title = _("Take somebody into %(name)s") % {"name": found.name}
        return group_page(request, form, found, page_title=title, submit_label=_("Add"))


@require_POST
@roles_required(*WRITERS)
def member_remove(request, public_id, customer_id):
    """Take a customer of one's own out of a group; whoever is the last one dissolves it."""
    found, customer = visible_group(request, public_id), visible_customer(request, customer_id)
    if not found.members.filter(customer=customer).exists():
        raise Http404
    remove_member(group=found, customer=customer, by=request.user)
    messages.success(request, _("%(name)s is no longer in the group.") % {"name": customer.name})
    return redirect(found if CustomerGroup.objects.visible_to(request.user).filter(pk=found.pk) else "customers:groups")


@require_POST
@roles_required(*WRITERS)
def group_dissolve(request, public_id):
    """End a group; only whoever sees all of its members may."""
    found = visible_group(request, public_id)
    members = set(found.members.values_list("customer", flat=True))
    if members - visible_among(request, members):
        messages.error(
            request, _("Members outside your scope belong to it: ask the head of the branch to dissolve it.")
        )
        return redirect(found)
    dissolve_group(group=found, by=request.user)
    messages.success(request, _("%(name)s was dissolved; its members stay as they were.") % {"name": found.name})
    return redirect("customers:groups")


@require_safe
@roles_required(*READERS)
def suggestions(request):
    """Homes among the customers in scope that are no household yet, by ties of family and address."""
    scope = scope_of(request)
    people = scope.rows(Customer).filter(kind="individual", state="active").order_by("pk")
    too_many = people[MOST_LOOKED_AT : MOST_LOOKED_AT + 1].exists()
    homes = [] if too_many else household_suggestions(people.values_list("pk", flat=True)[:MOST_LOOKED_AT])
    everybody = Customer.objects.visible_to(request.user).select_related("standing")
    by_key = everybody.in_bulk([key for keys, _kinds in homes for key in keys])
    words = {
        "spouse": _("spouses"),
        "parent": _("parents and children"),
        "child": _("parents and children"),
        "address": _("the same address"),
    }
    rows = [
        {
            "people": sorted((by_key[key] for key in keys), key=lambda one: -one.standing.asset_total),
            "assets": sum(by_key[key].standing.asset_total for key in keys),
            "why": _(", ").join(dict.fromkeys(words[kind] for kind in sorted(kinds))),
        }
        for keys, kinds in homes
        if all(key in by_key for key in keys)
    ]
    return render(request, "customers/group_suggestions.html", {"scope": scope, "rows": rows, "too_many": too_many})
