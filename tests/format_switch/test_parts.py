"""Moving a part: a day, a session, a delegation; and giving back what was taken."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask, render_template_string

from app.conferences.models import Conference
from app.conferences.rules import Attendance, ConferenceFormat
from app.database import db, transaction
from app.delegations.models import Delegate
from app.delegations.rules import Accreditation
from app.directory.models import Municipality
from app.errors import Refusal
from app.format_switch.models import FormatSwitch
from app.format_switch.operations import switch
from app.format_switch.queries import what_will_change
from app.format_switch.queries.consequences import consequences
from app.format_switch.rules import Decision, Scope, ScopeKind, SwitchPlan, Why
from app.i18n import speaking
from app.mailroom.models import OutgoingMail
from app.mailroom.rules import MailState
from app.programme.models import DraftStep, ProgrammeSession, SessionPerson
from app.programme.operations import release_programme, undo_last
from app.programme.queries import current_release
from app.programme.rules import PersonRole, SessionKind
from app.video.queries import rooms
from tests.factories import (
    ACTOR,
    NOW,
    make_conference,
    make_delegate,
    make_delegation,
    make_municipality,
    make_session,
)

IN_PERSON, HYBRID, VIDEO = ConferenceFormat.IN_PERSON, ConferenceFormat.HYBRID, ConferenceFormat.VIDEO
SECOND_DAY = Scope(ScopeKind.DAY, "2021-06-29")


def move(conference: Conference, to: ConferenceFormat, **given: Any) -> SwitchPlan:
    values: dict[str, Any] = {"plan": None, "reason": "Ограничения на въезд", "actor": ACTOR, "at": NOW}
    return switch(conference=conference, to=to, **(values | given))


def kaluga(**given: Any) -> Conference:
    """An opening on the first day; a working group, a plenary of own form and an excursion on the second."""
    conference = make_conference(**given)
    second = datetime(2021, 6, 29, 7, 0, tzinfo=UTC)
    make_session(conference, "K01")
    for hour, (code, kind, form) in enumerate(
        (("K11", SessionKind.WORKING_GROUP, None), ("K12", SessionKind.PLENARY, HYBRID),
         ("K13", SessionKind.EXCURSION, None))
    ):  # fmt: skip
        starts = second + timedelta(hours=2 * hour)
        make_session(conference, code, kind=kind, format=form, starts_at=starts, ends_at=starts + timedelta(hours=1))
    return conference


def sessions() -> dict[str, tuple[Any, ...]]:
    db.session.expire_all()
    return {
        row.code: (row.format, row.cancelled, row.starts_at, row.ends_at)
        for row in db.session.query(ProgrammeSession).order_by(ProgrammeSession.code)
    }


def people() -> dict[str, tuple[Attendance, Accreditation]]:
    db.session.expire_all()
    return {row.public_id: (row.attendance, row.accreditation) for row in db.session.query(Delegate)}


def forms() -> dict[str, tuple[ConferenceFormat | None, bool]]:
    return {code: row[:2] for code, row in sessions().items()}


def test_switch_moves_one_day_and_gives_it_back_when_asked(app: Flask) -> None:
    conference = kaluga()
    make_delegate(conference, "D1", email="anna@kaluga.example")
    before, clients = sessions(), people()
    plan = move(conference, VIDEO, scope=SECOND_DAY)
    assert forms() == {"K01": (None, False), "K11": (VIDEO, False), "K12": (VIDEO, False), "K13": (None, True)}
    assert (conference.format, people()) == (IN_PERSON, clients)
    assert [room.session.code for room in rooms(conference)] == ["K11", "K12"]
    assert {key: plan.counts[key] for key in ("sessions", "mails", "letters", "delegates_moved")} == {
        "sessions": 3, "mails": 1, "letters": 0, "delegates_moved": 0,
    }  # fmt: skip
    back = move(conference, IN_PERSON, scope=SECOND_DAY)
    assert (back.counts["mails"], back.counts["mails_withdrawn"]) == (0, 1)  # nobody had heard of it
    assert forms() == {"K01": (None, False), "K11": (None, False), "K12": (None, False), "K13": (None, False)}
    assert [code for code, row in sessions().items() if row[2:] != before[code][2:]] == []
    steps = [
        (deed.from_format, deed.to_format, deed.scope, deed.scope_of)
        for deed in db.session.query(FormatSwitch).order_by(FormatSwitch.id)
    ]
    assert steps == [
        (IN_PERSON, VIDEO, ScopeKind.DAY, "2021-06-29"), (VIDEO, IN_PERSON, ScopeKind.DAY, "2021-06-29"),
    ]  # fmt: skip


def test_switch_of_a_day_counts_nobody_when_it_is_held_so_already(app: Flask) -> None:
    conference = kaluga()
    make_delegate(conference, "D1", email="anna@kaluga.example")
    make_delegate(conference, "D2")
    move(conference, VIDEO, scope=SECOND_DAY)
    again = move(conference, VIDEO, scope=SECOND_DAY)
    assert ({word: count for word, count in again.counts.items() if count}, again.languages) == ({}, {})
    assert db.session.query(FormatSwitch).count() == 1


@pytest.mark.parametrize("chosen", [True, False])
def test_switch_of_one_session_outlasts_the_way_back_of_the_whole_unless_the_organisers_choose_otherwise(
    app: Flask, chosen: bool
) -> None:
    conference = kaluga()
    before = sessions()
    uid = db.session.query(ProgrammeSession).filter_by(code="K13").one().uid
    move(conference, VIDEO, scope=Scope(ScopeKind.SESSION, uid))
    assert forms()["K13"] == (VIDEO, False)  # asked for by name: no excursion is cancelled then
    assert [room.session.code for room in rooms(conference)] == ["K13"]
    move(conference, VIDEO)
    plan = what_will_change(conference, IN_PERSON)
    assert [one.code for one in plan.sessions if one.why is Why.OWN_DEED] == ["K13"]
    move(conference, IN_PERSON, decisions={uid: Decision(form="in-person")} if chosen else {})
    assert [room.session.code for room in rooms(conference)] == [
        "K12", *([] if chosen else ["K13"]),
    ]  # fmt: skip
    if not chosen:
        move(conference, IN_PERSON, scope=Scope(ScopeKind.SESSION, uid))
    assert sessions() == before
    assert [room.session.code for room in rooms(conference)] == ["K12"]  # hybrid by itself


def test_switch_keeps_a_day_and_a_session_by_video_when_all_return_to_hybrid(app: Flask) -> None:
    conference = kaluga(format=HYBRID)
    whole = sessions()
    opening = Scope(ScopeKind.SESSION, db.session.query(ProgrammeSession).filter_by(code="K01").one().uid)
    move(conference, VIDEO, scope=SECOND_DAY)
    move(conference, VIDEO, scope=opening)
    parts = sessions()
    assert {code: row[:2] for code, row in parts.items()} == {
        "K01": (VIDEO, False), "K11": (VIDEO, False), "K12": (VIDEO, False), "K13": (None, True),
    }  # fmt: skip
    move(conference, VIDEO)
    move(conference, HYBRID)
    assert sessions() == parts
    move(conference, HYBRID, scope=SECOND_DAY)
    move(conference, HYBRID, scope=opening)
    assert sessions() == whole


def test_switch_restores_hours_and_forms_decided_for_a_format_when_it_is_left(app: Flask) -> None:
    conference = kaluga()
    before = sessions()
    uid = db.session.query(ProgrammeSession).filter_by(code="K11").one().uid
    early = datetime(2021, 6, 29, 5, 0, tzinfo=UTC)
    move(conference, HYBRID, decisions={uid: Decision("video", early, early + timedelta(minutes=30))})
    hybrid = sessions()
    assert hybrid["K11"] == (VIDEO, False, early, early + timedelta(minutes=30))
    move(conference, VIDEO, decisions={uid: Decision("cancelled")})
    assert sessions()["K11"][1]
    move(conference, HYBRID)
    assert sessions() == hybrid
    move(conference, IN_PERSON)
    assert sessions() == before


def test_switch_leaves_hours_alone_on_the_way_back_when_somebody_changed_them_meanwhile(app: Flask) -> None:
    conference = kaluga()
    row = db.session.query(ProgrammeSession).filter_by(code="K11").one()
    early = datetime(2021, 6, 29, 5, 0, tzinfo=UTC)
    move(conference, VIDEO, decisions={row.uid: Decision("", early, early + timedelta(hours=1))})
    with transaction():
        row.ends_at = early + timedelta(hours=2)
    move(conference, IN_PERSON)
    assert sessions()["K11"] == (None, False, early, early + timedelta(hours=2))


def hybrid_with_two_delegations() -> Conference:
    conference = kaluga(format=HYBRID, places_video=2)
    for number, slug in ((1, "suhl"), (2, "perm")):
        town = make_municipality(slug, name_ru=slug)
        group = make_delegation(conference, town)
        for one in range(2):
            make_delegate(conference, f"{slug}{one}", delegation_id=group.id, municipality_id=town.id,
                          email=f"{slug}{one}@x.example", precedence=number)  # fmt: skip
    return conference


def delegation_of(slug: str) -> Scope:
    row = db.session.query(Delegate).filter_by(public_id=f"{slug}0").one()
    return Scope(ScopeKind.DELEGATION, str(row.delegation_id))


def test_switch_moves_one_delegation_and_keeps_it_there_when_all_return_to_hybrid(app: Flask) -> None:
    conference = hybrid_with_two_delegations()
    before = people()
    plan = move(conference, VIDEO, scope=delegation_of("suhl"))
    on_site, video = (Attendance.ON_SITE, Accreditation.GRANTED), (Attendance.VIDEO, Accreditation.GRANTED)
    moved = {"suhl0": video, "suhl1": video, "perm0": on_site, "perm1": on_site}
    assert (people(), plan.counts["mails"], plan.counts["sessions"]) == (moved, 2, 0)
    with transaction():
        conference.places_video = None
    move(conference, VIDEO)
    move(conference, HYBRID)
    assert people() == moved
    move(conference, IN_PERSON, scope=delegation_of("suhl"))
    assert people() == before


@pytest.mark.parametrize("kind", [ScopeKind.DAY, ScopeKind.SESSION, ScopeKind.DELEGATION])
def test_switch_of_a_part_tells_nobody_when_it_undoes_what_no_mail_told(app: Flask, kind: ScopeKind) -> None:
    conference = hybrid_with_two_delegations()
    session = db.session.query(ProgrammeSession).filter_by(code="K12").one()
    with transaction():
        session.people.append(
            SessionPerson(name="Eva Berg", role=PersonRole.CHAIR, email="eva@x.example", language="de")
        )
    release_programme(conference=conference, name="", actor=ACTOR, at=NOW)
    of = {ScopeKind.DAY: SECOND_DAY, ScopeKind.SESSION: Scope(kind, session.uid)}
    scope = of.get(kind) or delegation_of("suhl")
    away, back = (VIDEO, IN_PERSON) if kind is ScopeKind.DELEGATION else (VIDEO, HYBRID)
    mails = [move(conference, to, scope=scope).counts["mails"] for to in (away, back)]
    assert (mails[0] > 0, mails[1]) == (True, 0)
    assert {mail.state for mail in db.session.query(OutgoingMail)} == {MailState.FAILED}


def test_switch_refuses_a_delegation_when_places_by_video_do_not_suffice(app: Flask) -> None:
    conference = hybrid_with_two_delegations()
    move(conference, VIDEO, scope=delegation_of("suhl"))
    before = people()
    with pytest.raises(Refusal):
        move(conference, VIDEO, scope=delegation_of("perm"))
    assert people() == before


def test_switch_refuses_to_bring_a_delegation_back_when_others_have_the_places(app: Flask) -> None:
    conference = hybrid_with_two_delegations()
    move(conference, VIDEO, scope=delegation_of("suhl"))
    with transaction():
        conference.places_on_site = 3
    make_delegate(conference, "D7")
    with pytest.raises(Refusal):
        move(conference, IN_PERSON, scope=delegation_of("suhl"))
    with transaction():
        conference.places_on_site = 5
    move(conference, IN_PERSON, scope=delegation_of("suhl"))
    assert set(people().values()) == {(Attendance.ON_SITE, Accreditation.GRANTED)}


def test_switch_back_never_gives_more_places_than_there_are_when_others_came_meanwhile(app: Flask) -> None:
    conference = hybrid_with_two_delegations()
    move(conference, VIDEO, scope=delegation_of("suhl"))
    with transaction():
        conference.places_on_site = 3
    make_delegate(conference, "D7")
    plan = move(conference, IN_PERSON)
    assert plan.counts["waitlisted"] == 2
    on_site, waits = (Attendance.ON_SITE, Accreditation.GRANTED), (Attendance.ON_SITE, Accreditation.WAITLISTED)
    assert people() == {"suhl0": waits, "suhl1": waits, "perm0": on_site, "perm1": on_site, "D7": on_site}


@pytest.mark.parametrize(
    ("now", "scope", "to"),
    [
        (VIDEO, SECOND_DAY, IN_PERSON),
        (IN_PERSON, Scope(ScopeKind.DELEGATION, "1"), VIDEO),
        (HYBRID, Scope(ScopeKind.DELEGATION, "1"), HYBRID),
    ],
)
def test_switch_of_a_part_refuses_when_the_conference_is_held_otherwise(
    app: Flask, now: ConferenceFormat, scope: Scope, to: ConferenceFormat
) -> None:
    conference = kaluga(format=now)
    assert what_will_change(conference, to, scope=scope).hindrance is not None
    with pytest.raises(Refusal):
        move(conference, to, scope=scope)
    assert db.session.query(FormatSwitch).count() == 0


def test_switch_of_a_session_tells_those_only_whom_it_concerns(app: Flask) -> None:
    conference = kaluga()
    speaker = make_delegate(conference, "D1", email="anna@kaluga.example")
    make_delegate(conference, "D2", email="lutz@suhl.example")
    row = db.session.query(ProgrammeSession).filter_by(code="K11").one()
    with transaction() as session:
        row.sign_up = True
        session.add(SessionPerson(session_id=row.id, name="Орлова", role=PersonRole.SPEAKER, delegate_id=speaker.id))
    plan = move(conference, VIDEO, scope=Scope(ScopeKind.SESSION, row.uid))
    assert plan.told == [speaker.id]
    assert [mail.to for mail in db.session.query(OutgoingMail)] == [["anna@kaluga.example"]]


def test_switch_of_a_session_tells_everybody_when_anybody_may_come(app: Flask) -> None:
    conference = kaluga()
    make_delegate(conference, "D1", email="anna@kaluga.example")
    make_delegate(conference, "D2", email="lutz@suhl.example", accreditation=Accreditation.DECLINED)
    uid = db.session.query(ProgrammeSession).filter_by(code="K11").one().uid
    counts = move(conference, VIDEO, scope=Scope(ScopeKind.SESSION, uid)).counts
    assert (counts["mails"], counts["delegates_moved"]) == (1, 0)
    [mail] = db.session.query(OutgoingMail)
    assert f"/join/{db.session.query(Delegate).filter_by(public_id='D1').one().join_token}" in mail.text


def test_switch_of_a_part_leaves_mails_of_an_earlier_switch_to_others_held(app: Flask) -> None:
    conference = hybrid_with_two_delegations()
    with transaction():
        conference.places_video = None
    move(conference, VIDEO)
    with transaction():
        db.session.query(OutgoingMail).update({"state": "sent"})
    move(conference, HYBRID)
    plan = move(conference, VIDEO, scope=delegation_of("suhl"))
    assert plan.counts["mails_withdrawn"] == 2
    held = sorted(mail.to[0] for mail in db.session.query(OutgoingMail).filter_by(state="held"))
    assert held == ["perm0@x.example", "perm1@x.example", "suhl0@x.example", "suhl1@x.example"]


def test_switch_is_one_step_of_the_draft_which_nobody_undoes_alone(app: Flask) -> None:
    conference = kaluga()
    release_programme(conference=conference, name="", actor=ACTOR, at=NOW)
    move(conference, VIDEO)
    [step] = db.session.query(DraftStep).all()
    assert (step.deed, step.details["codes"]) == ("switch", ["K13"])
    with pytest.raises(Refusal):
        undo_last(conference=conference, actor=ACTOR, at=NOW)
    release = current_release(conference)
    assert release is not None
    assert (release.number, release.names["de"], release.notes) == (
        2, "Programm der Konferenz per Video", {"ru": "Ограничения на въезд"},
    )  # fmt: skip


def test_plan_names_the_towns_whose_heads_hold_no_invitation_when_their_people_take_part(app: Flask) -> None:
    conference = hybrid_with_two_delegations()
    with transaction():
        for town in db.session.query(Municipality).filter(Municipality.slug.in_(("perm", "suhl"))):
            town.name_en = town.slug.title()
    follows = consequences(conference, what_will_change(conference, VIDEO))
    assert (follows.invited, list(follows.uninvited)) == (0, ["Perm", "Suhl"])


def test_page_folds_the_towns_whose_heads_hold_no_invitation_when_there_are_more_than_ten(app: Flask) -> None:
    page = (
        """{% import "format_switch/_follows.html" as said with context %}{{ said.letters({}, follows, [], [], []) }}"""
    )
    told = {}
    for number in (2, 131):
        with app.test_request_context(), speaking("ru"):
            told[number] = render_template_string(page, follows={"invited": 0, "uninvited": ["Пермь"] * number})
    assert ("<details" in told[2], "<details" in told[131]) == (False, True)
    assert "известите их сами: Пермь, Пермь.</p>" in told[2].replace("\u00a0", " ")
    assert "131 муниципалитет прислал делегатов, не имея приглашения на имя главы" in told[131].replace("\u00a0", " ")
