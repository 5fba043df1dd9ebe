"""The pages of the switch."""

from app.format_switch.views.overview import blueprint, doors

blueprints = (blueprint,)

__all__ = ["blueprints", "doors"]
