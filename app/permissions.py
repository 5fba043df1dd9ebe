"""Who may do what. Every route states it; a route that states nothing is refused (a house test walks them all)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any, TypeVar

from flask import Flask, abort, current_app, redirect, request, url_for
from flask_security import current_user
from werkzeug.wrappers import Response

View = TypeVar("View", bound=Callable[..., Any])


class Role(StrEnum):
    """The three hats of the staff."""

    ORGANISER = "organiser"
    SECRETARIAT = "secretariat"
    DESK = "desk"


class Permission(StrEnum):
    """One thing a member of staff may be allowed to do."""

    SEE_DESK = "see-desk"
    READ_DIRECTORY = "read-directory"
    EDIT_DIRECTORY = "edit-directory"
    EDIT_CONFERENCE = "edit-conference"
    WRITE_LETTERS = "write-letters"
    APPROVE_LETTERS = "approve-letters"
    ISSUE_LETTERS = "issue-letters"
    READ_REGISTER = "read-register"
    SEND_MAIL = "send-mail"
    READ_DELEGATES = "read-delegates"
    EDIT_DELEGATES = "edit-delegates"
    CHECK_IN = "check-in"
    READ_PASSPORTS = "read-passports"
    READ_PROGRAMME = "read-programme"
    EDIT_PROGRAMME = "edit-programme"
    RELEASE_PROGRAMME = "release-programme"
    SWITCH_FORMAT = "switch-format"
    SEE_ROOM_ADDRESSES = "see-room-addresses"
    PRINT = "print"
    DESIGN_BADGES = "design-badges"
    WRITE_BADGE_CSS = "write-badge-css"


_DESK = {
    Permission.SEE_DESK,
    Permission.READ_DELEGATES,
    Permission.CHECK_IN,
    Permission.READ_PROGRAMME,
    Permission.PRINT,
}
_SECRETARIAT = _DESK | {
    Permission.READ_DIRECTORY,
    Permission.EDIT_DIRECTORY,
    Permission.WRITE_LETTERS,
    Permission.ISSUE_LETTERS,
    Permission.READ_REGISTER,
    Permission.SEND_MAIL,
    Permission.EDIT_DELEGATES,
    Permission.READ_PASSPORTS,
    Permission.EDIT_PROGRAMME,
    Permission.DESIGN_BADGES,
}

GRANTS: Mapping[Role, frozenset[Permission]] = {
    Role.ORGANISER: frozenset(Permission),
    Role.SECRETARIAT: frozenset(_SECRETARIAT),
    Role.DESK: frozenset(_DESK),
}

_MARK = "_ratusha_access"


def public(view: View) -> View:
    """Anyone may open this route."""
    setattr(view, _MARK, "public")
    return view


def by_token(view: View) -> View:
    """The secret in the address is the permission; the view looks it up and answers 404 to a forged one."""
    setattr(view, _MARK, "token")
    return view


def allow(permission: Permission) -> Callable[[View], View]:
    """Only staff whose role grants ``permission``."""

    def mark(view: View) -> View:
        setattr(view, _MARK, permission)
        return view

    return mark


def access_of(view: Callable[..., Any]) -> Permission | str | None:
    """What the route states: a permission, ``"public"``, ``"token"``, or None when it states nothing."""
    stated: Permission | str | None = getattr(view, _MARK, None)
    return stated


def may(permission: Permission) -> bool:
    """Whether the person signed in now is granted ``permission``."""
    if not current_user.is_authenticated:
        return False
    return any(permission in GRANTS.get(Role(role.name), frozenset()) for role in current_user.roles)


# Routes of libraries, which cannot carry our mark.
LIBRARY_ROUTES: Mapping[str, str] = {
    "static": "public",
    "security.login": "public",
    "security.logout": "public",
}


def _require_permission() -> Response | None:
    if request.endpoint is None:
        return None
    view = current_app.view_functions[request.endpoint]
    stated = access_of(view) or LIBRARY_ROUTES.get(request.endpoint)
    if stated in {"public", "token"}:
        return None
    if not isinstance(stated, Permission):
        abort(403)
    if not current_user.is_authenticated:
        target = request.full_path.rstrip("?") if request.method == "GET" else None
        return redirect(url_for("security.login", next=target), code=303)
    if not may(stated):
        abort(403)
    return None


def init_app(app: Flask) -> None:
    """Check every request before its view runs."""
    app.before_request(_require_permission)
    app.jinja_env.globals.update(may=may, Permission=Permission)
