"""The desk's pages of letters: list, one letter, bulk steps, what letters are made of, the register."""

from flask_babel import lazy_gettext as _l

from app.correspondence.views import (
    address,
    addressees,
    bulk,
    chain,
    despatch,
    entries,
    house,
    incoming,
    letters,
    material,
    overview,
    prepare,
    register,
    reminders,
    texts,
)
from app.correspondence.views.entrance import blueprint
from app.navigation import Door
from app.permissions import Permission

__all__ = [
    "address",
    "addressees",
    "blueprints",
    "bulk",
    "chain",
    "despatch",
    "doors",
    "entries",
    "house",
    "incoming",
    "letters",
    "material",
    "overview",
    "prepare",
    "register",
    "reminders",
    "texts",
]

blueprints = (blueprint,)
doors = (
    Door(_l("Letters"), "correspondence.letters", Permission.WRITE_LETTERS, order=40, of_conference=True),
    Door(_l("Outgoing register"), "correspondence.register", Permission.READ_REGISTER, order=30),
)
