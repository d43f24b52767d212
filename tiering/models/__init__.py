"""How a tier is decided, and when and why it changed."""

from tiering.models.assessment import Answer, Assessment
from tiering.models.override import Override
from tiering.models.package import Right, RightUse, ServicePackage
from tiering.models.placement import Movement, Placement, PriorPlacement, Reading, TieringRun
from tiering.models.profile import Gathered, Profile, TierCount, Touched
from tiering.models.publication import Publication
from tiering.models.scheme import Band, Scheme
from tiering.models.sheet import Criterion, Cutoff, Option, ScoringSheet

__all__ = [
    "Answer",
    "Assessment",
    "Band",
    "Criterion",
    "Cutoff",
    "Gathered",
    "Movement",
    "Option",
    "Override",
    "Placement",
    "PriorPlacement",
    "Profile",
    "Publication",
    "Reading",
    "Right",
    "RightUse",
    "Scheme",
    "ScoringSheet",
    "ServicePackage",
    "TierCount",
    "TieringRun",
    "Touched",
]
