"""Plans of switches: shared, changed by many hands, refused when the world moved, applied once."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient

from app.command_line import GROUPS
from app.conferences.models import Conference
from app.conferences.rules import Attendance, ConferenceFormat
from app.database import db, transaction
from app.delegations.models import Delegate
from app.delegations.rules import Accreditation
from app.erasure.operations import erase_conference
from app.errors import Refusal
from app.format_switch import commands as _commands
from app.format_switch.models import FormatSwitch, SwitchDraft
from app.format_switch.operations import (
    ChangedMeanwhile,
    PlanDetails,
    WorldMoved,
    apply_plan,
    change_plan,
    draft_plan,
    look_at_plan,
    withdraw_plan,
)
from app.format_switch.queries import what_will_change
from app.format_switch.queries.clashes import new_clashes
from app.format_switch.queries.plans import decisions_of, moved_for, planned, told_moves
from app.format_switch.rules import Cost, Decision, Moved, PlanState, Scope, ScopeKind, Why
from app.history.models import HistoryEntry
from app.i18n import speaking
from app.mail_texts import MailText
from app.mailroom.models import OutgoingMail
from app.mailroom.operations import queue_mail
from app.programme.models import ProgrammeSession, SessionPerson
from app.programme.rules import PersonRole, SessionKind
from tests.factories import ACTOR, NOW, make_conference, make_delegate, make_room, make_session

__all__ = ["_commands"]  # importing them registers the verbs

IN_PERSON, HYBRID, VIDEO = ConferenceFormat.IN_PERSON, ConferenceFormat.HYBRID, ConferenceFormat.VIDEO
GIVEN: dict[str, Any] = {"actor": ACTOR, "at": NOW}


def kaluga() -> Conference:
    """A plenary of four hours and the gala dinner after it; two delegates, one without an address."""
    conference = make_conference()
    make_session(conference, "K07", ends_at=datetime(2021, 6, 28, 19, 0, tzinfo=UTC))
    make_session(
        conference, "K09", kind=SessionKind.RECEPTION, title_ru="Приём",
        starts_at=datetime(2021, 6, 28, 19, 30, tzinfo=UTC), ends_at=datetime(2021, 6, 28, 21, 0, tzinfo=UTC),
    )  # fmt: skip
    make_delegate(conference, "D1", email="anna@kaluga.example")
    make_delegate(conference, "D2", email="")
    return conference


def plan_for(conference: Conference, to: ConferenceFormat = VIDEO, **given: Any) -> SwitchDraft:
    return draft_plan(conference=conference, to=to, reason="Ограничения на въезд", **(GIVEN | given))


def session_of(code: str) -> ProgrammeSession:
    return db.session.query(ProgrammeSession).filter_by(code=code).one()


def test_proposal_keeps_no_screen_busy_with_what_it_cannot_show_when_all_is_by_video(app: Flask) -> None:
    conference = make_conference()
    hour = datetime(2021, 6, 28, 6, 0, tzinfo=UTC)
    square, hall = make_room(conference, "под открытым небом"), make_room(conference, "Зал 1")
    for code, kind, title, hours, given in (
        ("K00", SessionKind.YOUTH, "Молодёжный форум: заезд участников", 9, {}),
        ("K02", SessionKind.YOUTH, "Мастерские", 6.5, {}),
        ("K03", SessionKind.YOUTH, "Заезд: первые впечатления", 1, {}),
        ("K05", SessionKind.CEREMONY, "Возложение цветов к Вечному огню", 1, {"room": hall}),
        ("K06", SessionKind.CEREMONY, "Возложение цветов", 1, {"room": square}),
        ("K08", SessionKind.PLENARY, "Открытие на площади", 1, {"room": square}),
        ("K10", SessionKind.CEREMONY, "Концерт", 1, {"room": square, "format": ConferenceFormat.HYBRID}),
        ("K11", SessionKind.OTHER, "Экскурсия по городу", 1, {"room": hall}),
        ("K12", SessionKind.ROUND_TABLE, "Экскурсия как диалог", 1, {}),
        ("K13", SessionKind.EXCURSION, "Музей", 1, {}),
    ):
        make_session(conference, code, kind=kind, title_ru=title, title_de=code, starts_at=hour,
                     ends_at=hour + timedelta(hours=hours), **given)  # fmt: skip
    found = {
        change.code: (change.after, change.why, change.shorter_until)
        for change in what_will_change(conference, VIDEO).sessions
    }
    assert found == {
        "K00": ("cancelled", Why.JOURNEY, None),
        "K02": ("video", Why.LONG, hour + timedelta(hours=3)),
        "K03": ("video", Why.ON_A_SCREEN, None),
        "K05": ("video", Why.SHOWN_ONLY, None),
        "K06": ("cancelled", Why.OUTDOORS, None),
        "K08": ("video", Why.ON_A_SCREEN, None),
        "K10": ("video", Why.ON_A_SCREEN, None),
        "K11": ("cancelled", Why.NEEDS_A_PLACE, None),
        "K12": ("video", Why.ON_A_SCREEN, None),
        "K13": ("cancelled", Why.NEEDS_A_PLACE, None),
    }


def test_proposal_keeps_journeys_and_tours_in_the_hall_when_some_are_by_video(app: Flask) -> None:
    conference = make_conference()
    hour = datetime(2021, 6, 28, 6, 0, tzinfo=UTC)
    for code, kind, title, hours in (
        ("K00", SessionKind.YOUTH, "Молодёжный форум: заезд участников", 9),
        ("K07", SessionKind.PLENARY, "Открытие", 1),
        ("K11", SessionKind.OTHER, "Экскурсия по городу", 1),
    ):
        make_session(conference, code, kind=kind, title_ru=title, title_de=code, starts_at=hour,
                     ends_at=hour + timedelta(hours=hours))  # fmt: skip
    found = {change.code: change.after for change in what_will_change(conference, HYBRID).sessions}
    assert (found.get("K00", "in-person"), found["K07"], found.get("K11", "in-person")) == (
        "in-person", "hybrid", "in-person",
    )  # fmt: skip


def test_draft_plan_proposes_to_shorten_a_long_plenary_and_to_cancel_the_dinner(app: Flask) -> None:
    conference = kaluga()
    plan = plan_for(conference)
    foreseen = {change.code: (change.after, change.outcome.value) for change in planned(plan).sessions}
    assert foreseen == {"K07": ("video", "gets-room"), "K09": ("cancelled", "cancelled")}
    assert decisions_of(plan) == {
        session_of("K07").uid: Decision(
            "", datetime(2021, 6, 28, 15, 0, tzinfo=UTC), datetime(2021, 6, 28, 18, 0, tzinfo=UTC)
        )
    }
    assert (plan.state, conference.format) == (PlanState.DRAFT, IN_PERSON)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"reason": " "}, "reason"),
        ({"to": IN_PERSON}, "to"),
        ({"scope": Scope(ScopeKind.DAY, "2021-07-30")}, "part"),
        ({"scope": Scope(ScopeKind.SESSION, "nothing")}, "part"),
        ({"scope": Scope(ScopeKind.DELEGATION, "9")}, "part"),
        ({"scope": Scope(ScopeKind.DAY, "2021-06-29")}, "to"),
    ],
)
def test_draft_plan_refuses_when_it_would_change_nothing_or_part_is_unknown(
    app: Flask, given: dict[str, Any], field: str
) -> None:
    conference = kaluga()
    with pytest.raises(Refusal) as refusal:
        draft_plan(**({"conference": conference, "to": VIDEO, "reason": "Einreise"} | GIVEN | given))
    assert refusal.value.field == field
    assert db.session.query(SwitchDraft).count() == 0


def test_apply_plan_does_what_was_decided_otherwise_than_proposed(app: Flask) -> None:
    conference = kaluga()
    plan = plan_for(conference)
    moved = datetime(2021, 6, 28, 9, 0, tzinfo=UTC)
    decisions = {
        session_of("K07").uid: Decision("", moved, moved + timedelta(hours=2)),
        session_of("K09").uid: Decision("video"),
    }
    assert change_plan(plan=plan, details=PlanDetails(decisions=decisions), version=plan.version, **GIVEN)
    done = apply_plan(plan=plan, version=plan.version, **GIVEN)
    assert done is not None
    assert {key: done.counts[key] for key in ("sessions", "sessions_cancelled", "sessions_at_other_hours")} == {
        "sessions": 2, "sessions_cancelled": 0, "sessions_at_other_hours": 1,
    }  # fmt: skip
    opening, dinner = session_of("K07"), session_of("K09")
    assert (opening.starts_at, opening.ends_at, opening.format) == (moved, moved + timedelta(hours=2), None)
    assert (dinner.cancelled, dinner.format) == (False, VIDEO)
    assert (plan.state, plan.switch_id) == (PlanState.APPLIED, db.session.query(FormatSwitch).one().id)


def test_apply_plan_does_nothing_when_clicked_twice(app: Flask) -> None:
    plan = plan_for(kaluga())
    version = plan.version
    assert apply_plan(plan=plan, version=version, **GIVEN) is not None
    mails = db.session.query(OutgoingMail).count()
    assert apply_plan(plan=plan, version=version, **GIVEN) is None
    assert (db.session.query(FormatSwitch).count(), db.session.query(OutgoingMail).count()) == (1, mails)


def test_apply_plan_refuses_and_shows_what_moved_until_somebody_has_looked(app: Flask) -> None:
    conference = kaluga()
    room = make_room(conference)
    plan = plan_for(conference)
    new = make_delegate(conference, "D3", last="Вагнер", first="Лутц")
    with transaction():
        session_of("K07").room_id = room.id
        db.session.query(Delegate).filter_by(public_id="D1").one().accreditation = Accreditation.WITHDRAWN
    gone = db.session.query(Delegate).filter_by(public_id="D1").one().id
    expected = Moved(people_new=(new.id,), people_gone=(gone,), sessions_place=("K07",))
    with pytest.raises(WorldMoved) as refusal:
        apply_plan(plan=plan, version=plan.version, **GIVEN)
    assert refusal.value.moved == expected == moved_for(plan, NOW)
    with app.test_request_context("/en/"):
        assert told_moves(expected) == [
            "New among the delegates: Вагнер Лутц.", "No longer among the delegates: Орлова Анна.",
            "In another room: K07.",
        ]  # fmt: skip
    assert (conference.format, db.session.query(FormatSwitch).count()) == (IN_PERSON, 0)
    look_at_plan(plan=plan, **GIVEN)
    assert apply_plan(plan=plan, version=plan.version, **GIVEN) is not None


def test_apply_plan_tells_the_second_organiser_when_two_plans_are_applied(app: Flask) -> None:
    conference = kaluga()
    first, second = plan_for(conference), plan_for(conference, HYBRID)
    apply_plan(plan=first, version=first.version, **GIVEN)
    with pytest.raises(WorldMoved) as refusal:
        apply_plan(plan=second, version=second.version, **GIVEN)
    assert refusal.value.moved.format == ("in-person", "video")
    assert conference.format is VIDEO


def test_change_plan_refuses_with_both_values_when_a_colleague_was_quicker(app: Flask) -> None:
    plan = plan_for(kaluga())
    seen = plan.version
    change_plan(plan=plan, details=PlanDetails(notes="Зал отменён"), version=seen, **GIVEN)
    with pytest.raises(ChangedMeanwhile) as refusal:
        change_plan(plan=plan, details=PlanDetails(notes="Der Saal bleibt"), version=seen, **GIVEN)
    assert refusal.value.theirs == {"notes": "Зал отменён"}
    assert plan.notes == "Зал отменён"
    with pytest.raises(ChangedMeanwhile):
        apply_plan(plan=plan, version=seen, **GIVEN)


def test_change_plan_changes_nothing_when_the_same_is_sent_twice(app: Flask) -> None:
    plan = plan_for(kaluga())
    seen, details = plan.version, PlanDetails(costs=[Cost("Студия", 120_050, "RUB")])
    assert change_plan(plan=plan, details=details, version=seen, **GIVEN)
    assert not change_plan(plan=plan, details=details, version=seen, **GIVEN)
    assert plan.costs == [{"label": "Студия", "hundredths": 120_050, "currency": "RUB"}]


def test_withdraw_plan_keeps_it_to_be_read_and_refuses_to_apply_it(app: Flask) -> None:
    plan = plan_for(kaluga())
    withdraw_plan(plan=plan, **GIVEN)
    withdraw_plan(plan=plan, **GIVEN)
    with pytest.raises(Refusal):
        apply_plan(plan=plan, version=plan.version, **GIVEN)
    deeds = [row.deed for row in db.session.query(HistoryEntry).filter_by(subject_kind="switch_plan").order_by("id")]
    assert (plan.state, deeds) == (PlanState.WITHDRAWN, ["format_switch.draft_plan", "format_switch.withdraw_plan"])


def body(response: Any) -> str:
    return str(response.get_data(as_text=True))


def test_plan_pages_lead_from_the_beginning_to_the_applied_switch(
    app: Flask, staff: Callable[[str], FlaskClient]
) -> None:
    conference = kaluga()
    client, base = staff("organiser"), f"/de/desk/c/{conference.slug}/switch"
    began = client.post(f"{base}/", data={"to": "video", "part": "whole", "reason": "Einreise"})
    plan = db.session.query(SwitchDraft).one()
    assert (began.status_code, began.location) == (303, f"{base}/plans/{plan.id}")
    address, opening, dinner = f"{base}/plans/{plan.id}", session_of("K07"), session_of("K09")
    sessions = body(client.get(f"{address}?view=sessions"))
    assert f'name="form-{opening.id}"' in sessions
    sent = {
        "version": str(plan.version), f"form-{opening.id}": "video", f"start-{opening.id}": "18:00",
        f"end-{opening.id}": "20:00", f"form-{dinner.id}": "cancelled", f"start-{dinner.id}": "22:30",
        f"end-{dinner.id}": "00:00",
    }  # fmt: skip
    assert client.post(f"{address}/sessions", data=sent).status_code == 303
    db.session.refresh(plan)
    assert decisions_of(plan) == {
        opening.uid: Decision("", opening.starts_at, datetime(2021, 6, 28, 17, 0, tzinfo=UTC))
    }  # the dinner is as proposed
    wrong = client.post(f"{address}/sessions", data=sent | {f"start-{opening.id}": "25"})
    assert (wrong.status_code, 'value="25"' in body(wrong)) == (422, True)
    odd = client.post(f"{address}/sessions", data=sent | {"version": "1", f"form-{opening.id}": "nonsense"})
    assert odd.status_code == 303  # nothing that could be decided: as it was
    late = client.post(f"{address}/sessions", data=sent | {"version": "1", f"form-{dinner.id}": "video"})
    assert (late.status_code, "K09" in body(late)) == (422, True)
    costs = {"version": str(plan.version), "reason": "Einreise", "notes": "", "cost-0_label": "Studio",
             "cost-0_amount": "1 200,50", "cost-0_currency": "EUR"}  # fmt: skip
    assert client.post(f"{address}/words", data=costs).status_code == 303
    assert "1.200,50\xa0€" in body(client.get(f"{address}?view=costs"))
    bad = client.post(f"{address}/words", data=costs | {"cost-0_amount": "viel"})
    assert (bad.status_code, 'value="viel"' in body(bad)) == (422, True)
    db.session.refresh(plan)
    assert "D2" not in body(client.get(f"{address}?view=people"))
    make_delegate(conference, "D9", last="Neumann")
    stale = client.post(f"{address}/apply", data={"version": str(plan.version)})
    assert (stale.status_code, "Neumann" in body(stale)) == (422, True)
    assert client.post(f"{address}/look").status_code == 303
    db.session.refresh(plan)
    assert client.post(f"{address}/apply", data={"version": str(plan.version)}).status_code == 303
    db.session.refresh(conference)
    assert (conference.format, session_of("K07").ends_at) == (VIDEO, datetime(2021, 6, 28, 17, 0, tzinfo=UTC))
    assert db.session.query(Delegate).filter_by(public_id="D9").one().attendance is Attendance.VIDEO
    applied = client.get(address)
    assert (applied.status_code, "K09" in body(applied)) == (200, True)
    assert client.post(f"{address}/apply", data={"version": "1"}).status_code == 303
    assert db.session.query(FormatSwitch).count() == 1
    assert client.get(f"{base}/plans/999").status_code == 404
    assert staff("secretariat").get(address).status_code == 403


def test_plan_has_the_same_sign_when_it_is_looked_at_in_another_language(app: Flask) -> None:
    conference = kaluga()
    room = make_room(conference, name_de="Großer Saal")
    with transaction():
        session_of("K07").room_id = room.id
    plan, signs = plan_for(conference), set()
    for code in ("ru", "de", "en"):
        with speaking(code):
            signs.add(planned(plan).digest)
    assert len(signs) == 1


def run(*words: str) -> Any:
    result = CliRunner().invoke(GROUPS["switch"], [*words, "--json"])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return json.loads(result.stdout) if result.exit_code == 0 else result.stderr.strip()


def test_verbs_plan_and_apply_a_part_once_when_asked(app: Flask) -> None:
    kaluga()
    words = ("--conference", "xvi-kaluga-2021", "--to", "video")
    assert run("preview", *words, "--session", "K99") == "Choose which part of the conference moves."
    assert run("preview", *words, "--session", "K07", "--day", "2021-06-28").startswith("Name one part")
    foreseen = run("preview", *words, "--day", "2021-06-28")["counts"]
    planned_now = run("plan", *words, "--day", "2021-06-28", "--reason", "Einreise")
    assert (planned_now["scope"], planned_now["scope_of"], planned_now["state"]) == ("day", "2021-06-28", "draft")
    number = str(planned_now["plan"])
    applied = run("apply-plan", "--plan", number)["counts"]
    assert applied == foreseen | {"sessions_at_other_hours": 1}  # the long plenary is shortened
    assert set(run("apply-plan", "--plan", number)["counts"].values()) == {0}
    [told] = run("plans", "--conference", "xvi-kaluga-2021")
    assert (told["plan"], told["state"]) == (int(number), "applied")
    [deed] = run("history", "--conference", "xvi-kaluga-2021")
    assert (deed["from"], deed["to"], deed["scope"], deed["scope_of"]) == ("in-person", "video", "day", "2021-06-28")


def test_verb_tells_what_moved_when_a_plan_is_old(app: Flask) -> None:
    conference = kaluga()
    plan = plan_for(conference)
    make_delegate(conference, "D3", last="Вагнер", first="Лутц")
    assert run("apply-plan", "--plan", str(plan.id)).endswith("New among the delegates: Вагнер Лутц.")
    assert conference.format is IN_PERSON


def test_page_lets_only_the_mails_of_the_switch_go_when_others_are_held_too(
    app: Flask, staff: Callable[[str], FlaskClient]
) -> None:
    conference = kaluga()
    plan = plan_for(conference)
    apply_plan(plan=plan, version=plan.version, **GIVEN)
    queue_mail(kind="group", to=["x@kaluga.example"], language="ru", mail=MailText("Тема", "Текст", ""), at=NOW,
               conference_id=conference.id, held=True)  # fmt: skip
    assert staff("organiser").post(f"/ru/desk/c/{conference.slug}/switch/release").status_code == 303
    assert {mail.kind: mail.state.value for mail in db.session.query(OutgoingMail)} == {
        "format_changed": "waiting", "group": "held",
    }  # fmt: skip


def test_plan_names_those_with_a_part_who_are_no_delegates(app: Flask) -> None:
    conference = kaluga()
    delegate = db.session.query(Delegate).filter_by(public_id="D1").one()
    opening, dinner = session_of("K07").id, session_of("K09").id
    with transaction() as session:
        for number, (name, given) in enumerate(
            ((opening, {"name": "Гость"}), (dinner, {"name": "Гость", "email": "gost@x.example"}),
             (opening, {"name": "Орлова", "delegate_id": delegate.id}))
        ):  # fmt: skip
            session.add(SessionPerson(session_id=name, role=PersonRole.SPEAKER, position=number, **given))
    plan = what_will_change(conference, VIDEO)
    assert [(one.name, one.email, one.language, one.codes) for one in plan.guests] == [
        ("Гость", "gost@x.example", "ru", ("K07", "K09"))
    ]


def test_erasing_a_conference_forgets_the_notes_of_its_plans(app: Flask) -> None:
    conference = kaluga()
    plan = plan_for(conference)
    change_plan(plan=plan, details=PlanDetails(notes="Г-жа Орлова больна"), version=plan.version, **GIVEN)
    erase_conference(conference=conference, **GIVEN)
    db.session.expire_all()
    assert (plan.notes, plan.reason) == ("", "Ограничения на въезд")


def test_plan_tells_which_sessions_its_hours_set_against_each_other(
    app: Flask, staff: Callable[[str], FlaskClient]
) -> None:
    conference = kaluga()
    room = make_room(conference)
    make_session(conference, "K20", starts_at=datetime(2021, 6, 28, 8, 0, tzinfo=UTC),
                 ends_at=datetime(2021, 6, 28, 9, 0, tzinfo=UTC))  # fmt: skip
    with transaction():
        session_of("K07").room_id = session_of("K20").room_id = room.id
    plan = plan_for(conference, HYBRID)
    assert new_clashes(conference, planned(plan)) == []
    early = datetime(2021, 6, 28, 8, 30, tzinfo=UTC)
    decisions = {session_of("K07").uid: Decision("", early, early + timedelta(hours=2))}
    change_plan(plan=plan, details=PlanDetails(decisions=decisions), version=plan.version, **GIVEN)
    assert [(one.kind, set(one.sessions)) for one in new_clashes(conference, planned(plan))] == [
        ("room", {"K07", "K20"})
    ]
    page = staff("organiser").get(f"/de/desk/c/{conference.slug}/switch/plans/{plan.id}?view=sessions")
    assert "hätte das Programm 1 neue Warnung" in body(page)
