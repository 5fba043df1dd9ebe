"""Pages of delegations and delegates: public ones, by personal links, and the desk's."""

from flask_babel import lazy_gettext as _l

from app.delegations.views import (
    consents,
    delegate,
    delegation,
    desk,
    desk_accreditation,
    desk_doubles,
    desk_group_mail,
    desk_groups,
    desk_list,
    desk_overview,
    desk_together,
    desk_visa,
    desk_ways_in,
    many_photos,
    offers,
    participants,
    photos,
    precedence,
    public,
    questions,
    reply,
    roster,
    visa,
)
from app.delegations.views.shared import blueprint
from app.navigation import Door
from app.permissions import Permission

blueprints = (blueprint,)
doors = (
    Door(_l("Delegates"), "delegations.delegates", Permission.READ_DELEGATES, 40, of_conference=True),
    Door(_l("Delegations"), "delegations.delegations", Permission.READ_DELEGATES, 41, of_conference=True),
    Door(_l("Order of precedence"), "delegations.precedence", Permission.READ_DELEGATES, 42, of_conference=True),
    Door(_l("Questions"), "delegations.questions", Permission.READ_DELEGATES, 42, of_conference=True),
    Door(_l("Visas"), "delegations.visa", Permission.READ_PASSPORTS, 43, of_conference=True),
)

__all__ = [
    "blueprints", "consents", "delegate", "delegation", "desk", "desk_accreditation", "desk_doubles", "desk_group_mail",
    "desk_groups", "desk_list", "desk_overview", "desk_together", "desk_visa", "desk_ways_in", "doors",
    "many_photos", "offers", "participants", "photos", "precedence", "public", "questions", "reply", "roster", "visa",
]  # fmt: skip
