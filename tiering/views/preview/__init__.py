"""The what-if of a scoring sheet: who would move, who exactly, and the verbs that follow from it."""

from tiering.views.preview.movers import MoverList
from tiering.views.preview.page import Preview
from tiering.views.preview.verbs import cutoffs, forward, publish

__all__ = ["MoverList", "Preview", "cutoffs", "forward", "publish"]
