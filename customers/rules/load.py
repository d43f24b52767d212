"""How customers are spread over managers, and what would even it out: plain functions of plain numbers."""

from dataclasses import dataclass

# A manager is busy from so much above the mean, and has room from so much below.
BUSY, ROOM = 1.25, 0.85
SUGGESTIONS = 3


@dataclass(frozen=True)
class Suggestion:
    """Give so many customers of one manager to another."""

    giver: object
    receiver: object
    number: int


def suggestions(loads):
    """What would even out `loads` ({manager: customers}, all of one branch): at most three Suggestions, the largest
    first. A giver keeps the mean, a receiver is not filled above it. Nothing for fewer than two managers."""
    if len(loads) < 2:
        return []
    mean = sum(loads.values()) / len(loads)
    givers = sorted(((number - mean, who) for who, number in loads.items() if number > mean * BUSY), key=_most)
    takers = sorted(((mean - number, who) for who, number in loads.items() if number < mean * ROOM), key=_most)
    found = []
    while givers and takers and len(found) < SUGGESTIONS:
        (more, giver), (room, taker) = givers.pop(0), takers.pop(0)
        number = int(min(more, room))
        if number < 1:
            break
        found.append(Suggestion(giver, taker, number))
        if more - number >= 1:
            givers.insert(0, (more - number, giver))
        if room - number >= 1:
            takers.insert(0, (room - number, taker))
    return found


def _most(pair):
    return -pair[0]
