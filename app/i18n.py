"""Languages of pages, mails and papers: Russian, German, English.

Messages are written in English in the code; each feature keeps its Russian and German in a catalogue of its
own, ``app/translations/<language>/LC_MESSAGES/<feature>.po``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.lists import format_list
from babel.numbers import format_decimal
from flask import Flask, current_app, g, has_request_context, request, url_for
from flask_babel import Babel, force_locale, get_locale
from werkzeug.routing import BaseConverter

LANGUAGES: Mapping[str, str] = {"ru": "Русский", "de": "Deutsch", "en": "English"}
DEFAULT_LANGUAGE = "en"
TRANSLATIONS = Path(__file__).parent / "translations"

babel = Babel()


class LanguageConverter(BaseConverter):
    """``<language:…>`` in a rule: one of ``ru``, ``de``, ``en``."""

    regex = "(?:ru|de|en)"


def browser_language() -> str:
    """The best of our languages for the visitor's browser."""
    return request.accept_languages.best_match(list(LANGUAGES)) or DEFAULT_LANGUAGE


def language() -> str:
    """The language being spoken now: of the page, else of :func:`speaking`, else English."""
    locale = get_locale()
    code = locale.language if locale is not None else DEFAULT_LANGUAGE
    return code if code in LANGUAGES else DEFAULT_LANGUAGE


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """Everything translated inside is in ``code`` (mails, papers, jobs)."""
    with force_locale(code):
        yield


def _select_language() -> str:
    if has_request_context():
        first = request.path.lstrip("/").split("/", 1)[0]
        return str(g.get("language") or (first if first in LANGUAGES else browser_language()))
    return DEFAULT_LANGUAGE


def localized(row: Any, name: str, code: str | None = None) -> str:
    """``row.<name>_<language>``, or the first that is filled when that one is empty.

    >>> localized(municipality, "name")  # Калуга, Kaluga, Kaluga
    """
    code = code or language()
    for candidate in (code, "en", "de", "ru"):
        value = getattr(row, f"{name}_{candidate}", None)
        if value:
            return str(value)
    return ""


def both_scripts(code: str | None = None) -> tuple[str, str]:
    """The reader's language and the one of the other script: ``("de", "ru")`` or ``("ru", "de")``."""
    code = code or language()
    return (code, "ru") if code != "ru" else ("ru", "de")


def number(value: float) -> str:
    """A number as the language writes it."""
    return format_decimal(value, locale=language())


def listing(values: list[str]) -> str:
    """«А, Б и В», "A, B und C"."""
    return format_list(values, locale=language())


def region_name(code: str) -> str:
    """The country of an ISO 3166-1 code in the reader's language; the code itself when unknown."""
    territories = Locale.parse(language()).territories
    return str(territories.get(code, code))


def date_long(value: date) -> str:
    """«6 апреля 2021 г.», "6. April 2021", "6 April 2021"."""
    from invitations.dates import long_date

    return long_date(value, language())


def date_short(value: date) -> str:
    """06.04.2021; in English 6 Apr 2021."""
    from invitations.dates import short_date

    return short_date(value, language())


def date_range(start: date, end: date) -> str:
    """«28–30 июня 2021 г.», "28.–30. Juni 2021", "28–30 June 2021"."""
    from invitations.dates import date_range as write

    return write(start, end, language())


def weekday_date(value: date) -> str:
    """«среда, 28 июня 2017 г.», "Mittwoch, 28. Juni 2017"."""
    from invitations.dates import weekday_date as write

    return write(value, language())


def day_heading(value: date) -> str:
    """The same at the beginning of a line: «Среда, 28 июня 2017 г.»."""
    said = weekday_date(value)
    return said[:1].upper() + said[1:]


def date_time(value: datetime, zone: str = "Europe/Moscow") -> str:
    """Day and minute in ``zone``, as the language writes them."""
    from invitations.dates import date_time as write

    return write(value.astimezone(ZoneInfo(zone)), language())


def time_range(start: datetime, end: datetime, zone: str = "Europe/Moscow") -> str:
    """ "10:00–11:30" in ``zone``."""
    from invitations.dates import time_range as write

    return write(start.astimezone(ZoneInfo(zone)), end.astimezone(ZoneInfo(zone)), language())


def language_links() -> list[dict[str, Any]]:
    """The same page in each language, for the switch in the header."""
    links = []
    current = language()
    for code, label in LANGUAGES.items():
        if request.endpoint and request.view_args is not None and "language" in g:
            values = {**request.view_args, **request.args.to_dict(flat=False), "language": code}
            url = url_for(request.endpoint, **values) if request.method == "GET" else f"/{code}/"
        else:
            url = f"/{code}/"
        links.append({"code": code, "label": label, "url": url, "current": code == current})
    return links


def init_app(app: Flask) -> None:
    """Speak three languages; take the page's from its address."""
    app.url_map.converters["language"] = LanguageConverter
    domains = sorted(path.stem for path in (TRANSLATIONS / "ru" / "LC_MESSAGES").glob("*.po")) or ["messages"]
    babel.init_app(
        app,
        default_locale=DEFAULT_LANGUAGE,
        default_domain=";".join(domains),
        default_translation_directories=";".join([str(TRANSLATIONS)] * len(domains)),  # one for each domain
        locale_selector=_select_language,
    )

    @app.url_value_preprocessor
    def _take_language(_endpoint: str | None, values: dict[str, Any] | None) -> None:
        if values and "language" in values:
            g.language = values.pop("language")

    @app.url_defaults
    def _give_language(endpoint: str, values: dict[str, Any]) -> None:
        if "language" not in values and current_app.url_map.is_endpoint_expecting(endpoint, "language"):
            values["language"] = language()

    @app.after_request
    def _say_language(response: Any) -> Any:
        if "language" in g:
            response.headers.setdefault("Content-Language", g.language)
        return response

    app.jinja_env.filters.update(
        localized=localized, number=number, country=region_name, date_long=date_long, date_short=date_short
    )
    app.jinja_env.globals.update(
        date_long=date_long, date_short=date_short, date_range=date_range, date_time=date_time,
        time_range=time_range, weekday_date=weekday_date, day_heading=day_heading, number=number, localized=localized,
        listing=listing,
    )  # fmt: skip

    @app.context_processor
    def _words() -> dict[str, Any]:
        return {"language": language(), "language_links": language_links() if request else []}
