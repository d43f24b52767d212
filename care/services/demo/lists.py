"""Tags and saved lists of the demo bank, so that lists look as they do after some months of use."""

from customers.choices import Kind, Tone, ViewScope
from customers.models import Customer, SavedView, Tag, Tagging, ViewMember, ViewPlace
from staff.choices import Role
from staff.models import User

TAGS = (
    ("重点拓展", Tone.RED),
    ("代发工资", Tone.BLUE),
    ("理财偏好", Tone.GREEN),
    ("沉睡唤醒", Tone.AMBER),
    ("商圈商户", Tone.VIOLET),
)
# Name, what it looks for, whether it stands grouped.
OWN = (
    ("30天到期", {"quick": {"maturing": "30"}}, ""),
    ("90天未联系", {"quick": {"quiet": "90"}}, ""),
    (
        "高资产待提升",
        {
            "where": {
                "all": [
                    {"field": "standing-asset_total", "op": "least", "value": ["200000"]},
                    {
                        "any": [
                            {"field": "standing-tier", "op": "in", "value": ["B", "C"]},
                            {"field": "standing-tier", "op": "unknown", "value": []},
                        ]
                    },
                ]
            }
        },
        "",
    ),
)
OF_BRANCH = (
    ("企业客户", {"quick": {"kind": Kind.ORGANIZATION.value}}, ""),
    ("各经理客户", {}, "manager"),
)
EVERY, MEMBERS = 7, 12


def make_up_lists(*, today):
    """Tags on every seventh customer, own lists for every manager, shared ones for every branch with a head."""
    tags = {}
    rows = []
    places = {}
    tagged = Customer.objects.order_by("pk").values_list("pk", "branch_id", "manager_id")
    for number, (customer, branch, manager) in enumerate(tagged):
        if number % EVERY:
            continue
        name, tone = TAGS[(number // EVERY) % len(TAGS)]
        if (branch, name) not in tags:
            tags[branch, name] = Tag.objects.create(branch_id=branch, name=name, tone=tone)
        rows.append(Tagging(customer_id=customer, tag=tags[branch, name], by_id=manager, on=today))
    Tagging.objects.bulk_create(rows, batch_size=2000)
    views = []
    for user in User.objects.working().filter(role__in=[Role.MANAGER, Role.HEAD]).select_related("branch"):
        shared = user.role == Role.HEAD and user.branch_id
        for name, definition, group in OF_BRANCH if shared else OWN:
            views.append(
                SavedView(
                    owner=user,
                    name=name,
                    definition=definition,
                    group=group,
                    scope=ViewScope.BRANCH if shared else ViewScope.MINE,
                    branch=user.branch if shared else None,
                )
            )
        if not shared:
            views.append(SavedView(owner=user, name="下周回访名单", definition={}, fixed=True))
    SavedView.objects.bulk_create(views)
    members = []
    for view in views:
        if view.fixed:
            view.definition = {"list": str(view.public_id)}
            own = Customer.objects.filter(manager=view.owner_id).order_by("-pk").values_list("pk", flat=True)[:MEMBERS]
            members += [ViewMember(view=view, customer_id=key, by_id=view.owner_id, on=today) for key in own]
    SavedView.objects.bulk_update([view for view in views if view.fixed], ["definition"])
    ViewMember.objects.bulk_create(members)
    for view in views:
        places.setdefault(view.owner_id, []).append(view)
    ViewPlace.objects.bulk_create(
        ViewPlace(user_id=owner, view=view, pinned=True, position=position)
        for owner, own in places.items()
        for position, view in enumerate(own)
    )
