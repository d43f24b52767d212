"""What the address of a customer list asks for, and how an address asks for it: nothing that was typed stands in one.

A text that was searched for, and conditions that compare with typed words, are kept in the session under a key; the
address carries the key.
"""

import json
import secrets
from uuid import UUID

from django.http import Http404, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse

from customers.filters import CustomerFilter, Selection
from customers.models import SavedView
from customers.rules.conditions import Unreadable, compact, parse_compact, parse_json
from customers.services.conditions import Registry

KEPT_KEY, MOST_KEPT = "customer_searches", 30
ALL = "all"
# What says how a list is shown, not whom it finds.
SHOWN = ("sort", "columns", "group", "per_page")


def keep(request, value):
    """A key under which the session keeps something that must not stand in an address; the same thing, the same key."""
    kept = request.session.get(KEPT_KEY, {})
    for key, known in kept.items():
        if known == value:
            return key
    key = secrets.token_urlsafe(6)
    newest = list(kept.items())[-(MOST_KEPT - 1) :]
    request.session[KEPT_KEY] = {**dict(newest), key: value}
    return key


def kept(request, key):
    """What was kept under a key; None when the session has forgotten it or it belongs to somebody else's."""
    return request.session.get(KEPT_KEY, {}).get(key)


def plain(parameters):
    """Parameters that came in a form, without the character NUL, which the database does not store."""
    cleaned = parameters.copy()
    for name, values in parameters.lists():
        cleaned.setlist(name, [value.replace("\x00", "") for value in values])
    return cleaned


class Asked:
    """The list that a request asks for: `view` (a saved list or None), `selection`, and how it is shown."""

    def __init__(self, request, parameters=None):
        self.request = request
        self.parameters = request.GET if parameters is None else plain(parameters)
        self.forgotten = False
        get = self.parameters.get
        self.view = self._view(get("view", ""))
        self.edited = self.view is not None and get("edited") == "1"
        base = self.view.definition if self.view is not None and not self.edited else {}
        quick = {name: value for name in CustomerFilter.base_filters if (value := get(name))}
        definition = {**base, "quick": {**base.get("quick", {}), **quick}}
        if self.edited and self.view.fixed:
            definition["list"] = str(self.view.public_id)
        if key := get("find"):
            text = kept(request, key)
            self.forgotten |= not isinstance(text, str)
            definition["text"] = text if isinstance(text, str) else ""
        self.selection = Selection(definition, user=request.user, on=request.today)
        if where := get("where"):
            self._narrow(where)
        self.sort = get("sort") or (self.view.sort if self.view else "")
        self.group = get("group") if "group" in self.parameters else (self.view.group if self.view else "")

    def _view(self, key):
        if not key or key == ALL:
            return None
        try:
            public_id = UUID(key)
        except ValueError:
            raise Http404 from None
        return get_object_or_404(SavedView.objects.visible_to(self.request.user), public_id=public_id)

    def _narrow(self, where):
        """Read the conditions of the address; conditions that were kept in the session begin with a tilde."""
        if where.startswith("~"):
            data = kept(self.request, where[1:])
            self.forgotten |= not isinstance(data, dict)
            self.selection.where = data if isinstance(data, dict) else {}
            return
        try:
            self.selection.where = parse_compact(where, self.selection.registry.fields).as_json()
        except Unreadable as error:
            # Not a list of conditions at all: the selection finds nobody and says why.
            self.selection.where = {"unreadable": str(error)}

    @property
    def columns(self):
        """The columns asked for in the address, or None."""
        if "columns" in self.parameters:
            return [name for name in ",".join(self.parameters.getlist("columns")).split(",") if name]
        return None

    def query(self, definition=None, **shown):
        """The parameters of the same list, or of one with another `definition`; `shown` says how else it is shown."""
        changed = definition is not None
        definition = self.selection.definition if definition is None else definition
        query = QueryDict(mutable=True)
        if self.view is not None:
            query["view"] = str(self.view.public_id)
        if self.view is None or changed or self.edited:
            if self.view is not None:
                query["edited"] = "1"
            query.update(spelled(self.request, definition))
            if self.view is None and not len(query):
                query["view"] = ALL
        else:
            query.update(self.added())
        for name in SHOWN:
            value = shown.get(name, self.parameters.get(name) if name != "columns" else "")
            if value:
                query[name] = value
        return query

    def added(self):
        """What the address adds to a saved list."""
        return {
            name: value
            for name, value in self.parameters.items()
            if value and (name in CustomerFilter.base_filters or name in {"where", "find"})
        }

    def url(self, definition=None, **shown):
        """The address of `query`."""
        return f"{reverse('customers:list')}?{self.query(definition, **shown).urlencode()}"

    def without(self, kind, key):
        """The address of the same list without one of its filters."""
        definition = self.selection.definition
        if kind == "quick":
            definition["quick"] = {name: value for name, value in definition["quick"].items() if name != key}
        elif kind == "where":
            ((joint, parts),) = definition["where"].items()
            definition["where"] = {joint: [part for place, part in enumerate(parts) if place != key]}
        else:
            definition.pop("text", None)
        return self.url(definition)

    def within(self, condition):
        """The address of this list narrowed by one more condition (as JSON), no longer in groups."""
        definition = self.selection.definition
        parts = [part for part in [definition.get("where")] if part and next(iter(part.values()))]
        return self.url({**definition, "where": {"all": [*parts, condition]}}, group="")

    def toggled(self, quick):
        """The address of this list with these quick filters, or without them when it has them all."""
        definition = self.selection.definition
        now = definition.get("quick", {})
        on = all(now.get(name) == value for name, value in quick.items())
        rest = {name: value for name, value in now.items() if name not in quick}
        return self.url({**definition, "quick": rest if on else {**rest, **quick}}), on


def spelled(request, definition):
    """A definition as parameters of an address; typed words go into the session."""
    query = dict(definition.get("quick", {}))
    if text := definition.get("text"):
        query["find"] = keep(request, text)
    where = definition.get("where")
    if where and next(iter(where.values())):
        query["where"] = where_text(request, where)
    return query


def where_text(request, where):
    """Conditions as the text of an address: written out, or, with typed words or too long, the key of the session."""
    registry = Registry(user=request.user, on=request.today)
    try:
        tree = parse_json(where, registry.fields)
    except Unreadable:
        return "~" + keep(request, where)
    typed = any(
        condition.field not in registry.fields or registry.fields[condition.field].values_are_personal
        for condition in tree.conditions
    )
    text = compact(tree)
    return "~" + keep(request, json.loads(json.dumps(where))) if typed or len(text) > 1000 else text
