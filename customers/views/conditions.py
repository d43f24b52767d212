"""The page on which conditions are put together: groups of all and any, without a script as well as with one."""

from django.http import QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views import View

from customers.rules.conditions import (
    BIRTHDAY,
    CHOICE,
    DAY,
    DEEPEST,
    MOST_CONDITIONS,
    NUMBER,
    OPERATORS,
    SEVERAL,
    Group,
    Unreadable,
    parse_json,
)
from customers.views.asked import Asked
from staff.access import READERS, RolesRequiredMixin, wants_part

ROOT = "g0"


class Conditions(RolesRequiredMixin, View):
    """What a list looks for, condition by condition."""

    allowed_roles = READERS

    def get(self, request):
        """The conditions of the list in hand, to be changed."""
        asked = Asked(request)
        return self._page(request, asked, asked.selection.tree, state=asked.query().urlencode())

    def post(self, request):
        """Add, take away, or look at the list; what was typed stays as it was typed."""
        state = request.POST.get("state", "")
        asked = Asked(request, parameters=QueryDict(state))
        registry = asked.selection.registry
        data = posted(request.POST)
        verb, _colon, node = request.POST.get("do", "").partition(":")
        if verb in {"condition", "group", "remove"}:
            data = changed(data, verb, node)
        try:
            tree = parse_json(data["tree"], registry.fields)
        except Unreadable as error:
            return self._page(request, asked, Group(parts=()), state=state, unreadable=str(error), status=422)
        if request.POST.get("do") != "apply":
            # Being put together: what is not filled in yet is no mistake yet.
            return self._page(request, asked, tree, state=state, told=False)
        empty = [one for one in tree.conditions if one.field == "" and not one.values]
        if empty or tree.problems:
            return self._page(request, asked, tree, state=state, status=422)
        return redirect(asked.url({**asked.selection.definition, "where": tree.as_json()}))

    @staticmethod
    def _page(request, asked, tree, *, state, told=True, unreadable="", status=200):
        registry = asked.selection.registry
        numbers = iter(range(1, 10 * MOST_CONDITIONS))
        context = {
            "root": drawn(tree, registry, ROOT, numbers, told, 1),
            "sections": registry.sections(),
            "state": state,
            "unreadable": unreadable,
            "back": asked.url(),
        }
        template = "customers/_conditions.html" if wants_part(request) else "customers/conditions.html"
        # A part that names what is wrong is shown like any other.
        return render(request, template, context, status=200 if wants_part(request) else status)


def posted(data):
    """The nodes of the form as a tree of JSON, with their keys beside: {"tree", "nodes": key → list of parts}."""
    tree = {data.get(f"mode-{ROOT}") if data.get(f"mode-{ROOT}") in {"all", "any"} else "all": []}
    groups, nodes = {ROOT: next(iter(tree.values()))}, {}
    for key in data.getlist("node")[: 2 * MOST_CONDITIONS]:
        within = groups.get(data.get(f"in-{key}", ROOT))
        if within is None or key in groups:
            continue
        if key.startswith("g"):
            mode = data.get(f"mode-{key}")
            node = {mode if mode in {"all", "any"} else "any": []}
            groups[key] = next(iter(node.values()))
        else:
            values = [value for value in data.getlist(f"value-{key}") if value.strip()]
            node = {"field": data.get(f"field-{key}", ""), "op": data.get(f"op-{key}", ""), "value": values}
        within.append(node)
        nodes[key] = (within, node)
    return {"tree": tree, "groups": groups, "nodes": nodes}


def changed(data, verb, key):
    """The posted tree with one condition or group more in the group `key`, or without the node `key`."""
    new = {"field": "", "op": "", "value": []}
    if verb == "remove" and key in data["nodes"]:
        within, node = data["nodes"][key]
        within[:] = [other for other in within if other is not node]
    elif verb in {"condition", "group"} and key in data["groups"]:
        data["groups"][key].append(new if verb == "condition" else {"any": [new]})
    return data


def drawn(group, registry, key, numbers, told, depth):
    """A group as the form draws it."""
    parts = []
    for part in group.parts:
        number = next(numbers)
        if isinstance(part, Group):
            parts.append({"group": drawn(part, registry, f"g{number}", numbers, told, depth + 1), "within": key})
        else:
            parts.append({"condition": row(part, registry, f"c{number}", told), "within": key})
    return {"key": key, "mode": "all" if group.every else "any", "parts": parts, "deeper": depth < DEEPEST}


def row(condition, registry, key, told):
    """A condition as the form draws it: what can be compared how, and with which controls."""
    field = registry.fields.get(condition.field)
    operators = field.operators if field else []
    codes = [operator.code for operator in operators]
    chosen = condition.operator if condition.operator in codes else (codes[0] if codes else "")
    operator = OPERATORS.get(chosen)
    takes = operator.takes if operator else 0
    control = ""
    if operator and takes != 0:
        if operator.days:
            control = "days"
        elif field.kind in {CHOICE, SEVERAL}:
            control = "several" if takes is None else "choice"
        elif field.kind in {DAY, BIRTHDAY}:
            control = "day"
        else:
            control = "number" if field.kind == NUMBER else "text"
    values = list(condition.values)
    problem = condition.problem
    if told and condition.field == "":
        problem = _("Choose what to filter by.")
    choices = (
        []
        if control not in {"choice", "several"}
        else [{"code": code, "label": label, "on": code in values} for code, label in field.choices.items()]
    )
    known = {choice["code"] for choice in choices}
    if control in {"choice", "several"}:
        choices += [{"code": value, "label": value, "on": True} for value in values if value not in known]
    slots = [values[place] if place < len(values) else "" for place in range(takes or 1)]
    return {
        "key": key,
        "field": condition.field,
        "gone": condition.field and field is None,
        "operators": operators,
        "operator": chosen,
        "control": control,
        "choices": choices,
        "slots": slots,
        "values": values,
        "problem": problem if told else "",
    }
