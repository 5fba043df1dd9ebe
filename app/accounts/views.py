"""Signing in and out, by Flask-Security, at ``/LANG/sign-in`` and ``/LANG/sign-out``."""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask_security import Security, SQLAlchemyUserDatastore

from app.accounts.models import Staff, StaffRole
from app.database import db, transaction
from app.security_headers import limiter
from config import SHORTEST_PASSWORD

security = Security()

blueprints = ()


class Datastore(SQLAlchemyUserDatastore):  # type: ignore[misc]  # Flask-Security is untyped
    """Flask-Security's rows, written the way of the house."""

    def put(self, model: Any) -> Any:
        """Changes (a renewed password hash) go through one transaction of their own."""
        values = {
            attribute.key: attribute.value
            for attribute in db.inspect(model).attrs
            if attribute.history.has_changes() and db.inspect(model).persistent
        }
        if not values:
            return model
        for key in values:
            db.session.refresh(model, [key])
        with transaction():
            for key, value in values.items():
                setattr(model, key, value)
        return model

    def commit(self) -> None:
        """Nothing is pending: :meth:`put` has written it."""


def init_app(app: Flask) -> None:
    """Give ``app`` the sign-in, with a limit on attempts per client address."""
    app.config.update(
        SECURITY_PASSWORD_SALT=app.config["SECRET_KEY"],
        SECURITY_PASSWORD_HASH="argon2",  # noqa: S106  # the name of the scheme
        SECURITY_PASSWORD_SCHEMES=["argon2"],
        SECURITY_DEPRECATED_PASSWORD_SCHEMES=[],
        SECURITY_PASSWORD_LENGTH_MIN=SHORTEST_PASSWORD,
        SECURITY_URL_PREFIX="/<language:language>",
        SECURITY_LOGIN_URL="/sign-in",
        SECURITY_LOGOUT_URL="/sign-out",
        SECURITY_VERIFY_URL="/confirm-password",
        SECURITY_LOGOUT_METHODS=["POST"],
        SECURITY_LOGIN_USER_TEMPLATE="accounts/sign_in.html",
        SECURITY_POST_LOGIN_VIEW="conferences.desk",
        SECURITY_POST_LOGOUT_VIEW="front_door",
        SECURITY_RETURN_GENERIC_RESPONSES=True,
        SECURITY_STATIC_FOLDER=None,
        SECURITY_SEND_REGISTER_EMAIL=False,
        SECURITY_FLASH_MESSAGES=False,
        SECURITY_TRACKABLE=False,
        REMEMBER_COOKIE_HTTPONLY=True,
        REMEMBER_COOKIE_SAMESITE="Lax",
        REMEMBER_COOKIE_SECURE=app.config["SESSION_COOKIE_SECURE"],
    )
    security.init_app(app, Datastore(db, Staff, StaffRole))
    limited: Any = limiter.limit("10 per minute;60 per hour", methods=["POST"])
    app.view_functions["security.login"] = limited(app.view_functions["security.login"])
