"""The overview of invitations, and what opening the reply page leaves behind."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from flask.testing import FlaskClient

from app.conferences.models import Conference
from app.correspondence.models import Despatch, Letter
from app.correspondence.operations import (
    Choices,
    approve_letters,
    issue_letters,
    note_opened,
    plan_reminders,
    prepare_letters,
    record_reply,
)
from app.correspondence.queries import Place, invitations_by_place, letters_gone, people_announced
from app.correspondence.rules import DespatchWay, LetterKind, ReplyAnswer, Stage
from app.database import db, transaction
from app.history.models import HistoryEntry
from app.mailroom.models import OutgoingMail
from app.mailroom.rules import MailState
from tests.factories import ACTOR, NOW, keep

Staff = Callable[[str], FlaskClient]
BASE = "/en/desk/c/xvi-kaluga-2021/letters"


def words_of(response: Any) -> str:
    """The words of a page on one line."""
    text = re.sub(r"<(script|style).*?</\1>|<[^>]+>", " ", response.text, flags=re.DOTALL)
    return " ".join(text.replace("&nbsp;", " ").split())


def issued(conference: Conference, selection: str = "municipality:perm,municipality:suhl") -> dict[str, Letter]:
    """Issued invitations by slug."""
    prepare_letters(conference=conference, kind=LetterKind.INVITATION, selection=selection, actor=ACTOR, at=NOW)
    approve_letters(conference=conference, actor=ACTOR, at=NOW)
    issue_letters(conference=conference, actor=ACTOR, at=NOW)
    return {letter.municipality.slug: letter for letter in db.session.query(Letter)}


def counted(**given: int) -> dict[Stage, int]:
    """Numbers of every stage, 0 where not given."""
    return {stage: given.get(stage.value, 0) for stage in Stage}


def test_invitations_are_counted_by_place_when_some_have_come_further(kaluga: Conference) -> None:
    letters = issued(kaluga)
    with transaction():
        assert letters["suhl"].mail is not None
        letters["suhl"].mail.state = MailState.SENT
    note_opened(letter=letters["suhl"], at=NOW)
    record_reply(letter=letters["perm"], answer=ReplyAnswer.SENDS_DEPUTY, people=2, deputy_name="A. B.", source="phone",
                 actor=ACTOR, at=NOW)  # fmt: skip
    assert invitations_by_place(kaluga) == [
        Place("DE", "DE-TH", "Тюрингия", "Oblast Kaluga", counted(invited=1, sent=1, opened=1, silent=1)),
        Place("RU", "RU-PER", "Пермский край", "Oblast Kaluga", counted(invited=1, answered=1, sends_deputy=1)),
    ]


def test_letters_that_came_back_are_counted_until_they_went_in_another_way(kaluga: Conference, staff: Staff) -> None:
    suhl = issued(kaluga, "country:DE")["suhl"]

    def stages() -> list[tuple[int, int]]:
        return [(place.counts[Stage.SENT], place.counts[Stage.RETURNED]) for place in invitations_by_place(kaluga)]

    def went(way: DespatchWay) -> None:
        keep(Despatch(letter_id=suhl.id, way=way, at=NOW))

    assert stages() == [(0, 0)]
    with transaction():
        assert suhl.mail is not None
        suhl.mail.state = MailState.FAILED
    assert stages() == [(0, 1)]
    page = staff("secretariat").get(f"{BASE}/overview")
    assert "1 letter was not delivered or came back: correct the address, then send it again or print it." in words_of(
        page
    )
    assert f'<a href="{BASE}/{suhl.id}"' in staff("secretariat").get(f"{BASE}?kind=invitation&stage=returned").text
    went(DespatchWay.POSTED)
    assert stages() == [(1, 0)]
    went(DespatchWay.RETURNED)
    assert stages() == [(0, 1)]
    went(DespatchWay.HANDED_OVER)
    assert stages() == [(1, 0)]


def test_overview_tells_how_many_people_are_announced_and_what_counts_as_opened(
    kaluga: Conference, staff: Staff
) -> None:
    letters = issued(kaluga)
    said = {"source": "phone", "actor": ACTOR, "at": NOW}
    record_reply(letter=letters["perm"], answer=ReplyAnswer.COMES, people=4, **said)
    record_reply(letter=letters["suhl"], answer=ReplyAnswer.BY_VIDEO, people=1, **said)
    page = words_of(staff("secretariat").get(f"{BASE}/overview"))
    assert people_announced(kaluga) == (4, 1)
    assert "4 persons are announced to come in person, 1 by video." in page
    assert "We keep only the moment of the first time" in page


def test_drafts_and_annulled_letters_are_not_counted(kaluga: Conference, staff: Staff) -> None:
    prepare_letters(conference=kaluga, kind=LetterKind.INVITATION, selection="country:DE", actor=ACTOR, at=NOW)
    assert invitations_by_place(kaluga) == []
    assert "No invitation has been issued yet" in words_of(staff("secretariat").get(f"{BASE}/overview"))


def test_every_number_of_the_overview_leads_to_its_list(kaluga: Conference, staff: Staff) -> None:
    letters = issued(kaluga)
    record_reply(letter=letters["perm"], answer=ReplyAnswer.COMES, people=2, source="phone", actor=ACTOR, at=NOW)
    client = staff("secretariat")
    page = client.get(f"{BASE}/overview")
    links = set(re.findall(rf'href="({BASE}\?[^"]*stage=[^"]*)"', page.text))
    found = {}
    for link in links:
        address = link.replace("&amp;", "&")
        found[address.partition("?")[2]] = re.findall(rf'<th scope="row"[^>]*><a href="{BASE}/(\d+)"',
                                                      client.get(address).text)  # fmt: skip
    perm, suhl = str(letters["perm"].id), str(letters["suhl"].id)
    russia, germany = "&country=RU", "&country=DE"
    expected = {
        "invited": {"": {perm, suhl}, russia: {perm}, germany: {suhl}},
        "answered": {"": {perm}, russia: {perm}},
        "comes": {"": {perm}, russia: {perm}},
        "silent": {"": {suhl}, germany: {suhl}},
    }
    wanted = {}
    for stage, places in expected.items():
        for country, ids in places.items():
            wanted[f"kind=invitation&stage={stage}{country}"] = ids
            region = {"&country=RU": "&region=RU-PER", "&country=DE": "&region=DE-TH"}.get(country)
            if region:
                wanted[f"kind=invitation&stage={stage}{country}{region}"] = ids
    assert {key: set(ids) for key, ids in found.items()} == wanted
    text = words_of(page)
    assert "1 of 1" in text
    assert "0 of 1" in text


def test_letters_without_region_are_listed_when_asked_for(kaluga: Conference, staff: Staff) -> None:
    letters = issued(kaluga)
    with transaction():
        letters["perm"].municipality.iso3166_2 = ""
    page = staff("secretariat").get(f"{BASE}?kind=invitation&stage=invited&region=-").text
    assert re.findall(rf'<th scope="row"[^>]*><a href="{BASE}/(\d+)"', page) == [str(letters["perm"].id)]


def test_opened_at_is_set_by_the_first_get_only_and_nothing_else_changes(
    kaluga: Conference, visitor: FlaskClient
) -> None:
    letter = issued(kaluga)["perm"]
    address = f"/ru/reply/{letter.reply_token}"
    before = _rows()

    def opened() -> object:
        return letter.opened_at

    assert visitor.head(address).status_code == 200
    assert opened() is None
    assert visitor.get(address, headers={"Sec-Purpose": "prefetch;prerender"}).status_code == 200
    assert opened() is None
    assert visitor.get(address).status_code == 200
    first = opened()
    assert isinstance(first, datetime)
    assert visitor.get(address).status_code == 200
    assert (opened(), letter.reply, _rows()) == (first, None, before)


def _rows() -> tuple[int, int]:
    return db.session.query(HistoryEntry).count(), db.session.query(OutgoingMail).count()


def test_overview_is_shown_only_to_those_who_write_letters(kaluga: Conference, staff: Staff) -> None:
    assert [staff(role).get(f"{BASE}/overview").status_code for role in ("organiser", "secretariat", "desk")] == [
        200, 200, 403,
    ]  # fmt: skip


def test_a_municipality_with_several_invitations_is_counted_once_and_its_newest_answer_closes_all(
    kaluga: Conference, staff: Staff
) -> None:
    prepare_letters(conference=kaluga, kind=LetterKind.INVITATION, selection="municipality:perm",
                    choices=Choices(partners=True), actor=ACTOR, at=NOW)  # fmt: skip
    outcome = prepare_letters(conference=kaluga, kind=LetterKind.INVITATION, selection="municipality:suhl", actor=ACTOR,
                              at=NOW)  # fmt: skip
    assert [note.as_json() for note in outcome.notes] == [
        {
            "municipality": "suhl",
            "name": "Suhl",
            "message": "It has an invitation already, forwarded by Perm, and would get one from us too; one answer "
            "closes all of them.",
        }
    ]
    approve_letters(conference=kaluga, actor=ACTOR, at=NOW)
    issue_letters(conference=kaluga, actor=ACTOR, at=NOW)
    forwarded, own = sorted(
        (letter for letter in db.session.query(Letter) if letter.municipality.slug == "suhl"),
        key=lambda letter: letter.parent_letter_id is None,
    )
    record_reply(letter=own, answer=ReplyAnswer.COMES, people=3, source="phone", actor=ACTOR, at=NOW)
    record_reply(letter=forwarded, answer=ReplyAnswer.BY_VIDEO, people=2, source="phone", actor=ACTOR,
                 at=NOW + timedelta(hours=1))  # fmt: skip
    with transaction():
        for letter in db.session.query(Letter):
            if letter.mail is not None:
                letter.mail.state, letter.mail.sent_at = MailState.SENT, NOW
    assert {place.country: place.counts for place in invitations_by_place(kaluga)} == {
        "DE": counted(invited=1, sent=1, answered=1, by_video=1),
        "RU": counted(invited=1, sent=1, silent=1),
    }
    assert people_announced(kaluga) == (0, 2)
    assert letters_gone(kaluga) == (2, 1)
    due = plan_reminders(conference=kaluga, at=NOW + timedelta(days=8)).due
    assert [one.letter.municipality.slug for one in due] == ["perm"]
    listed = words_of(staff("secretariat").get(f"{BASE}?kind=invitation&country=DE"))
    assert listed.count("answered: takes part by video") == 2
    assert "3 letters have gone" not in words_of(staff("secretariat").get(f"{BASE}/overview"))
    assert "2 letters have gone by themselves, by mail or on paper, 1 more as an enclosure, for a partner city." in (
        words_of(staff("secretariat").get(f"{BASE}/overview"))
    )


def test_chain_shows_the_answer_that_came_to_the_invitation_from_us(kaluga: Conference, staff: Staff) -> None:
    prepare_letters(conference=kaluga, kind=LetterKind.INVITATION, selection="municipality:perm",
                    choices=Choices(partners=True), actor=ACTOR, at=NOW)  # fmt: skip
    own = issued(kaluga, "municipality:suhl")["suhl"]
    own = own if own.parent_letter_id is None else next(
        letter for letter in db.session.query(Letter)
        if letter.municipality.slug == "suhl" and letter.parent_letter_id is None
    )  # fmt: skip
    record_reply(letter=own, answer=ReplyAnswer.BY_VIDEO, people=1, source="phone", actor=ACTOR, at=NOW)
    assert "Suhl answered: takes part by video" in words_of(staff("secretariat").get(f"{BASE}/chain"))


def test_who_is_invited_only_through_a_partner_city_is_named_once_among_the_silent(kaluga: Conference) -> None:
    prepare_letters(conference=kaluga, kind=LetterKind.INVITATION, selection="municipality:perm",
                    choices=Choices(partners=True), actor=ACTOR, at=NOW)  # fmt: skip
    approve_letters(conference=kaluga, actor=ACTOR, at=NOW)
    issue_letters(conference=kaluga, actor=ACTOR, at=NOW)
    refused = plan_reminders(conference=kaluga, at=NOW + timedelta(days=8)).refused
    assert [(one.municipality, one.reason, str(one.message)) for one in refused] == [
        ("suhl", "forwarded", "Invited only through a partner city, Perm: please ask there."),
    ]
