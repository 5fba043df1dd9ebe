"""The programme on paper: A4, Russian and German side by side and level, hours in the margin."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask import render_template

from app.i18n import speaking
from app.programme.queries.pages import Day, days
from app.programme.queries.reading import heading
from app.programme.queries.setting import edition_line, faces, stamp_words, write


def programme_html(
    content: Mapping[str, Any],
    languages: Sequence[str] = ("ru", "de"),
    draft: bool = False,
    *,
    number: int = 0,
    released: date | None = None,
) -> str:
    """The page the PDF is made of."""
    columns: list[list[Day]] = []
    headings = []
    names = []
    for language in languages:
        with speaking(language):
            columns.append(days(content, language=language, cancelled=False))
            headings.append(heading(content, language))
            names.append(edition_line(draft=draft, number=number, on=released))
    return render_template(
        "print/programme/programme.html", headings=headings, days=list(zip(*columns, strict=True)),
        languages=list(languages), draft=draft, stamp=stamp_words(languages), names=names, faces=faces(),
    )  # fmt: skip


def programme_pdf(
    content: Mapping[str, Any],
    languages: Sequence[str] = ("ru", "de"),
    draft: bool = False,
    *,
    number: int = 0,
    released: date | None = None,
) -> bytes:
    """The programme as PDF; the same content gives the same bytes.

    :param content: what :func:`app.programme.queries.content.freeze` made.
    :param languages: columns from left to right, one to three.
    :param draft: whether ПРОЕКТ / ENTWURF stands behind the text.
    """
    return write(programme_html(content, languages, draft, number=number, released=released))


def fingerprint(content: Mapping[str, Any]) -> str:
    """A sign of the content, for caches."""
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:32]
