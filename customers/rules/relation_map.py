"""Where the people of a relation map stand: the customer in the middle, two rings around. Pure geometry."""

from dataclasses import dataclass, field
from math import cos, pi, sin

MOST_NODES = 40
# Half the height of the drawing; it is wider than high, as screens are.
INNER, OUTER, STRETCH = 120, 240, 1.7
# Ring two leaves this part of a sector empty at its sides.
MARGIN = 0.12


@dataclass
class Node:
    """Somebody on the map: place (units from the middle), ring (0, 1, 2), through whom on ring two."""

    key: object
    ring: int
    x: int = 0
    y: int = 0
    via: object = None


@dataclass
class Drawing:
    """Nodes by key in the order of the rings, the lines between those that stand on it, how many were left out."""

    nodes: dict = field(default_factory=dict)
    lines: list = field(default_factory=list)
    left_out: int = 0


def draw(centre, ties, *, most=MOST_NODES):
    """Place `centre` and whoever is reached in two steps over `ties` [(key, key, …)], at most `most` people.

    The first ring is filled first, in the order of the ties; the rest are counted. Ties whose both ends are drawn
    become lines, each pair once. Keys may be anything hashable.
    """
    nodes = {centre: Node(centre, 0)}
    reached = {centre: 0}
    for ring in (1, 2):
        for tie in ties:
            for one, other in ((tie[0], tie[1]), (tie[1], tie[0])):
                if reached.get(one) == ring - 1 and other not in reached:
                    reached[other] = ring
                    if len(nodes) < most and one in nodes:
                        nodes[other] = Node(other, ring, via=one)
    _place(nodes)
    seen, lines = set(), []
    for tie in ties:
        pair = frozenset(tie[:2])
        if tie[0] in nodes and tie[1] in nodes and pair not in seen:
            seen.add(pair)
            lines.append((nodes[tie[0]], nodes[tie[1]]))
    return Drawing(nodes, lines, len(reached) - len(nodes))


def _place(nodes):
    first = [node for node in nodes.values() if node.ring == 1]
    children = {node.key: [] for node in first}
    for node in nodes.values():
        if node.ring == 2:
            children[node.via].append(node)
    # Whoever brings more people along gets a wider sector.
    weights = [1 + len(children[node.key]) for node in first]
    angle, whole = -pi / 2, sum(weights)
    for node, weight in zip(first, weights, strict=True):
        width = 2 * pi * weight / whole
        _at(node, INNER, angle + width / 2)
        inside = width * (1 - 2 * MARGIN)
        group = children[node.key]
        for place, child in enumerate(group):
            _at(child, OUTER, angle + width * MARGIN + inside * (place + 0.5) / len(group))
        angle += width


def _at(node, radius, angle):
    node.x, node.y = round(radius * STRETCH * cos(angle)), round(radius * sin(angle))
