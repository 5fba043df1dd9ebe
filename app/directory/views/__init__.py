"""Pages of the directory, for staff."""

from flask_babel import lazy_gettext as _l

from app.directory.views import heads, imports, municipalities, organisations, partnerships
from app.directory.views.blueprints import directory, organisations_blueprint
from app.navigation import Door
from app.permissions import Permission

blueprints = (directory, organisations_blueprint)
doors = (
    Door(_l("Municipalities"), "directory.municipalities", Permission.READ_DIRECTORY, order=70),
    Door(_l("Organisations"), "organisations.organisations", Permission.READ_DIRECTORY, order=75),
)

__all__ = ["blueprints", "doors", "heads", "imports", "municipalities", "organisations", "partnerships"]
