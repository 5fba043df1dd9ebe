"""Pages of delegations and delegates: public ones, by personal links, and the desk's."""

from flask_babel import lazy_gettext as _l

from app.delegations.views import (
    delegate,
    delegation,
    desk,
    desk_doubles,
    desk_list,
    desk_together,
    public,
    questions,
    reply,
)
from app.delegations.views.shared import blueprint
from app.navigation import Door
from app.permissions import Permission

blueprints = (blueprint,)
doors = (
    Door(_l("Delegates"), "delegations.delegates", Permission.READ_DELEGATES, 40, of_conference=True),
    Door(_l("Delegations"), "delegations.delegations", Permission.READ_DELEGATES, 41, of_conference=True),
    Door(_l("Questions"), "delegations.questions", Permission.READ_DELEGATES, 42, of_conference=True),
)

__all__ = [
    "blueprints", "delegate", "delegation", "desk", "desk_doubles", "desk_list", "desk_together", "doors", "public",
    "questions", "reply",
]  # fmt: skip
