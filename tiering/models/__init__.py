"""How a tier is decided, and when and why it changed."""

from tiering.models.placement import Movement, Placement, TieringRun
from tiering.models.scheme import Band, Scheme
from tiering.models.sheet import Criterion, Cutoff, Option, ScoringSheet

__all__ = ["Band", "Criterion", "Cutoff", "Movement", "Option", "Placement", "Scheme", "ScoringSheet", "TieringRun"]
