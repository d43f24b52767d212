"""Panels and verbs of the people around a customer: relations, family, key persons, who decides, the map."""

from collections import defaultdict

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from django.views.decorators.http import require_POST, require_safe

from customers.choices import Attitude, KeyRole, PersonAccess, Say
from customers.forms.people import LinkForm, PersonForm
from customers.forms.verbs import RevealForm
from customers.models import Customer, RelatedPerson, Relation
from customers.rules.kin import gender_of, kin_word
from customers.rules.lunar import LunarDay, lunar_text, next_birthday, next_lunar_birthday
from customers.rules.pinyin import without_place
from customers.rules.relation_map import draw
from customers.rules.relations import FAMILY, inverse
from customers.rules.stamps import stamp_of
from customers.services.conflict import Changed
from customers.services.people import (
    STAMPED,
    add_person,
    edit_person,
    link_person,
    matches_of,
    remove_person,
    restore_person,
    reveal_phone,
)
from customers.views.customers import visible_customer
from customers.views.panels import panel
from customers.views.verbs import form_page, refused, section
from staff.access import READERS, WRITERS, RolesRequiredMixin, roles_required

# The map follows so many relations at most; everybody beyond is counted.
MOST_TIES = 400
# Of a name on the map so many letters stand in a node; the whole name on hover and in the list.
NAME_ON_MAP = 7
FIVE_ROLES = (
    *(KeyRole.GENERAL_MANAGER, KeyRole.FINANCE_DEPUTY, KeyRole.CFO, KeyRole.FINANCE_MANAGER),
    KeyRole.CASHIER,
)
# Customers who stand in these relations to an organisation have a say in it, even when nobody rated it yet.
KEY_KINDS = ("legal_representative", "owner", "actual_controller", "finance_head")
PHONE = gettext_lazy("Phone")


def seen_name(customer, *, visible):
    """The name of a customer as the person may know it: the first letter only, out of scope."""
    return customer.name if visible else f"{customer.name[:1]}**"


def visible_among(request, keys):
    """Those of some customers (primary keys) whom the person may see."""
    return set(Customer.objects.visible_to(request.user).filter(pk__in=keys).values_list("pk", flat=True))


def relation_rows(request, customer):
    """[{"other", "label", "relation", "visible", "name", …}] of both directions; a fact told from both ends once."""
    found = list(
        Relation.objects.filter(Q(customer=customer) | Q(related=customer)).select_related(
            "customer__standing", "related__standing", "customer__person", "related__person"
        )
    )
    visible = visible_among(request, {one for row in found for one in (row.customer_id, row.related_id)})
    rows = {}
    for row in found:
        forward = row.customer_id == customer.pk
        other, kind = (row.related, row.kind) if forward else (row.customer, inverse(row.kind))
        known = rows.get((other.pk, kind))
        if known and (known["relation"].note or known["relation"].share or not row.note):
            continue
        seen = other.pk in visible
        rows[other.pk, kind] = {
            "other": other,
            "kind": kind,
            "label": kin_word(kind, gender_of(other) if seen else ""),
            "relation": row,
            "visible": seen,
            "name": seen_name(other, visible=seen),
            "over": bool(row.until and row.until < request.today),
        }
    # What is over stands below; family first, as it is asked first.
    return sorted(rows.values(), key=lambda row: (row["over"], row["kind"] not in FAMILY))


def person_rows(request, customer):
    """The people of a customer who are on file, with the next birthday kept, the nearest first."""
    people = list(customer.people.on_file().select_related("known_as__standing", "known_as__person"))
    visible = visible_among(request, {person.known_as_id for person in people if person.known_as_id})
    for person in people:
        person.birthday, person.birthday_lunar = birthday_of(person, on=request.today)
        person.shown_as = person.known_as if person.known_as_id in visible else None
    return people


def birthday_of(person, *, on):
    """(the next day a birthday is kept, that day in the lunar calendar when the lunar one is kept); None and ""."""
    if person.lunar_birthday:
        lunar = LunarDay(person.lunar_birthday // 100, person.lunar_birthday % 100, person.lunar_leap)
        day = next_lunar_birthday(lunar, on=on)
        return day, lunar_text(day) if day else ""
    if person.birth_date:
        return next_birthday(person.birth_date.month, person.birth_date.day, on=on), ""
    return None, ""


@require_safe
@roles_required(*READERS)
def relations(request, public_id):
    """Whom the customer knows: customers from both sides (out of scope by their first letter), and other people."""
    customer = visible_customer(request, public_id)
    rows = relation_rows(request, customer)
    people = person_rows(request, customer)
    listed = {(row["other"].pk, row["kind"]) for row in rows}
    # Somebody who is a customer stands among the relations; the person's row adds what the relation lacks.
    people = [person for person in people if (person.known_as_id, person.kind) not in listed or person.birthday]
    return panel(request, "customers/_relations.html", _("Relations"), customer, rows=rows, people=people)


class PersonAdd(RolesRequiredMixin, View):
    """Write down somebody of the family or the company."""

    allowed_roles = WRITERS

    def get(self, request, public_id):
        """The form; ``?kind=``, ``?role=`` and ``?known_as=`` (one of our customers) fill in what is known."""
        customer = visible_customer(request, public_id)
        initial = {name: request.GET[name] for name in ("kind", "role") if name in request.GET}
        if known := self._known(request):
            initial |= {"name": known.name, "gender": gender_of(known)}
        form = PersonForm(customer=customer, on=request.today, initial=initial)
        return self._page(request, form, customer)

    def post(self, request, public_id):
        """Add and go back; whoever is a customer already is linked in the same step."""
        customer = visible_customer(request, public_id)
        known = self._known(request)
        form = PersonForm(request.POST, customer=customer, on=request.today)
        if not form.is_valid():
            return self._page(request, form, customer)
        person = add_person(customer=customer, by=request.user, on=request.today, facts=form.facts())
        back = section(customer, _section_of(person))
        if known and known.pk != customer.pk:
            try:
                link_person(person=person, known_as=known, by=request.user)
            except ValidationError as error:
                messages.warning(request, " ".join(error.messages))
        elif matches_of(person=person, among=Customer.objects.visible_to(request.user)):
            messages.success(request, _("%(name)s is on file. Is this one of your customers?") % {"name": person.name})
            return redirect("customers:person_link", person.public_id)
        messages.success(request, _("%(name)s is on file.") % {"name": person.name})
        return redirect(back)

    @staticmethod
    def _known(request):
        name = request.GET.get("known_as", "")
        found = Customer.objects.visible_to(request.user)
        try:
            return found.filter(public_id=name).first() if name else None
        except ValidationError:
            return None

    @staticmethod
    def _page(request, form, customer):
        title = _("Add somebody around %(name)s") % {"name": customer}
        return form_page(request, form, customer, "relations", page_title=title, submit_label=_("Add"))


def visible_person(request, public_id):
    """The person of this public id, when the customer is in scope, else 404."""
    people = RelatedPerson.objects.visible_to(request.user).select_related("customer", "known_as")
    return get_object_or_404(people, public_id=public_id)


def _section_of(person):
    return "deciders" if person.role and not person.customer.is_individual else "relations"


class PersonEdit(RolesRequiredMixin, View):
    """Mend what is on file of a person."""

    allowed_roles = WRITERS

    def get(self, request, public_id):
        """The form with what is on file; the phone number stays hidden."""
        person = visible_person(request, public_id)
        return self._page(request, PersonForm(customer=person.customer, on=request.today, person=person), person)

    def post(self, request, public_id):
        """Save what differs and go back; of two people editing at once the second sees both versions."""
        person = visible_person(request, public_id)
        form = PersonForm(request.POST, customer=person.customer, on=request.today, person=person)
        if not form.is_valid():
            return self._page(request, form, person)
        try:
            edit_person(person=person, by=request.user, facts=form.facts(), stamp=form.cleaned_data["stamp"])
        except Changed as conflict:
            form.show_conflict(form.on_file(conflict.current), stamp_of(conflict.current, STAMPED))
            return self._page(request, form, person)
        messages.success(request, _("Saved."))
        return redirect(section(person.customer, _section_of(person)))

    @staticmethod
    def _page(request, form, person):
        title = _("Edit %(name)s") % {"name": person.name}
        return form_page(request, form, person.customer, _section_of(person), page_title=title)


@require_POST
@roles_required(*WRITERS)
def person_remove(request, public_id):
    """Take a person off the page; the toast offers to put them back."""
    person = visible_person(request, public_id)
    remove_person(person=person, by=request.user)
    back = reverse("customers:person_restore", args=[public_id])
    messages.success(request, _("%(name)s was taken off the file.") % {"name": person.name}, extra_tags=f"undo:{back}")
    return redirect(section(person.customer, _section_of(person)))


@require_POST
@roles_required(*WRITERS)
def person_restore(request, public_id):
    """Undo: put a person back."""
    person = visible_person(request, public_id)
    restore_person(person=person, by=request.user)
    messages.success(request, _("%(name)s is on file.") % {"name": person.name})
    return redirect(section(person.customer, _section_of(person)))


class PersonLink(RolesRequiredMixin, View):
    """Say which customer somebody is; customers with the same phone or name are offered."""

    allowed_roles = WRITERS

    def get(self, request, public_id):
        """Those who may be the person, and a field for anybody else."""
        person = visible_person(request, public_id)
        return self._page(request, LinkForm(user=request.user, other_than=person.customer), person)

    def post(self, request, public_id):
        """Link and go back."""
        person = visible_person(request, public_id)
        form = LinkForm(request.POST, user=request.user, other_than=person.customer)
        if not form.is_valid():
            return self._page(request, form, person)
        try:
            link_person(person=person, known_as=form.cleaned_data["known_as"], by=request.user)
        except ValidationError as error:
            refused(form, error)
            return self._page(request, form, person)
        messages.success(request, _("Linked: the relation between the two customers is on file."))
        return redirect(section(person.customer, _section_of(person)))

    @staticmethod
    def _page(request, form, person):
        context = {
            "person": person,
            "page_title": _("Is %(name)s a customer?") % {"name": person.name},
            "page_question": _("Only customers of yours are looked through."),
            "submit_label": _("Link"),
            "matches": matches_of(person=person, among=Customer.objects.visible_to(request.user)),
        }
        return form_page(
            request, form, person.customer, _section_of(person), template="customers/person_link.html", **context
        )


@roles_required(*READERS)
def person_reveal(request, public_id):
    """The phone number of a person in clear: GET asks why, POST shows it and leaves an audit row."""
    person = visible_person(request, public_id)
    url = reverse("customers:person_reveal", args=[public_id])
    return reveal_page(request, owner=person, customer=person.customer, url=url)


def reveal_page(request, *, owner, customer, url):
    """Ask for the reason and show the phone number of `owner`, somebody who is no customer. Never kept by a cache."""
    if request.method not in {"GET", "HEAD", "POST"}:
        return HttpResponse(status=405, headers={"Allow": "GET, POST"})
    form = RevealForm(request.POST if request.method == "POST" else None)
    context = {"customer": customer, "column": "mobile", "label": PHONE, "form": form, "reveal_url": url}
    if request.method == "POST" and form.is_valid():
        context["value"] = reveal_phone(
            owner=owner, subject=customer, by=request.user, reason=form.cleaned_data["reason"]
        )
    elif "hide" in request.GET:
        context["masked"] = owner.masked_mobile
    alone = request.htmx and not request.htmx.boosted
    response = render(request, "customers/_reveal.html" if alone else "customers/reveal.html", context)
    response.headers["Cache-Control"] = "no-store"
    return response


@require_safe
@roles_required(*READERS)
def deciders(request, public_id):
    """Who decides in an organisation (S0.16): role, influence, attitude, access; whom nobody met; who is missing."""
    customer = visible_customer(request, public_id)
    people = [person for person in person_rows(request, customer) if person.role or person.say]
    people.sort(key=lambda person: (-(person.say or 0), list(KeyRole).index(person.role) if person.role else 9))
    linked = {person.known_as_id for person in people}
    unrated = {}
    for row in relation_rows(request, customer):
        if row["kind"] in KEY_KINDS and row["other"].pk not in linked and not row["over"]:
            # The owner is often the legal representative too: one person, one line.
            unrated.setdefault(row["other"].pk, {**row, "labels": []})["labels"].append(row["label"])
    roles = {person.role for person in people}
    return panel(
        request,
        "customers/_deciders.html",
        _("Who decides"),
        customer,
        people=people,
        unrated=list(unrated.values()),
        deciding=[person for person in people if person.say == Say.DECIDES],
        stopping=[person for person in people if person.say == Say.GREAT],
        unmet=[person for person in people if person.access in {PersonAccess.NEVER, ""}],
        against=[person for person in people if person.attitude in {Attitude.OPPONENT, Attitude.SCEPTICAL}],
        missing=[role for role in FIVE_ROLES if role not in roles],
    )


@require_safe
@roles_required(*READERS)
def relation_map(request, public_id):
    """Two steps around the customer as a drawing and as a list; behind people out of scope nobody looks further."""
    customer = visible_customer(request, public_id)
    ties, people, visible = _ties_around(request, customer)
    drawing = draw(customer.pk, ties)
    nodes = [_node(node, people[node.key], visible) for node in drawing.nodes.values()]
    names = {node["key"]: node for node in nodes}
    said = defaultdict(list)
    for one, other, kind in ties:
        if one in names and other in names:
            said[one, other].append(kin_word(kind, names[other]["gender"]))
            said[other, one].append(kin_word(inverse(kind), names[one]["gender"]))
    for node in nodes:
        via = drawing.nodes[node["key"]].via
        node["via"], node["words"] = names.get(via), _(", ").join(dict.fromkeys(said[via, node["key"]]))
    lines = [
        {
            "from": one,
            "to": other,
            "words": _(", ").join(dict.fromkeys(said[one.key, other.key])),
        }
        for one, other in drawing.lines
    ]
    context = {"customer": customer, "nodes": nodes, "lines": lines, "left_out": drawing.left_out}
    context["frame"] = " ".join(map(str, drawing.frame))
    context["first"] = [node for node in nodes if node["ring"] == 1]
    context["second"] = [node for node in nodes if node["ring"] == 2]
    return render(request, "customers/relation_map.html", context)


def _ties_around(request, customer):
    """Relations two steps out as [(key, key, kind)], everybody by key, and whom the person may see."""
    rows = Relation.objects.select_related(
        "customer__standing", "related__standing", "customer__person", "related__person"
    )
    near = list(rows.filter(Q(customer=customer) | Q(related=customer))[:MOST_TIES])
    ring = {one for row in near for one in (row.customer_id, row.related_id)}
    visible = visible_among(request, ring) | {customer.pk}
    inner = (ring & visible) - {customer.pk}
    known = {row.pk for row in near}
    far = [row for row in rows.filter(Q(customer__in=inner) | Q(related__in=inner))[:MOST_TIES] if row.pk not in known]
    everybody = {customer.pk: customer}
    for row in [*near, *far]:
        everybody |= {row.customer_id: row.customer, row.related_id: row.related}
    visible |= visible_among(request, everybody.keys() - ring)
    ties = [(row.customer_id, row.related_id, row.kind) for row in [*near, *far]]
    # People who are no customers stand around the customer in the middle.
    for person in customer.people.on_file().filter(known_as=None):
        key = f"person-{person.pk}"
        everybody[key] = person
        ties.append((customer.pk, key, person.kind))
    return ties, everybody, visible


def _node(node, who, visible):
    is_customer = isinstance(who, Customer)
    seen = not is_customer or who.pk in visible
    name = seen_name(who, visible=seen) if is_customer else who.name
    # Firms of a town all begin with its name.
    short = without_place(name) or name
    return {
        "key": node.key,
        "ring": node.ring,
        "x": node.x,
        "y": node.y,
        "name": name,
        "short": short if len(short) <= NAME_ON_MAP else f"{short[: NAME_ON_MAP - 1]}…",
        "url": who.get_absolute_url() if is_customer and seen else "",
        "visible": seen,
        "customer": who if is_customer and seen else None,
        "person": not is_customer,
        "company": is_customer and not who.is_individual,
        "gender": (gender_of(who) if is_customer else who.gender) if seen else "",
    }
