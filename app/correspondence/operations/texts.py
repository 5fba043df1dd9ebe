"""Editing what letters say: every change is a new version, and no text that could not be merged is kept."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import IntegrityError

from app.conferences.models import Conference
from app.correspondence.models import LetterText
from app.correspondence.operations.addressee import recipient_of
from app.correspondence.operations.writing import (
    as_fields,
    asks_answer,
    conference_facts,
    fonts,
    letter_fields,
    write,
)
from app.correspondence.queries import body_of, decided_forms, wording_of, wordings
from app.correspondence.queries.house import Sheet
from app.correspondence.rules import LetterKind
from app.database import transaction
from app.directory.models import Municipality
from app.directory.queries import head_for, partners_of
from app.errors import Message, Refusal
from app.history.operations import record
from app.history.rules import Actor
from invitations.letter import Letter as Written
from invitations.merge import FIELDS, TextError, UnknownField, fields_of, missing_fields
from invitations.pdf import render

LONGEST = 20_000
_HTML = re.compile(r"<!--|</?[a-zA-Z][a-zA-Z0-9]*(\s[^<>]*)?/?>")
_COUNT = re.compile(r"\{\{\s*count\s+(\S+)\s*\|([^}]*)\}\}")
_FORMS = {"ru": 3, "de": 2, "en": 2}
_DATE = re.compile(r"(_from|^start|^end|_until)\Z")  # days of a passport stand in brackets: nobody knows them
# What is wrong with a text, by how the letter writer says it.
_FAULTS: tuple[tuple[str, Callable[[str], Message]], ...] = (
    (r"an endif without an if", lambda _what: _l("There is “%(tag)s” without its condition.", tag="{% endif %}")),
    (
        r"the condition on (.+) is never closed",
        lambda what: _l("The condition “%(tag)s” is never closed by “%(end)s”.", tag=f"{{% if {what} %}}",
                        end="{% endif %}"),
    ),
    (
        r"unknown instruction: (.+)",
        lambda what: _l("“%(tag)s” is not understood; a condition is written %(example)s.", tag=f"{{% {what} %}}",
                        example="{% if anniversary %} … {% endif %}"),
    ),
    (
        r"a brace is left open",
        lambda _what: _l("A brace is left open or closed twice; a field is written %(example)s.",
                         example="{{ theme }}"),
    ),
    (
        r"two or three forms stand beside a number: (.+)",
        lambda what: _l("Beside a number stand the forms of its word, not “%(order)s”.", order=what),
    ),
)  # fmt: skip


def _fault(reason: TextError) -> Message:
    if isinstance(reason, UnknownField):
        return _l("There is no merge field “%(name)s”; choose one from the list.", name=reason.name)
    for pattern, message in _FAULTS:
        found = re.match(pattern, str(reason), re.DOTALL)
        if found is not None:
            return message(found[1] if found.lastindex else "")
    return _l("The text is not well formed: %(reason)s.", reason=str(reason))


def require_text(body: str, language: str) -> str:
    """The text as it is kept: plain line ends, no blanks at the ends.

    :raises Refusal: (field ``body``) naming the unknown field, the broken condition or the HTML.
    """
    text = "\n".join(line.rstrip() for line in body.replace("\r\n", "\n").replace("\r", "\n").split("\n")).strip()
    if not text:
        raise Refusal(_l("The text is empty."), field="body")
    if len(text) > LONGEST:
        raise Refusal(_l("The text is longer than 20,000 characters."), field="body")
    html = _HTML.search(text)
    if html is not None:
        raise Refusal(
            _l("“%(tag)s” is HTML, which a letter would show as it stands; write **bold** or *italic*.", tag=html[0]),
            field="body",
        )
    try:
        fields_of(text)
    except TextError as reason:
        raise Refusal(_fault(reason), field="body") from reason
    for counted in _COUNT.finditer(text):
        if counted[2].count("|") + 1 != _FORMS[language]:
            raise Refusal(
                _l("Beside a number stand the forms of its word, not “%(order)s”.", order=counted[0]), field="body"
            )
    for line in re.sub(r"\{\{.*?\}\}|\{%.*?%\}", "", text).splitlines():
        if line.startswith("| ") and "|" not in line[2:]:
            raise Refusal(
                _l("A row has a label and words: “| label | words”, not “%(line)s”.", line=line), field="body"
            )
    return text


def edit_text(
    *, kind: LetterKind, language: str, body: str, note: str = "", based_on: int, actor: Actor, at: datetime
) -> LetterText:
    """Keep a new version of a text. Drafts are written by it from now on; approved and issued letters are not.

    :param based_on: the version that was edited; when a newer one exists, somebody else was faster.
    :raises Refusal: when the text could not be merged, is the same as before, or another version came between.
    """
    text = require_text(body, language)
    with transaction() as session:
        now = wordings(kind, [language])[language]
        if now.version != based_on:
            raise Refusal(_l("Somebody has changed this text meanwhile. Look at the newest version, then save again."),
                          field="body")  # fmt: skip
        if text == body_of(kind, language, now):
            raise Refusal(_l("Nothing has been changed in this text."), field="body")
        row = LetterText(
            kind=kind, language=language, version=now.version + 1, body=text, note=note.strip()[:300],
            edited_by=actor.label, created_at=at,
        )  # fmt: skip
        session.add(row)
        try:
            session.flush()
        except IntegrityError as reason:  # two saved at once
            raise Refusal(
                _l("Somebody has changed this text meanwhile. Look at the newest version, then save again."),
                field="body",
            ) from reason
        record(deed="correspondence.edit_text", subject=row, actor=actor, at=at,
               details={"kind": kind.value, "language": language, "version": row.version})  # fmt: skip
    return row


def go_back_to_text(
    *, kind: LetterKind, language: str, version: int, based_on: int, actor: Actor, at: datetime
) -> LetterText:
    """Make an older version hold again, as a new one; 0 is the shipped wording.

    :raises Refusal: when there is no such version, or it says what the newest says.
    """
    old = wording_of(kind, language, version)
    if old is None:
        raise Refusal(_l("There is no such version of this text."))
    note = _("back to version %(version)s", version=version) if version else _("back to the shipped text")
    return edit_text(
        kind=kind, language=language, body=body_of(kind, language, old), note=note, based_on=based_on, actor=actor,
        at=at,
    )  # fmt: skip


def text_as_letter(
    *,
    conference: Conference,
    kind: LetterKind,
    language: str,
    municipality: Municipality,
    body: str,
    sheet: Sheet | None = None,
) -> Written:
    """The draft of a letter to the head of ``municipality`` by a text that need not be kept yet; nothing is rendered.

    What only a single letter could tell stands in brackets. ``sheet`` is how it looks; None for the issuer's.

    :raises Refusal: when the text could not be merged, or the letter could not be written.
    """
    text = require_text(body, language)
    head = head_for(municipality, conference.starts_on.year)
    if head is None:
        raise Refusal(_l("Nobody is known to head this municipality; add the head first."), field="addressee")
    facts = conference_facts(conference, kind, [language])[language]
    partners = partners_of([municipality.id])[municipality.id]
    recipient = recipient_of(head, municipality, language, decided_forms(language))
    fields = letter_fields(facts, municipality, partners, language, {})
    url = "https://ratusha.example/" if asks_answer(kind, text) else None
    given = {**as_fields(fields), "reply_url": url, "addressee": recipient}
    for name in missing_fields(text, given, language):
        fields[name] = _stand_in(name, language, recipient, conference)
    return write(
        conference=conference, kind=kind, language=language, recipient=recipient, fields=fields, enclosures=[],
        url=url, text=text, sheet=sheet,
    )  # fmt: skip


def preview_text(
    *,
    conference: Conference,
    kind: LetterKind,
    language: str,
    municipality: Municipality,
    body: str,
    sheet: Sheet | None = None,
) -> bytes:
    """What :func:`text_as_letter` writes, as PDF.

    :raises Refusal: as it does.
    """
    written = text_as_letter(
        conference=conference, kind=kind, language=language, municipality=municipality, body=body, sheet=sheet
    )
    return render(written, fonts=fonts())


def _stand_in(name: str, language: str, recipient: Mapping[str, Any], conference: Conference) -> Any:
    if name == "person":
        parts = ("last", "first", "patronymic", "degree", "office", "gender")
        return {part: recipient.get(part, "") for part in parts}
    if name.endswith("_to"):
        return conference.ends_on
    if _DATE.search(name):
        return conference.starts_on
    if name.endswith("_count"):
        return 2
    return f"[{FIELDS[name].meaning[language]}]"
