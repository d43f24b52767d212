"""Where customers stand beside their tier: need and potential, asset or liability, four degrees."""

from tiering.views.positions.degrees import Degrees
from tiering.views.positions.potential import Potential
from tiering.views.positions.worth import Worth, WorthList

__all__ = ["Degrees", "Potential", "Worth", "WorthList"]
