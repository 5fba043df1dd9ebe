"""Certificates go to those who took part, as far as anybody knows."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask

from app.checkin.operations import check_in, undo_outside_days
from app.checkin.queries import checked_in, outside_its_days, proven_on_site
from app.conferences.rules import Attendance
from app.database import db, transaction
from app.errors import Refusal
from app.history.models import HistoryEntry
from app.printing.operations import print_badges, print_participants
from app.printing.operations.runs import Printed
from app.printing.papers.commands import COMMANDS
from app.printing.papers.lists import print_list
from app.printing.papers.operations import choose_certified, print_paper
from app.printing.papers.queries import absent, how_many, participants, stayed_away
from app.printing.papers.rules import Certified, ListPaper, Paper, require_paper_layout
from app.printing.post.addressees import Whom
from app.printing.post.printing import PostPaper, print_post
from app.printing.rules import require_layout
from app.video.operations.visits import enter_room
from app.video.rules.visitors import VisitorRole
from tests.factories import ACTOR, make_conference, make_delegate
from tests.video.scene import hybrid, session_at


def test_certificates_leave_out_who_stayed_away_by_video_when_visits_are_known(app: Flask, staff: Any) -> None:
    conference = hybrid()
    item = session_at(conference, "K07", -5)
    on_site = make_delegate(conference, "R00001")
    came, away = (make_delegate(conference, f"R0000{n}", attendance=Attendance.VIDEO) for n in (2, 3))

    def numbers(**given: Any) -> list[str]:
        return sorted(person.public_id for person in participants(conference, Paper.CERTIFICATES, **given))

    page = f"/ru/desk/c/{conference.slug}/papers/"
    assert numbers() == ["R00001", "R00002", "R00003"]
    enter_room(delegate=came, session_id=item.id, role=VisitorRole.DELEGATE, at=FIRST_DAY + timedelta(days=1))
    assert stayed_away(conference) == {away.id}
    assert numbers() == ["R00001", "R00002"]
    assert numbers(all_accredited=True) == ["R00001", "R00002", "R00003"]
    assert numbers(delegate_ids=[away.id]) == ["R00003"]
    assert (how_many(conference, Paper.CERTIFICATES), how_many(conference, Paper.PLACE_CARDS)) == (2, 1)
    text = staff("organiser").get(page).text
    assert "1 участник по видеосвязи не входил ни в одну видеокомнату" in text
    assert "В дни конференции на стойке регистрации пока никто не отмечен как прибывший" in text
    assert on_site.id not in stayed_away(conference)


EVE = datetime(2021, 6, 27, 20, 59, tzinfo=UTC)  # 23:59 in Kaluga on the eve
FIRST_DAY = EVE + timedelta(minutes=1)


def test_a_check_in_on_the_eve_takes_nobody_the_certificate_and_is_noted_anew_on_the_first_day(app: Flask) -> None:
    conference = make_conference()
    tried, other = (make_delegate(conference, f"R0000{n}") for n in (1, 2))
    given: dict[str, Any] = {"conference": conference, "delegate": tried, "actor": ACTOR}
    early = check_in(**given, at=EVE).check_in
    assert (checked_in(conference), proven_on_site(conference)) == ({tried.id}, set())
    assert (stayed_away(conference), list(outside_its_days(conference))) == (frozenset(), [early])
    assert not check_in(**given, at=EVE + timedelta(seconds=59)).fresh
    again = check_in(**given, at=FIRST_DAY)
    assert (again.fresh, early.undone_at, proven_on_site(conference)) == (True, FIRST_DAY, {tried.id})
    assert not check_in(**given, at=FIRST_DAY + timedelta(days=1)).fresh
    known = absent(conference)
    told = (known.certified, known.places, known.proven, known.on_site, known.asks)
    assert told == (Certified.BY_ITSELF, 2, 1, {other.id}, True)
    choose_certified(conference=conference, certified=Certified.PROOF, reason="Stand", actor=ACTOR, at=FIRST_DAY)
    assert (absent(conference).on_site, absent(conference).asks) == ({other.id}, False)


def test_trials_of_the_desk_are_taken_back_together_for_a_reason(app: Flask) -> None:
    conference = make_conference()
    people = [make_delegate(conference, f"R0000{n}") for n in (1, 2, 3)]
    for person, at in zip(people, (EVE, FIRST_DAY + timedelta(days=3), FIRST_DAY), strict=True):
        check_in(conference=conference, delegate=person, actor=ACTOR, at=at)
    given: dict[str, Any] = {"conference": conference, "actor": ACTOR, "at": FIRST_DAY}
    with pytest.raises(Refusal):
        undo_outside_days(**given, reason=" ")
    assert [undo_outside_days(**given, reason="Probe"), undo_outside_days(**given, reason="Probe")] == [2, 0]
    assert checked_in(conference) == {people[2].id}


def test_the_secretariat_chooses_who_gets_a_certificate_with_a_reason_that_is_kept(app: Flask) -> None:
    conference = make_conference()
    came, other = (make_delegate(conference, f"R0000{n}") for n in (1, 2))
    given: dict[str, Any] = {"conference": conference, "actor": ACTOR, "at": FIRST_DAY}
    with pytest.raises(Refusal):
        choose_certified(**given, certified=Certified.PROOF, reason="  ")
    choose_certified(**given, certified=Certified.PROOF, reason="Стойка  работает")
    assert stayed_away(conference) == {came.id, other.id}
    check_in(conference=conference, delegate=came, actor=ACTOR, at=FIRST_DAY)
    assert stayed_away(conference) == {other.id}
    choose_certified(**given, certified=Certified.CONFIRMED, reason="Scanner ausgefallen")
    assert (stayed_away(conference), how_many(conference, Paper.CERTIFICATES)) == (frozenset(), 2)
    printed = print_paper(
        paper=Paper.CERTIFICATES, layout=require_paper_layout(Paper.CERTIFICATES, None), **given
    )  # fmt: skip
    assert printed.count == 2
    assert printed.run is not None
    assert printed.run.options == {
        "certified": "confirmed", "proven": 1, "places": 2, "certified_reason": "Scanner ausgefallen",
    }  # fmt: skip
    told = [row.details for row in db.session.query(HistoryEntry).filter_by(deed="choose-certified")]
    assert told == [
        {"certified": "proof", "before": "by-itself", "reason": "Стойка работает"},
        {"certified": "confirmed", "before": "proof", "reason": "Scanner ausgefallen"},
    ]


def test_papers_are_printed_for_those_who_came_or_have_yet_to_arrive_or_have_a_role(app: Flask, tmp_path: Path) -> None:
    conference = make_conference()
    came, coming, guide = (make_delegate(conference, f"R0000{n}") for n in (1, 2, 3))
    with transaction():
        guide.role = "interpreter"
    given: dict[str, Any] = {"conference": conference, "actor": ACTOR, "at": FIRST_DAY}

    def cards(**asked: Any) -> Printed:
        return print_paper(paper=Paper.PLACE_CARDS, layout=require_paper_layout(Paper.PLACE_CARDS, "six"),
                           **given, **asked)  # fmt: skip

    def sheets(**asked: Any) -> Printed:
        return print_list(paper=ListPaper.SIGN_IN, **given, **asked)

    def letters(**asked: Any) -> Printed:
        return print_post(paper=PostPaper.LABELS, whom=Whom.DELEGATES, form="L7160", **given, **asked)

    def people(**asked: Any) -> Printed:
        return print_participants(**given, **asked)

    def badges(**asked: Any) -> Printed:
        return print_badges(layout=require_layout(None), **given, **asked)

    every = (cards, sheets, letters, people, badges)
    for printing in every:
        with pytest.raises(Refusal, match="Nobody has been checked in yet"):
            printing(scope="checked-in")
    check_in(conference=conference, delegate=came, actor=ACTOR, at=FIRST_DAY)
    asked: list[dict[str, Any]] = [
        {"scope": "checked-in"}, {"scope": "expected"}, {"scope": "role", "role": "interpreter"},
        {"scope": "picked", "delegate_ids": [came.id, guide.id]},
    ]  # fmt: skip
    for printing in every:
        done = [printing(**one) for one in asked]
        assert [one.count for one in done] == [1, 2, 1, 2], printing
        assert [one.run and one.run.scope for one in done] == ["checked-in", "expected", "role", "picked"]
    words = ["--conference", conference.slug, "--out", str(tmp_path / "cards.pdf"), "--json"]
    run = CliRunner().invoke(COMMANDS[Paper.PLACE_CARDS], [*words, "--not-arrived"])
    assert json.loads(run.stdout)["printed"] == 2
    both = CliRunner().invoke(COMMANDS[Paper.PLACE_CARDS], [*words, "--not-arrived", "--role", "interpreter"])
    assert (both.exit_code, "in one way for whom" in both.stderr) == (1, True)
    for person in (coming, guide):
        check_in(conference=conference, delegate=person, actor=ACTOR, at=FIRST_DAY)
    with pytest.raises(Refusal, match="yet to arrive"):
        cards(scope="expected")


def test_pages_tell_the_rule_and_how_many_have_proof(app: Flask, staff: Any) -> None:
    conference = make_conference()
    first, *_others = (make_delegate(conference, f"R0000{n}") for n in range(1, 5))
    check_in(conference=conference, delegate=first, actor=ACTOR, at=EVE)
    client = staff("organiser")
    desk = f"/en/desk/c/{conference.slug}"
    text = client.get(f"{desk}/papers/certified").text
    assert "0 of 4" in text
    assert "1 check-in is of no day of the conference and does not count." in text
    assert client.post(f"{desk}/papers/certified", data={"certified": "confirmed", "reason": ""}).status_code == 422
    assert client.post(f"{desk}/check-in/outside", data={"reason": "Trial"}).status_code == 303
    assert outside_its_days(conference) == []
    check_in(conference=conference, delegate=first, actor=ACTOR, at=FIRST_DAY)
    assert "until you choose otherwise, only those get a certificate" in client.get(f"{desk}/papers/").text
    choose_certified(conference=conference, certified=Certified.PROOF, reason="Stand", actor=ACTOR, at=FIRST_DAY)
    assert "3 persons with a place on site have not been checked in on a day" in client.get(f"{desk}/papers/").text
    done = client.post(f"{desk}/papers/certified", data={"certified": "confirmed", "reason": "No scanner"})
    assert done.status_code == 303
    text = client.get(f"{desk}/papers/").text
    assert "Of 4 persons with a place on site it is proven of 1 that they came" in text
    assert "No scanner" in text
