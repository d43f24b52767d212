"""公私联动: the owner's private file and the company's file side by side, and where one of the two is missing."""

from django.db.models import Exists, OuterRef, Q
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from customers.choices import Category, HoldingStatus, Kind, Occupation, RelationKind
from customers.models import Customer, Holding, RelatedPerson, Relation
from customers.rules.relations import BEHIND_A_COMPANY, inverse
from customers.views.customers import visible_customer
from customers.views.pages import ShortPaginator
from customers.views.panels import panel
from customers.views.people import seen_name, visible_among
from customers.views.scope import scope_of
from staff.access import READERS, roles_required

PER_PAGE = 30
IN_FRONT_OF_A_PERSON = tuple(inverse(kind) for kind in BEHIND_A_COMPANY)
# What an owner and a company usually have with their bank: what is not there is worth a question.
OF_OWNERS = (Category.TIME_DEPOSIT, Category.WEALTH, Category.FUND, Category.INSURANCE, Category.CARD)
OF_COMPANIES = (Category.DEMAND_DEPOSIT, Category.PAYMENT, Category.WEALTH, Category.LOAN)


@require_safe
@roles_required(*READERS)
def both_sides(request, public_id):
    """The people behind a company, or the companies of a person: tier, assets, and what each side lacks."""
    customer = visible_customer(request, public_id)
    behind, in_front = BEHIND_A_COMPANY, IN_FRONT_OF_A_PERSON
    here, there = (in_front, behind) if customer.is_individual else (behind, in_front)
    rows = Relation.objects.filter(Q(customer=customer, kind__in=here) | Q(related=customer, kind__in=there))
    kinds, others = {}, {}
    for row in rows.select_related("customer__standing", "related__standing"):
        forward = row.customer_id == customer.pk
        other, kind = (row.related, row.kind) if forward else (row.customer, inverse(row.kind))
        others[other.pk] = other
        kinds.setdefault(other.pk, {})[str(RelationKind(kind).label)] = row.share
    visible = visible_among(request, others)
    held = _held([customer.pk, *visible])
    sides = [
        {
            "customer": other if key in visible else None,
            "name": seen_name(other, visible=key in visible),
            "words": _(", ").join(kinds[key]),
            "share": next((share for share in kinds[key].values() if share), None),
            "lacks": _lacks(other, held) if key in visible else [],
        }
        for key, other in others.items()
    ]
    people = RelatedPerson.objects.none()
    if not customer.is_individual:
        people = customer.people.on_file().filter(kind__in=BEHIND_A_COMPANY, known_as=None)
    return panel(
        request,
        "customers/_both_sides.html",
        _("Company and owner"),
        customer,
        sides=sides,
        own_lacks=_lacks(customer, held),
        strangers=list(people),
        owner_without=customer.is_individual
        and not sides
        and getattr(getattr(customer, "person", None), "occupation", "") == Occupation.BUSINESS_OWNER,
    )


def _held(keys):
    rows = Holding.objects.filter(customer__in=keys, status=HoldingStatus.OPEN).order_by()
    held = {}
    for key, category in rows.values_list("customer", "product__category").distinct():
        held.setdefault(key, set()).add(category)
    return held


def _lacks(customer, held):
    usual = OF_OWNERS if customer.is_individual else OF_COMPANIES
    return [category.label for category in usual if category.value not in held.get(customer.pk, set())]


def _owners_alone(customers):
    """Business owners whose company is no customer of ours, as far as anybody wrote down."""
    # Two questions, each with its index; joined by OR the planner would read all relations for each customer.
    told = Relation.objects.filter(related=OuterRef("pk"), kind__in=BEHIND_A_COMPANY)
    told_back = Relation.objects.filter(customer=OuterRef("pk"), kind__in=IN_FRONT_OF_A_PERSON)
    alone = customers.filter(kind=Kind.INDIVIDUAL, person__occupation=Occupation.BUSINESS_OWNER)
    return alone.filter(~Exists(told), ~Exists(told_back))


def _companies_alone(customers):
    """Organisations behind which no private customer of ours stands, as far as anybody wrote down."""
    told = Relation.objects.filter(customer=OuterRef("pk"), kind__in=BEHIND_A_COMPANY, related__kind=Kind.INDIVIDUAL)
    told_back = Relation.objects.filter(
        related=OuterRef("pk"), kind__in=IN_FRONT_OF_A_PERSON, customer__kind=Kind.INDIVIDUAL
    )
    return customers.filter(kind=Kind.ORGANIZATION).filter(~Exists(told), ~Exists(told_back))


@require_safe
@roles_required(*READERS)
def owners(request):
    """Owners whose company banks elsewhere, and companies whose owner is no private customer, the largest first."""
    scope = scope_of(request)
    mine = scope.rows(Customer).filter(state="active")
    which = "companies" if request.GET.get("show") == "companies" else "owners"
    found = _companies_alone(mine) if which == "companies" else _owners_alone(mine)
    listed = found.select_related("standing", "manager").order_by("-standing__asset_total", "pk")
    page = ShortPaginator(listed, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "customers/owners.html", {"scope": scope, "which": which, "page": page})
