"""Letting the programme go with the letters: its draft, or the newest release."""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select

from app.conferences.models import Conference
from app.correspondence.models import LetterEnclosure
from app.correspondence.operations import Offer, add_enclosure, made_enclosures, remove_enclosure
from app.correspondence.rules import LetterKind
from app.database import transaction
from app.errors import Refusal
from app.history.rules import Actor
from app.i18n import LANGUAGES, localized, speaking
from app.programme.queries import current_release
from app.programme.queries.content import freeze
from app.programme.queries.papers import release_pdf
from app.programme.queries.pdf import programme_pdf
from app.programme.rules.papers import Paper
from invitations.conference_names import of
from invitations.dates import roman


def _of(conference: Conference, code: str) -> str:
    """«XVI конференции …», "der XVI. … Konferenz", "of the XVI …"."""
    return of(roman(conference.edition), localized(conference, "title", code), code)


def _titles(conference: Conference) -> dict[str, str]:
    titles = {}
    for code in LANGUAGES:
        with speaking(code):
            titles[code] = str(_("Draft programme %(of_conference)s", of_conference=_of(conference, code)))
    return titles


def attach_draft_to_letters(
    *, conference: Conference, actor: Actor, at: datetime, kind: LetterKind = LetterKind.INVITATION
) -> LetterEnclosure:
    """Let the draft, as PDF in Russian and German, go with every letter of the kind approved from now on.

    The draft attached before is replaced; letters approved with it keep it.

    :raises Refusal: when the draft is empty.
    """
    before = current_release(conference)
    content = freeze(conference, before=before.content if before else None)
    if not content["items"]:
        raise Refusal(_("There is no session in the programme yet."))
    pdf = programme_pdf(content, draft=True)
    titles = _titles(conference)
    with transaction() as session:
        earlier = session.scalars(
            select(LetterEnclosure).where(
                LetterEnclosure.conference_id == conference.id,
                LetterEnclosure.kind == kind,
                LetterEnclosure.title_ru == titles["ru"][:300],
            )
        ).all()
        for enclosure in earlier:
            remove_enclosure(enclosure=enclosure, actor=actor, at=at)
        return add_enclosure(
            conference=conference, kind=kind, titles=titles, content=pdf,
            filename=f"programme-{conference.slug}.pdf", actor=actor, at=at,
        )  # fmt: skip


def _offer(conference: Conference) -> Offer | None:
    """The newest release, in Russian and German or in one language; None before the first one."""
    release = current_release(conference)
    if release is None:
        return None
    titles = {}
    for code in LANGUAGES:
        with speaking(code):
            titles[code] = str(_("Programme %(of_conference)s", of_conference=_of(conference, code)))
    return Offer(
        word=str(_("Programme, release %(number)s", number=release.number)),
        titles=titles,
        make=lambda code: release_pdf(release, (code,) if code else ("ru", "de"), Paper.LIST),
    )


made_enclosures["programme"] = _offer
