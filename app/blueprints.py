"""The one list of features: the map of the application, from the top floor down."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

import click
from flask import Flask

from app.navigation import add_doors

FEATURES = (
    "erasure",
    "format_switch",
    "printing",
    "checkin",
    "video",
    "programme",
    "delegations",
    "correspondence",
    "conferences",
    "directory",
    "mailroom",
    "documents",
    "accounts",
    "history",
)


def _room(feature: str, room: str) -> ModuleType | None:
    name = f"app.{feature}.{room}"
    return import_module(name) if find_spec(name) is not None else None


def load_models() -> None:
    """Import every table, so that the metadata is whole."""
    for feature in FEATURES:
        _room(feature, "models")


def register(app: Flask) -> None:
    """Put every feature's pages and jobs into ``app``."""
    load_models()
    for feature in FEATURES:
        _room(feature, "jobs")
        views = _room(feature, "views")
        for blueprint in getattr(views, "blueprints", ()):
            app.register_blueprint(blueprint)
        add_doors(app, getattr(views, "doors", ()))


def commands() -> list[click.Command]:
    """The top-level verbs of every feature; verbs in groups register themselves on import."""
    found: list[click.Command] = []
    for feature in FEATURES:
        room = _room(feature, "commands")
        found.extend(getattr(room, "commands", ()))
    return found
