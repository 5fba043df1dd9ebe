"""A person says whether they take their part; the staff ask and see who answered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from app.accounts.queries import current_actor
from app.clock import now
from app.conferences.entrance import conference_or_404, desk_conference
from app.conferences.models import Conference
from app.conferences.queries import conference_title
from app.conferences.taking_part import has_screen
from app.delegations.views.shared import private
from app.errors import Refusal
from app.history.rules import Actor
from app.i18n import date_time, language, listing, localized, number
from app.permissions import Permission, allow, by_token
from app.programme.models import ProgrammeSession, SessionPerson
from app.programme.operations.confirming import LONGEST_REMARK, answer_part, ask_to_confirm
from app.programme.part_words import (
    CONFIRMATIONS,
    hours_in_words,
    moments_in_words,
    name_in_words,
    place_in_words,
)
from app.programme.queries.confirming import comes_not, letters_to, people_with_parts, person_by_token, reached
from app.programme.rules import Confirmation, held_as
from app.programme.rules.words import KINDS, ROLES
from app.programme.rules.zones import HOME, city, elsewhere
from app.programme.views.blueprint import programme
from app.programme.views.reading import reader_zone
from app.programme.views.sessions import session_or_404
from app.security_headers import limiter


def _local(person: SessionPerson) -> tuple[str, str] | None:
    """The city and the hours on the reader's own clock, where it differs from the host's."""
    session = person.session
    zone = reader_zone() or HOME.get(language(), "")
    if session.starts_at is None or not zone:
        return None
    if elsewhere(session.starts_at, session.ends_at, host=session.conference.timezone, zone=zone) is None:
        return None
    return city(zone, language()), moments_in_words(session.starts_at, session.ends_at, zone)


def _page(person: SessionPerson, *, refused: Refusal | None = None, remark: str | None = None) -> str:
    session, conference = person.session, person.session.conference
    other = "de" if language() == "ru" else "ru"
    last = session.ends_at or session.starts_at
    offices = [getattr(person, f"office_{code}") for code in (language(), "en", "de", "ru")]
    return render_template(
        "programme/confirm.html", person=person, name=name_in_words(person), session=session, conference=conference,
        title=localized(session, "title") or session.code, other_title=getattr(session, f"title_{other}"), other=other,
        conference_name=conference_title(conference), role=ROLES[person.role], kind=KINDS[session.kind],
        office=next((office for office in offices if office), ""), hours=hours_in_words(session),
        place=place_in_words(session), host=localized(conference.host, "name"), local=_local(person),
        city=city(conference.timezone, language()), word=CONFIRMATIONS[person.confirmation],
        open=not session.cancelled and (last is None or last > now()),
        answered=date_time(person.answered_at, conference.timezone) if person.answered_at else "",
        refused=refused, remark=person.remark if remark is None else remark, most=LONGEST_REMARK,
        by_video=has_screen(held_as(session, conference.format)) and person.delegate_id is None,
        confirmed=person.confirmation is Confirmation.CONFIRMED, declined=person.confirmation is Confirmation.DECLINED,
    )  # fmt: skip


@programme.route("/session/<token>", methods=["GET", "POST"])
@by_token
@limiter.limit("30 per minute", methods=["POST"])
@private
def confirm_part(token: str) -> Any:
    """GET shows the session and the person's part; POST takes the answer down."""
    person = person_by_token(token) or abort(404)
    if request.method == "GET":
        return _page(person)
    answer = request.form.get("answer", "")
    if answer not in {"yes", "no"}:
        abort(400)
    remark = request.form.get("remark", "")
    actor = Actor(kind="speaker", id=person.id, label=person.name[:254])
    try:
        answer_part(person=person, comes=answer == "yes", remark=remark, actor=actor, at=now())
    except Refusal as refusal:
        return _page(person, refused=refusal, remark=remark), 422
    flash(
        _("Thank you: we look forward to having you there.") if answer == "yes" else _("Thank you for telling us."),
        "done",
    )
    return redirect(url_for("programme.confirm_part", token=token), code=303)


@programme.get("/desk/c/<slug>/programme/people")
@allow(Permission.EDIT_PROGRAMME)
def desk_people(slug: str) -> Any:
    """Everybody with a part, and what they said."""
    conference = desk_conference(slug)
    wanted = request.args.get("answer", "")
    chosen = Confirmation(wanted) if wanted in set(Confirmation) else None
    everybody = people_with_parts(conference)
    counts = {one: sum(person.confirmation is one for person in everybody) for one in Confirmation}
    shown = [person for person in everybody if chosen is None or person.confirmation is chosen]
    askable = letters_to([one for one in everybody if one.confirmation is Confirmation.NOT_ASKED], at=now()).people
    return render_template(
        "programme/people.html", conference=conference, people=shown, counts=counts, chosen=chosen,
        total=len(everybody), askable=askable, words=CONFIRMATIONS, roles=ROLES, hours=hours_in_words,
        comes_not=comes_not, reached=reached, name=name_in_words, zone=ZoneInfo(conference.timezone),
    )  # fmt: skip


def _to_ask(conference: Conference, chosen: str) -> tuple[ProgrammeSession | None, Sequence[SessionPerson]]:
    """The people of one session, or everybody who was not asked yet."""
    if chosen.isascii() and chosen.isdecimal() and len(chosen) < 10:
        session = session_or_404(conference, int(chosen))
        return session, people_with_parts(conference, session=session)
    return None, people_with_parts(conference, confirmation=Confirmation.NOT_ASKED)


@programme.get("/desk/c/<slug>/programme/people/ask")
@allow(Permission.EDIT_PROGRAMME)
def asking(slug: str) -> Any:
    """Who would be asked, and by how many mails."""
    conference = desk_conference(slug)
    session, found = _to_ask(conference, request.args.get("session", ""))
    letters = letters_to(found, at=now())
    return render_template(
        "programme/ask.html", conference=conference, session=session, letters=list(letters.by_address.items()),
        people=letters.people, without=list(dict.fromkeys(map(name_in_words, letters.without_address))),
        names=lambda parts: dict.fromkeys(map(name_in_words, parts)), roles=ROLES, hours=hours_in_words,
    )  # fmt: skip


@programme.post("/desk/c/<slug>/programme/people/ask")
@allow(Permission.EDIT_PROGRAMME)
def ask_people(slug: str) -> Any:
    """Ask everybody who was not asked yet, or the people of one session (again)."""
    conference = conference_or_404(slug)
    session, found = _to_ask(conference, request.form.get("session", ""))
    back = url_for("programme.desk_people", slug=slug)
    if session is not None:
        back = url_for("programme.edit_session", slug=slug, number=session.id)
    asked = ask_to_confirm(conference=conference, people=found, actor=current_actor(), at=now())
    if asked.mails:
        flash(
            ngettext("%(count)s mail has been queued.", "%(count)s mails have been queued.", asked.mails,
                     count=number(asked.mails)),
            "done",
        )  # fmt: skip
    else:
        flash(_("There is nobody to ask."), "information")
    if asked.without_address:
        names = listing(asked.without_address[:10])
        flash(_("No address is known of %(names)s.", names=names), "error")
    return redirect(back, code=303)
