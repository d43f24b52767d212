"""The scores before and after as columns with the cut-offs on them: places and sizes in per cent of the drawing."""

from staff.templatetags.crm import share_of

MOST_COLUMNS = 60
WIDTHS = (1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000)
TICKS = 8


class Histogram:
    """Columns of scores under the rules in force and under the version, from 0 points to `top`."""

    def __init__(self, found, current):
        tiers = found.plan.tiers
        after = {}
        for bar in found.bars:
            if bar.score is not None:
                after[bar.score] = after.get(bar.score, 0) + bar.count
        cuts = [tier.minimum for tier in (*tiers, *(current.tiers if current else ()))]
        highest = max(found.plan.definition.highest, *after, *found.before, *cuts, 1)
        self.step = next((width for width in WIDTHS if highest / width < MOST_COLUMNS), highest // MOST_COLUMNS + 1)
        self.top = (highest // self.step + 1) * self.step
        self.columns = self._columns(found.before, after)
        self.ticks = self._ticks()
        # The lowest tier begins where it begins: nothing to move there. Neighbours' signs stand on two lines.
        self.cuts = [
            {
                "code": tier.code,
                "label": tier.label,
                "minimum": tier.minimum,
                "least": below.minimum + 1,
                "most": above.minimum - 1 if above else self.top,
                "x": self.at(tier.minimum),
                "lower": place % 2,
            }
            for place, (above, tier, below) in enumerate(zip((None, *tiers), tiers, tiers[1:], strict=False))
        ]
        self.old = [
            {"code": tier.code, "minimum": tier.minimum, "x": self.at(tier.minimum)}
            for tier in (current.tiers[:-1] if current else ())
        ]

    def at(self, points):
        """How far from the left a number of points lies."""
        return f"{points / self.top * 100:.3f}"

    def _columns(self, before, after):
        bins = [{"before": 0, "after": 0} for _first in range(0, self.top, self.step)]
        for name, scores in (("before", before), ("after", after)):
            for score, number in scores.items():
                bins[min(max(score, 0) // self.step, len(bins) - 1)][name] += number
        self.tallest = max((row[name] for row in bins for name in ("before", "after")), default=0)
        half = 100 / len(bins) / 2
        for place, row in enumerate(bins):
            first = place * self.step
            row |= {
                "label": f"{first}–{first + self.step - 1}" if self.step > 1 else f"{first}",
                "x": f"{place * half * 2:.3f}",
                "middle": f"{place * half * 2 + half:.3f}",
                "width": f"{half * 0.92:.3f}",
                "before_height": share_of(row["before"], self.tallest),
                "after_height": share_of(row["after"], self.tallest),
                "before_y": f"{100 - float(share_of(row['before'], self.tallest)):.1f}",
                "after_y": f"{100 - float(share_of(row['after'], self.tallest)):.1f}",
            }
        return bins

    def _ticks(self):
        width = next(width for width in (*WIDTHS, self.top) if self.top / width <= TICKS)
        return [{"points": points, "x": self.at(points)} for points in range(0, self.top + 1, width)]
