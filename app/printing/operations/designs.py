"""How the badges of a conference look, and the marks that tell where somebody may go."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from PIL import Image
from sqlalchemy import select

from app.conferences.models import Conference
from app.database import lock, transaction
from app.delegations.models import Delegate, Delegation
from app.delegations.rules import DelegateRole
from app.errors import Refusal
from app.history.operations import record
from app.history.rules import Actor
from app.pictures import as_jpeg, emblem, open_picture
from app.printing.models import AccessMark, BadgeDesign, BadgePicture
from app.printing.rules import LAYOUTS
from app.printing.rules.access import require_mark
from app.printing.rules.look import Look
from app.printing.rules.own_css import require_harmless

LOGO = (420, 165)  # dots: 300 dpi on the largest badge
BACKGROUND = 1750  # dots of the longer side, 300 dpi on A6
PALE = 0.85  # how far a background goes to white, so that names on it are read


def _design(session: Any, conference: Conference, style: str, at: datetime) -> BadgeDesign:
    if style not in {layout.style for layout in LAYOUTS.values()}:
        raise Refusal(_("There is no kind of badge “%(name)s”.", name=style), field="layout")
    lock(conference)
    row: BadgeDesign | None = session.get(BadgeDesign, (conference.id, style))
    if row is None:
        row = BadgeDesign(conference_id=conference.id, style=style, updated_at=at)
        session.add(row)
    return row


def settle_look(
    *, conference: Conference, style: str, choices: Mapping[str, Any], actor: Actor, at: datetime
) -> BadgeDesign:
    """Keep what is shown on one kind of badge, in which colours and sizes.

    :param choices: as :meth:`~app.printing.rules.look.Look.as_json` has them.
    :raises Refusal: at the field that is wrong.
    """
    kept = Look.of(choices).as_json()
    with transaction() as session:
        row = _design(session, conference, style, at)
        row.choices, row.updated_by, row.updated_at = kept, actor.label, at
        record(deed="settle-badge-look", subject=conference, actor=actor, at=at, conference_id=conference.id,
               details={"style": style, **kept})  # fmt: skip
    return row


def settle_css(*, conference: Conference, style: str, css: str, actor: Actor, at: datetime) -> BadgeDesign:
    """Keep own CSS for one kind of badge; empty: the design as it is shipped.

    :raises Refusal: (field ``css``) naming the line that may not stand there.
    """
    harmless = require_harmless(css)
    with transaction() as session:
        row = _design(session, conference, style, at)
        row.css, row.updated_by, row.updated_at = harmless, actor.label, at
        record(deed="settle-badge-css", subject=conference, actor=actor, at=at, conference_id=conference.id,
               details={"style": style, "sha256": hashlib.sha256(harmless.encode()).hexdigest()})  # fmt: skip
    return row


def set_badge_picture(*, conference: Conference, kind: str, content: bytes, actor: Actor, at: datetime) -> BadgePicture:
    """Make the logo or the background of the badges of what was uploaded; one that was there before goes.

    :raises Refusal: (field ``file``) when it is no sound picture.
    """
    if kind not in {"logo", "background"}:
        raise Refusal(_("There are a logo and a background."), field="kind")
    picture, width, height = _logo(content) if kind == "logo" else _background(content)
    with transaction() as session:
        lock(conference)
        row = session.get(BadgePicture, (conference.id, kind))
        if row is None:
            row = BadgePicture(conference_id=conference.id, kind=kind)
            session.add(row)
        row.picture, row.width, row.height = picture, width, height
        row.sha256 = hashlib.sha256(picture).hexdigest()
        record(deed="set-badge-picture", subject=conference, actor=actor, at=at, conference_id=conference.id,
               details={"kind": kind, "sha256": row.sha256})  # fmt: skip
    return row


def _logo(content: bytes) -> tuple[bytes, int, int]:
    made = emblem(content, size=LOGO)
    return made.content, made.width, made.height


def _background(content: bytes) -> tuple[bytes, int, int]:
    given = open_picture(content, about=BACKGROUND)
    given.thumbnail((BACKGROUND, BACKGROUND), Image.Resampling.LANCZOS, reducing_gap=3.0)
    pale = Image.blend(given.convert("RGB"), Image.new("RGB", given.size, "white"), PALE)
    return as_jpeg(pale), pale.width, pale.height


def remove_badge_picture(*, conference: Conference, kind: str, actor: Actor, at: datetime) -> bool:
    """Remove it; False when there was none."""
    with transaction() as session:
        lock(conference)
        row = session.get(BadgePicture, (conference.id, kind))
        if row is None:
            return False
        session.delete(row)
        record(deed="remove-badge-picture", subject=conference, actor=actor, at=at, conference_id=conference.id,
               details={"kind": kind})  # fmt: skip
    return True


@dataclass(frozen=True)
class MarkDetails:
    """A zone or a day, and who may go there; ``delegations`` are ids, ``people`` numbers of delegates."""

    code: str
    shape: str
    word_ru: str
    word_de: str
    word_en: str = ""
    roles: Sequence[str] = ()
    delegations: Sequence[int] = ()
    people: Sequence[str] = ()


def settle_access_mark(
    *, conference: Conference, details: MarkDetails, actor: Actor, at: datetime, mark: AccessMark | None = None
) -> AccessMark:
    """Keep a mark; the badges of those who get or lose it are out of date.

    :param mark: the one that is changed; None: a new one.
    :raises Refusal: at the field that is wrong.
    """
    if unknown := sorted(set(details.roles) - set(DelegateRole)):
        raise Refusal(_("There is no role “%(name)s”.", name=unknown[0]), field="roles")
    with transaction() as session:
        lock(conference)
        rows = session.scalars(select(AccessMark).where(AccessMark.conference_id == conference.id))
        others = [(row.code, row.shape) for row in rows if mark is None or row.id != mark.id]
        require_mark(code=details.code, shape=details.shape, word_ru=details.word_ru, word_de=details.word_de,
                     others=others)  # fmt: skip
        _require_known(session, conference, details)
        row = mark if mark is not None else AccessMark(conference_id=conference.id)
        row.code, row.shape, row.word_ru = details.code, details.shape, details.word_ru
        row.word_de, row.word_en = details.word_de, details.word_en
        row.roles, row.delegations = list(details.roles), list(details.delegations)
        row.people = list(dict.fromkeys(details.people))
        session.add(row)
        session.flush()
        record(deed="settle-access-mark", subject=row, actor=actor, at=at, conference_id=conference.id,
               details={"code": row.code, "roles": row.roles, "delegations": row.delegations,
                        "people": row.people})  # fmt: skip
    return row


def _require_known(session: Any, conference: Conference, details: MarkDetails) -> None:
    people = select(Delegate.public_id).where(Delegate.conference_id == conference.id)
    known = set(session.scalars(people.where(Delegate.public_id.in_(details.people))))
    if strangers := [number for number in details.people if number not in known]:
        raise Refusal(_("No delegate has the number %(numbers)s.", numbers=", ".join(strangers)), field="people")
    groups = set(session.scalars(select(Delegation.id).where(Delegation.conference_id == conference.id)))
    if set(details.delegations) - groups:
        raise Refusal(_("This delegation is not of this conference."), field="delegations")


def forget_access_mark(*, mark: AccessMark, actor: Actor, at: datetime) -> None:
    """Keep a mark no longer."""
    with transaction() as session:
        record(deed="forget-access-mark", subject=mark, actor=actor, at=at, conference_id=mark.conference_id,
               details={"code": mark.code})  # fmt: skip
        session.delete(mark)
