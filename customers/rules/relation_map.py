"""Where the people of a relation map stand: the customer in the middle, two rings around. Pure geometry."""

from dataclasses import dataclass, field
from itertools import pairwise
from math import cos, pi, sin

MOST_NODES = 40
# Half the height of a sparse drawing; it is wider than high, as screens are.
INNER, OUTER, STRETCH = 120, 240, 1.7
# Ring two leaves this part of a sector empty at its sides.
MARGIN = 0.12
# Along a ring a name needs so much room; when there is less, every second one steps out by STEP, and two of them share
# it. A ring that is too short even for that grows.
ROOM, STEP = 60, 56
# Around the outermost: the half of the longest words at the sides, the mark above, name and relation below.
ASIDE, ABOVE, BELOW = 86, 26, 56
# A drawing of two people is not blown up beyond this size.
LEAST_WIDTH, LEAST_HEIGHT = 640, 340


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
    """Nodes by key in the order of the rings, the lines between those that stand on it, how many were left out.

    `frame` is the part of the plane that everything fits in, with its words: left, top, width, height.
    """

    nodes: dict = field(default_factory=dict)
    lines: list = field(default_factory=list)
    left_out: int = 0
    frame: tuple = ()


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
    return Drawing(nodes, lines, len(reached) - len(nodes), _frame(nodes.values()))


def _place(nodes):
    first = [node for node in nodes.values() if node.ring == 1]
    children = {node.key: [] for node in first}
    for node in nodes.values():
        if node.ring == 2:
            children[node.via].append(node)
    # Whoever brings more people along gets a wider sector.
    weights = [max(1, 0.9 * len(children[node.key])) for node in first]
    angle, whole = -pi / 2, sum(weights)
    angles, seconds = [], []
    for node, weight in zip(first, weights, strict=True):
        width, group = 2 * pi * weight / whole, children[node.key]
        angles.append(angle + width / 2)
        inside = width * (1 - 2 * MARGIN)
        seconds += [
            (child, angle + width * MARGIN + inside * (place + 0.5) / len(group)) for place, child in enumerate(group)
        ]
        angle += width
    widest = _ring(list(zip(first, angles, strict=True)), INNER)
    _ring(seconds, max(OUTER, widest + OUTER - INNER))


def _ring(placed, radius):
    """Place [(node, angle)], in the order of the angles, around the middle; returns the radius reached."""
    if len(placed) < 2:
        gap = 2 * pi
    else:
        turned = [*(angle for _node, angle in placed), placed[0][1] + 2 * pi]
        gap = min(later - sooner for sooner, later in pairwise(turned))
    close = gap * radius < ROOM
    if close:
        # In the inner of two rows stands every second one.
        radius = max(radius - STEP / 3, ROOM / (2 * gap))
    for place, (node, angle) in enumerate(placed):
        _at(node, radius + (STEP if close and place % 2 else 0), angle)
    return radius + (STEP if close else 0)


def _at(node, radius, angle):
    node.x, node.y = round(radius * STRETCH * cos(angle)), round(radius * sin(angle))


def _frame(nodes):
    left, right = min(node.x for node in nodes) - ASIDE, max(node.x for node in nodes) + ASIDE
    top, bottom = min(node.y for node in nodes) - ABOVE, max(node.y for node in nodes) + BELOW
    more_x, more_y = max(0, LEAST_WIDTH - (right - left)), max(0, LEAST_HEIGHT - (bottom - top))
    return left - more_x // 2, top - more_y // 2, right - left + more_x, bottom - top + more_y
