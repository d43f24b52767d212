"""The tier dashboard: is my book getting better, and where does it leak?"""

from tiering.views.dashboard.lists import MemberList, WatchList
from tiering.views.dashboard.parts import (
    AgreementView,
    ConcentrationView,
    CoverageView,
    Dashboard,
    Export,
    LinesView,
    MatrixView,
    MaturingView,
    SchemesView,
    WatchingView,
)

__all__ = [
    "AgreementView",
    "ConcentrationView",
    "CoverageView",
    "Dashboard",
    "Export",
    "LinesView",
    "MatrixView",
    "MaturingView",
    "MemberList",
    "SchemesView",
    "WatchList",
    "WatchingView",
]
