"""Pages of the directory, for staff."""

from flask_babel import lazy_gettext as _l

from app.directory.regions import region_of
from app.directory.views import arms, heads, imports, municipalities, organisations, partnerships
from app.directory.views.blueprints import directory, organisations_blueprint
from app.history.words import told_actor
from app.navigation import Door
from app.permissions import Permission

directory.add_app_template_filter(region_of, "region")
directory.add_app_template_filter(told_actor, "actor")
blueprints = (directory, organisations_blueprint)
doors = (
    Door(_l("Municipalities"), "directory.municipalities", Permission.READ_DIRECTORY, order=70),
    Door(_l("Organisations"), "organisations.organisations", Permission.READ_DIRECTORY, order=75),
)

__all__ = ["arms", "blueprints", "doors", "heads", "imports", "municipalities", "organisations", "partnerships"]
