"""Ratusha: the conferences of partner cities."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from config import Settings


def create_app(settings: Settings) -> Flask:
    """Build the application from ``settings``. Opens no connection and reads no file of the data folder."""
    from flask import Flask
    from werkzeug.middleware.proxy_fix import ProxyFix

    from app import (
        blueprints,
        database,
        errors,
        health,
        i18n,
        job_pages,
        jobs,
        logs,
        look_pages,
        mail_texts,
        navigation,
        permissions,
        security_headers,
    )
    from app.accounts import views as accounts
    from config import ROOT

    app = Flask(__name__, template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "app" / "static"))
    app.config.update(
        SETTINGS=settings,
        SECRET_KEY=settings.secret_key,
        TESTING=settings.testing,
        MIGRATIONS=ROOT / "migrations",
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS={} if settings.is_sqlite else {"pool_size": 8},
        MAX_CONTENT_LENGTH=32 * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024,
        MAX_FORM_PARTS=5000,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.base_url.startswith("https://"),
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    if settings.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, *([settings.proxies] * 3))  # type: ignore[method-assign]  # Flask's way
    database.init_app(app)
    i18n.init_app(app)
    errors.init_app(app)
    logs.init_app(app)
    jobs.init_app(app)
    security_headers.init_app(app)
    accounts.init_app(app)
    permissions.init_app(app)
    navigation.init_app(app)
    mail_texts.init_app(app)
    health.init_app(app)
    blueprints.register(app)
    job_pages.init_app(app)
    look_pages.init_app(app)
    return app
