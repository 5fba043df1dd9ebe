"""The pages of the switch."""

from app.format_switch.views import overview, paper, plans
from app.format_switch.views.blueprint import blueprint, doors

blueprints = (blueprint,)

__all__ = ["blueprints", "doors", "overview", "paper", "plans"]
