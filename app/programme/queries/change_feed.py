"""The change log of a programme as an Atom feed (RFC 4287)."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from xml.etree import ElementTree

from flask import render_template
from flask_babel import gettext as _
from flask_babel import ngettext

from app.conferences.models import Conference
from app.conferences.queries import conference_title
from app.i18n import number
from app.programme.queries.releases import Told

_ATOM = "http://www.w3.org/2005/Atom"


def _plain(text: str) -> str:
    """What XML 1.0 can hold."""
    return "".join(sign for sign in text if sign in "\t\n" or (sign >= " " and sign not in "\ufffe\uffff"))


def _identity(*parts: object) -> str:
    """For ever the same for the same release, whatever the address of the house (RFC 4287 section 4.2.6)."""
    return uuid.uuid5(uuid.NAMESPACE_URL, ":".join(["ratusha", "programme", *map(str, parts)])).urn


def _add(parent: ElementTree.Element, tag: str, text: str = "", /, **attributes: str) -> ElementTree.Element:
    child = ElementTree.SubElement(
        parent, f"{{{_ATOM}}}{tag}", {key: _plain(value) for key, value in attributes.items()}
    )
    child.text = _plain(text) or None
    return child


def release_title(told: Told) -> str:
    """ "Release 3: Programm, Stand 12. Mai"."""
    title = str(_("Release %(number)s", number=told.number))
    return f"{title}: {told.name}" if told.name else title


def _summary(told: Told) -> str:
    if told.changes is None:
        held = number(told.held)
        return str(
            ngettext("%(count)s session is public now.", "%(count)s sessions are public now.", told.held, count=held)
        )
    count = len(told.changes)
    words = ngettext("%(count)s session has changed.", "%(count)s sessions have changed.", count, count=number(count))
    return str(words)


def atom(conference: Conference, log: Sequence[Told], *, language: str, page: str, feed: str, updated: datetime) -> str:
    """The feed in the language being spoken.

    :param page: the address of the change log; ``feed``: of the feed itself.
    :param updated: when nothing has been released yet.
    """
    ElementTree.register_namespace("", _ATOM)
    root = ElementTree.Element(f"{{{_ATOM}}}feed", {"{http://www.w3.org/XML/1998/namespace}lang": language})
    title = conference_title(conference, language)
    _add(root, "id", _identity(conference.slug, language))
    _add(root, "title", _("Changes of the programme: %(title)s", title=title))
    _add(root, "updated", (log[0].released_at if log else updated).isoformat(timespec="seconds"))
    _add(root, "link", rel="self", type="application/atom+xml", href=feed)
    _add(root, "link", rel="alternate", type="text/html", hreflang=language, href=page)
    _add(_add(root, "author"), "name", title)
    _add(root, "generator", "Ratusha")
    for told in log:
        entry = _add(root, "entry")
        _add(entry, "id", _identity(conference.slug, language, told.number))
        _add(entry, "title", release_title(told))
        _add(entry, "updated", told.released_at.isoformat(timespec="seconds"))
        _add(entry, "published", told.released_at.isoformat(timespec="seconds"))
        _add(entry, "link", rel="alternate", type="text/html", hreflang=language, href=f"{page}#{told.anchor}")
        _add(entry, "summary", _summary(told))
        _add(entry, "content", render_template("programme/_change_entry.html", told=told, language=language),
             type="html")  # fmt: skip
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"
