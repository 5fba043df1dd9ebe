"""Every page that can be opened, in three languages: one heading, a title, a language, no name given twice."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from lxml import html

from app.checkin.operations import check_in
from app.clock import now
from app.conferences.models import Conference
from app.conferences.queries import get
from app.conferences.rules import ConferenceFormat
from app.correspondence.models import Letter, LetterEnclosure, RegisterEntry
from app.correspondence.operations import (
    approve_letters,
    enclosures_of_run,
    issue_letters,
    prepare_letters,
    print_letters,
)
from app.correspondence.queries import Meant
from app.correspondence.rules import LetterKind
from app.database import db, transaction
from app.delegations.operations.consents import give_consent
from app.delegations.operations.group_mail import write_group_mail
from app.delegations.operations.groups import add_paper
from app.delegations.operations.questions import ask_question
from app.delegations.operations.security_list import make_security_list
from app.delegations.operations.ways_in import keep_draft
from app.delegations.rules.consents import Purpose
from app.delegations.rules.group_mail import GroupMailKind
from app.delegations.rules.questions import ChoiceDetails, QuestionDetails, QuestionKind
from app.demo.load import load_demo
from app.directory.models import MunicipalHead, Municipality, Organisation
from app.documents.models import SealedDocument
from app.format_switch.operations import draft_plan, switch
from app.mailroom.models import OutgoingMail
from app.permissions import access_of
from app.printing.honours.operations import add_honour
from app.printing.honours.queries import of_municipality
from app.printing.honours.rules import HonourDetails
from app.printing.seating import operations as seating
from app.printing.seating.rules import Shape
from app.programme.models import Meeting, ProgrammeSession, ProgrammeTrack, SessionPerson
from app.programme.operations import choose_sessions, release_programme
from app.programme.operations.meeting_tables import apply_proposal
from app.programme.operations.meetings import PlanDetails, propose_meetings, settle_meetings, wish_meeting
from app.programme.operations.papers import make_paper
from app.programme.queries.papers.making import Order
from app.programme.rules import PersonRole
from app.programme.rules.meetings import Window
from app.programme.rules.papers import Paper
from app.programme.rules.persons import person_key
from app.video.models import MeetingRoom
from tests.factories import ACTOR, NOW, make_conference, make_delegate, make_delegation, make_plan, plain_pdf

SLUG = "xvi-kaluga-2021"
# Answers that are files, or that lead elsewhere, and addresses that live for a moment only.
NO_PAGE = {
    "front_door", "healthz", "readyz", "static", "directory.preview_import", "printing.run", "printing.run_pdf",
    "jobs.show", "printing.show_preview", "printing.hardest", "printing.hand_out", "printing.calibration",
    "correspondence.house_picture", "delegations.answer_file",
    "delegations.own_scan", "delegations.own_photo_file", "delegations.desk_photo", "delegations.passport_scan",
    "correspondence.prepare_preview", "delegations.participant_photo", "papers.run", "papers.run_pdf", "papers.run_zip",
    "programme.material", "programme.delegate_material", "programme.desk_material", "programme.made_paper_file",
    "video_plates.run", "video_plates.run_zip", "video_people.run_pdf", "video_rooms.control_now",
    "directory.arms_picture", "conferences.plan_picture", "programme.venue_plan",
    "video.lobby_now",
    "programme.grid_news", "format_switch.plan_paper", "looks.look", "looks.picture",
    "papers.proof_of_list", "papers.proof_of_participants", "papers.proof_of_post", "papers.proof_of_rota",
    "seating.proof", "seating.proof_of_cards", "video_people.proof_of_guests", "printing.hand_out_before",
}  # fmt: skip
# Pages that show something else when they are asked for it.
ASKED = {"programme.editor": "?without=en", "programme.meetings": "?view=delegations"}
# A letter's text is shown with its merge fields where it is edited or compared.
SHOWN_AS_IT_IS = " or ".join(f"ancestor::{name}" for name in ("script", "style", "textarea", "code", "pre"))

TEA = QuestionDetails(
    kind=QuestionKind.CHOICE, label_ru="Чай?", label_de="Tee?", label_en="Tea?",
    choices=(ChoiceDetails("", "Да", "Ja", "Yes", 3), ChoiceDetails("", "Нет", "Nein", "No")),
)  # fmt: skip


def hold_a_meeting(conference: Conference, other: Municipality) -> None:
    """One meeting in the draft, a wish, and a proposal that waits; one that finds no place."""
    given: dict[str, Any] = {"conference": conference, "actor": ACTOR, "at": now()}
    make_delegate(conference, "R00003", municipality_id=conference.host_id)
    begins = datetime(2021, 6, 29, 7, 0, tzinfo=UTC)
    window = Window(begins, begins + timedelta(hours=2), ("1",))
    settle_meetings(**given, details=PlanDetails(None, 30, 0, 4, ("1", "2"), (window,)))
    wish_meeting(**given, wishing=other, wished=conference.host, priority=1, remark="")
    absent = db.session.query(Municipality).filter_by(slug="krasnodar").one()
    wish_meeting(**given, wishing=other, wished=absent, priority=2, remark="")
    apply_proposal(**given, basis=propose_meetings(**given).basis)
    propose_meetings(**given)


def _scene() -> dict[str, dict[str, Any]]:
    """The demo, a little further: letters, a delegation, a release, a switch. Values for the rules' blanks."""
    load_demo(at=NOW)
    conference = get(SLUG)
    given: dict[str, Any] = {"conference": conference, "actor": ACTOR, "at": now()}
    prepare_letters(**given, kind=LetterKind.INVITATION, selection="municipality:krasnodar,municipality:perm")
    approve_letters(**given, kind=LetterKind.INVITATION)
    issue_letters(**given, letter_ids=[db.session.query(Letter).order_by(Letter.id).first().id])
    run = print_letters(**given, meant=Meant.ALL, with_enclosures=False)
    delegation = make_delegation(conference, db.session.query(Municipality).filter_by(slug="suhl").one())
    delegate = make_delegate(conference, "R00001", delegation_id=delegation.id)
    other = make_delegate(conference, "R00002")
    paper = add_paper(delegation=delegation, content=plain_pdf(), filename="note.pdf", actor=ACTOR, at=NOW)
    question = ask_question(**given, details=TEA)
    guards = make_security_list(conference=conference, form="xlsx", with_passports=False, actor=ACTOR, at=NOW)
    started = keep_draft(conference=conference, token="", values={"last": ["Orlowa"]}, at=now())
    part = SessionPerson(name="Пётр Орлов", role=PersonRole.CHAIR, token="t" * 32, remark="Zug")
    track = ProgrammeTrack(conference_id=conference.id, code="city", name_ru="Город", colour="moss")
    with transaction() as unit:
        unit.add(track)
        trip = db.session.query(ProgrammeSession).filter_by(conference_id=conference.id).order_by("id").first()
        trip.sign_up, trip.places = True, 1
        trip.people.append(part)
        trip.people.append(SessionPerson(name="Анна Орлова", role=PersonRole.CHAIR, delegate_id=delegate.id))
        conference.participants_public = True
    give_consent(delegate=delegate, purpose=Purpose.PUBLICATION, language="ru", actor=ACTOR, at=NOW)
    for person in (delegate, other):
        choose_sessions(delegate=person, before=[], chosen=[trip.id], actor=ACTOR, at=NOW)
    hold_a_meeting(conference, delegation.municipality)
    release_programme(**given, name="")
    paper_made = make_paper(**given, order=Order(Paper.OVERVIEW, release=1))
    arrived = check_in(**given, delegate=delegate).check_in
    switch(**given, to=ConferenceFormat.HYBRID, plan=None, reason="Einreise")
    to_video = draft_plan(**given, to=ConferenceFormat.VIDEO, reason="Einreise")
    mail = write_group_mail(**given, kind=GroupMailKind.TEXT, query={"role": "press"}, texts={"body_ru": "{name}"})
    said = {"citation_ru": "за дружбу", "citation_de": "für Freundschaft"}
    honour = add_honour(**given, details=HonourDetails(**of_municipality(conference.host), **said))
    seats = seating.make_plan(**given, details=seating.PlanDetails("Ужин", "Abendessen"))
    seating.add_tables(plan=seats, shape=Shape.U_SHAPE, seats=9, count=2, actor=ACTOR, at=now())
    seating.propose_seats(plan=seats, keep=False, actor=ACTOR, at=now())
    letter = db.session.query(Letter).order_by(Letter.id).first()
    head = db.session.query(MunicipalHead).order_by(MunicipalHead.id).first()
    municipality = db.session.get_one(Municipality, head.municipality_id)
    from app.directory.models import Partnership

    tie = db.session.query(Partnership).order_by(Partnership.id).first()
    venue = conference.venues[0]
    return {
        "*": {
            "slug": SLUG, "delegate_id": delegate.id, "public_id": "R00001", "kind": "csv", "letter_id": letter.id,
            "plan_id": make_plan(conference, venue).id,
            "enclosure_id": db.session.query(LetterEnclosure).first().id,
            "check_in_id": arrived.id,
            "number": 1, "room_id": venue.rooms[0].id, "venue_id": venue.id, "mail_id": _first(OutgoingMail),
            "entry_id": _first(RegisterEntry), "run_id": run.id,
            "document_id": enclosures_of_run(run)[0].document.id,
            "code": db.session.query(SealedDocument).filter_by(kind="letter").first().code,
        },
        "directory": {"slug": municipality.slug, "head_id": head.id},
        "directory.edit_partnership": {"slug": db.session.get_one(Municipality, tie.a_id).slug, "tie_id": tie.id},
        "organisations": {"slug": db.session.query(Organisation).first().slug},
        "format_switch": {"plan_id": to_video.id},
        "video_rooms": {"room_id": _first(MeetingRoom), "part_id": part.id},
        "video": {"token": delegate.join_token},
        "video.replace_own_link": {"token": delegate.token},
        "plates": {"token": delegate.join_token},
        "video_plates.picture": {"kind": "lower-third"},
        "papers": {"honour_id": honour.id},
        "seating": {"plan_id": seats.id},
        "papers.proof": {"paper_name": "certificates", "layout": "a4"},
        "programme.edit_session": {
            "number": db.session.query(ProgrammeSession).filter_by(conference_id=conference.id).first().id
        },
        "programme.sign_ups": {"number": trip.id},
        "programme.edit_track": {"track_id": track.id},
        "programme.confirm_part": {"token": "t" * 32},
        "programme.draft_out": {"kind": "json"},
        "programme.sign_ups_file": {"number": trip.id},
        "programme.session_page": {"code": trip.code},
        "programme.person_page": {"key": person_key("Анна Орлова")},
        "programme.own_programme_page": {"token": delegate.token},
        "programme.own_calendar": {"token": delegate.token},
        "programme.own_sessions": {"token": delegate.token},
        "programme.own_meetings": {"token": delegation.token},
        "programme.meeting": {"number": _first(Meeting)},
        "programme.give_up": {"number": venue.rooms[0].id},
        "programme.made_paper": {"number": paper_made.id},
        "programme.run_of_show": {"number": trip.id},
        "delegations.delegation": {"token": delegation.token},
        "delegations.member": {"token": delegation.token, "number": delegate.id},
        "delegations.remove": {"token": delegation.token, "number": delegate.id},
        "delegations.security_list_file": {"code": guards.code},
        "delegations.roster_table": {"token": delegation.token},
        "delegations.roster_rows": {"token": delegation.token},
        "delegations.delegation_paper": {"token": delegation.token, "number": paper.id},
        "delegations.desk_delegation": {"number": delegation.id},
        "delegations.desk_delegation_paper": {"number": delegation.id, "paper": paper.id},
        "delegations.edit_question": {"number": question.id},
        "delegations.delegate": {"token": delegate.token},
        "delegations.offer": {"token": delegate.token},
        "delegations.own_pass": {"token": delegate.token},
        "delegations.own_pass_pdf": {"token": delegate.token},
        "delegations.pass_place_on": {"token": delegate.token},
        "delegations.own_changes": {"token": delegate.token},
        "delegations.started_registration": {"token": started},
        "delegations.withdraw": {"token": delegate.token},
        "delegations.own_visa": {"token": delegate.token},
        "delegations.own_scan": {"token": delegate.token},
        "delegations.own_photo": {"token": delegate.token},
        "delegations.own_photo_file": {"token": delegate.token},
        "delegations.own_consents": {"token": delegate.token},
        "delegations.calendar_entry": {"token": delegate.token},
        "delegations.reply": {"token": letter.reply_token},
        "delegations.compare": {"left": delegate.id, "right": other.id},
        "delegations.group_mail": {"mail_id": mail.id},
        "delegations.edit_group_mail": {"mail_id": mail.id},
        "correspondence.forms_of_head": {"head_id": head.id, "code": "ru"},
        "correspondence.text": {"kind": "invitation", "code": "ru"},
        "correspondence.text_version": {"kind": "invitation", "code": "de", "version": 0},
    }  # fmt: skip


def _first(model: Any) -> int:
    return int(db.session.query(model).order_by(model.id).first().id)


def _faults(text: str, language: str) -> list[str]:
    page = html.fromstring(text)
    faults = []
    if len(page.findall(".//h1")) != 1:
        faults.append(f"{len(page.findall('.//h1'))} h1")
    if not (page.findtext(".//title") or "").strip():
        faults.append("no title")
    if page.get("lang") != language:
        faults.append(f"lang {page.get('lang')}")
    twice = [name for name, count in Counter(page.xpath("//@id")).items() if count > 1]
    if twice:
        faults.append(f"ids twice: {twice[:3]}")
    outside = [
        address
        for address in page.xpath("//script/@src | //link/@href | //img/@src")
        if re.match(r"(https?:)?//", address)
    ]
    if outside:
        faults.append(f"assets from elsewhere: {outside[:3]}")
    words = " ".join(page.xpath(f"//body//text()[not({SHOWN_AS_IT_IS})]"))
    raw = re.search(
        r"[A-Z][A-Za-z]+\.[A-Z_]{3,}\b|\b\d{4}-\d\d-\d\dT|%\(\w+\)s|\bNone\b|\{\{|working_group|in-person", words
    )
    if raw:
        faults.append(f"raw value on the page: {raw.group()}")
    return faults


def test_every_page_is_whole_when_opened(app: Flask, staff: Any) -> None:
    # The pages are the same on both databases: on the second one language proves the queries.
    languages = ("ru", "de", "en") if app.config["SETTINGS"].is_sqlite else ("ru",)
    values = _scene()
    client = staff("organiser")
    wrong: dict[str, Any] = {}
    seen = dict.fromkeys(languages, 0)
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        name = rule.endpoint
        if "GET" not in (rule.methods or ()) or name in NO_PAGE or access_of(app.view_functions[name]) is None:
            continue
        given = {**values["*"], **values.get(name.split(".")[0], {}), **values.get(name, {})}
        for language in languages if "language" in rule.arguments else ("ru",):
            blanks = {**given, "language": language}
            with app.test_request_context():
                address = rule.build({key: blanks[key] for key in rule.arguments})
            for page in {address[1], f"{address[1]}{ASKED.get(name, '')}"}:
                answer = client.get(page)
                kept = answer.headers.get("Cache-Control", "public")
                if answer.status_code not in {200, 302, 303}:
                    wrong[page] = answer.status_code
                elif "/desk/" in page and "public" in kept:
                    wrong[page] = kept
                elif answer.status_code == 200 and answer.mimetype == "text/html":
                    seen[language] += 1
                    faults = _faults(answer.text, language)
                    if faults:
                        wrong[page] = faults
    assert wrong == {}
    assert min(seen.values()) > 40


@pytest.mark.parametrize("language", ["ru", "de", "en"])
def test_every_page_of_a_conference_is_whole_when_nothing_has_been_done_yet(
    app: Flask, staff: Any, language: str
) -> None:
    conference = make_conference(issuer=None)
    client = staff("organiser")
    wrong: dict[str, Any] = {}
    for rule in app.url_map.iter_rules():
        name = rule.endpoint
        known = rule.arguments <= {"slug", "language"} and "slug" in rule.arguments and "/c/" in rule.rule
        if "GET" not in (rule.methods or ()) or name in NO_PAGE or not known:
            continue
        with app.test_request_context():
            address = rule.build({"slug": conference.slug, "language": language})
        answer = client.get(address[1])
        if answer.status_code >= 500:
            wrong[rule.rule] = answer.status_code
        elif answer.status_code == 200 and answer.mimetype == "text/html":
            faults = _faults(answer.text, language)
            if faults:
                wrong[rule.rule] = faults
    assert wrong == {}
