"""Public pages of the conferences, and their pages of the desk."""

from flask_babel import lazy_gettext as _l

from app.conferences.queries import slugs_and_titles
from app.conferences.views import desk, plans, public, venues
from app.conferences.views.blueprint import conferences
from app.job_pages import conferences_named
from app.navigation import Door
from app.permissions import Permission

blueprints = (conferences,)
doors = (
    Door(_l("Conferences"), "conferences.desk", Permission.SEE_DESK, order=10),
    Door(_l("Overview"), "conferences.overview", Permission.SEE_DESK, order=20, of_conference=True),
    Door(_l("Venues and rooms"), "conferences.venues", Permission.EDIT_CONFERENCE, order=25, of_conference=True),
)
conferences_named[:] = [slugs_and_titles]

__all__ = ["blueprints", "desk", "doors", "plans", "public", "venues"]
