"""The switch: one deed that moves all, and its way back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from icalendar import Calendar

from app.conferences.models import Conference, Room, Venue
from app.conferences.rules import Attendance, ConferenceFormat
from app.correspondence.models import Letter
from app.correspondence.operations import approve_letters, issue_letters, prepare_letters
from app.correspondence.rules import LetterKind, LetterState
from app.database import db, transaction
from app.delegations.models import Delegate
from app.delegations.rules import Accreditation
from app.directory.models import MunicipalHead
from app.errors import Refusal
from app.format_switch.models import FormatSwitch, SwitchDraft
from app.format_switch.operations import switch
from app.format_switch.queries import what_will_change
from app.format_switch.rules import SwitchPlan
from app.mailroom.models import OutgoingMail
from app.mailroom.operations import release_held
from app.mailroom.rules import MailState
from app.programme.models import ProgrammeSession
from app.programme.operations import release_programme
from app.programme.queries import current_release
from app.programme.rules import SessionKind
from app.video.queries import rooms
from tests.correspondence.conftest import write_briefs
from tests.factories import (
    ACTOR,
    NOW,
    keep,
    make_conference,
    make_delegate,
    make_head,
    make_municipality,
    make_session,
)

IN_PERSON, HYBRID, VIDEO = ConferenceFormat.IN_PERSON, ConferenceFormat.HYBRID, ConferenceFormat.VIDEO


def move(conference: Conference, to: ConferenceFormat, **given: Any) -> SwitchPlan:
    values: dict[str, Any] = {"plan": None, "reason": "Ограничения на въезд", "actor": ACTOR, "at": NOW}
    return switch(conference=conference, to=to, **(values | given))


def kaluga() -> Conference:
    """Opening and gala dinner; two delegates on site, one without address, one declined."""
    conference = make_conference()
    make_session(conference, "K07")
    make_session(
        conference, "K09", kind=SessionKind.RECEPTION, title_ru="Приём", title_de="Empfang",
        starts_at=datetime(2021, 6, 28, 17, 30, tzinfo=UTC), ends_at=datetime(2021, 6, 28, 20, 0, tzinfo=UTC),
    )  # fmt: skip
    make_delegate(conference, "D1", email="anna@kaluga.example")
    make_delegate(
        conference, "D2", email="lutz@suhl.example", language="de", first="Lutz", last="Wagner", patronymic=""
    )
    make_delegate(conference, "D3", email="")
    make_delegate(conference, "D4", accreditation=Accreditation.DECLINED)
    return conference


def photograph(conference: Conference) -> dict[str, Any]:
    """Everything a switch may touch, save its history and its mails."""
    db.session.expire_all()
    return {
        "format": conference.format,
        "sessions": {
            item.code: (item.cancelled, item.cancelled_by_switch, item.format)
            for item in db.session.query(ProgrammeSession).order_by(ProgrammeSession.code)
        },
        "people": {
            person.public_id: (person.attendance, person.accreditation)
            for person in db.session.query(Delegate).order_by(Delegate.public_id)
        },
        "rooms": [(room.session.code, room.url) for room in rooms(conference)],
    }


def test_switch_to_video_moves_everything_when_applied(app: Flask) -> None:
    conference = kaluga()
    plan = move(conference, VIDEO)
    after = photograph(conference)
    assert after["format"] is VIDEO
    assert after["sessions"] == {"K07": (False, False, None), "K09": (True, True, None)}
    on_video = (Attendance.VIDEO, Accreditation.GRANTED)
    assert after["people"] == {
        "D1": on_video, "D2": on_video, "D3": on_video, "D4": (Attendance.ON_SITE, Accreditation.DECLINED),
    }  # fmt: skip
    assert [code for code, _ in after["rooms"]] == ["K07"]
    assert {key: plan.counts[key] for key in ("sessions", "delegates", "mails", "unreachable")} == {
        "sessions": 2, "delegates": 3, "mails": 2, "unreachable": 1,
    }  # fmt: skip


def test_switch_there_and_back_restores_everything_when_nobody_changed_anything(app: Flask) -> None:
    conference = kaluga()
    before = photograph(conference)
    move(conference, HYBRID)
    hybrid = photograph(conference)
    move(conference, VIDEO, at=NOW + timedelta(hours=1))
    move(conference, HYBRID, at=NOW + timedelta(hours=2))
    assert photograph(conference) == hybrid
    move(conference, IN_PERSON, at=NOW + timedelta(hours=3))
    assert photograph(conference) == before
    steps = [(deed.from_format, deed.to_format) for deed in db.session.query(FormatSwitch).order_by(FormatSwitch.id)]
    assert steps == [(IN_PERSON, HYBRID), (HYBRID, VIDEO), (VIDEO, HYBRID), (HYBRID, IN_PERSON)]


def test_switch_to_hybrid_opens_rooms_for_sessions_a_screen_can_show_only(app: Flask) -> None:
    conference = kaluga()
    move(conference, HYBRID)
    after = photograph(conference)
    assert [code for code, _ in after["rooms"]] == ["K07"]
    assert after["people"]["D1"] == (Attendance.ON_SITE, Accreditation.GRANTED)


def test_switch_changes_nothing_when_the_format_is_that_already(app: Flask) -> None:
    conference = kaluga()
    before = photograph(conference)
    plan = move(conference, IN_PERSON)
    assert set(plan.counts.values()) == {0}
    assert photograph(conference) == before
    assert db.session.query(FormatSwitch).count() == 0
    assert db.session.query(OutgoingMail).count() == 0


def test_switch_refuses_and_changes_nothing_when_the_world_moved_since_the_preview(app: Flask) -> None:
    conference = kaluga()
    seen = what_will_change(conference, VIDEO).digest
    make_delegate(conference, "D5")
    before = photograph(conference)
    with pytest.raises(Refusal):
        move(conference, VIDEO, plan=seen)
    assert photograph(conference) == before
    assert move(conference, VIDEO, plan=what_will_change(conference, VIDEO).digest).counts["delegates"] == 4


def test_switch_refuses_when_no_reason_is_given(app: Flask) -> None:
    with pytest.raises(Refusal):
        move(kaluga(), VIDEO, reason="  ")


def test_switch_leaves_a_session_cancelled_when_a_person_cancelled_it(app: Flask) -> None:
    conference = kaluga()
    with transaction():
        db.session.query(ProgrammeSession).filter_by(code="K09").one().cancelled = True
    move(conference, VIDEO)
    move(conference, IN_PERSON)
    assert photograph(conference)["sessions"]["K09"] == (True, False, None)


def test_switch_does_not_return_somebody_when_they_chose_video_themselves(app: Flask) -> None:
    conference = kaluga()
    move(conference, HYBRID)
    with transaction():
        db.session.query(Delegate).filter_by(public_id="D2").one().attendance = Attendance.VIDEO
    move(conference, VIDEO)
    move(conference, HYBRID)
    people = photograph(conference)["people"]
    assert people["D1"] == (Attendance.ON_SITE, Accreditation.GRANTED)
    assert people["D2"] == (Attendance.VIDEO, Accreditation.GRANTED)


def test_switch_to_in_person_puts_on_the_waiting_list_when_no_place_is_left(app: Flask) -> None:
    conference = make_conference(format=HYBRID, places_on_site=2)
    make_delegate(conference, "D1")
    make_delegate(conference, "D2", attendance=Attendance.VIDEO)
    make_delegate(conference, "D3", attendance=Attendance.VIDEO)
    plan = move(conference, IN_PERSON)
    assert photograph(conference)["people"] == {
        "D1": (Attendance.ON_SITE, Accreditation.GRANTED),
        "D2": (Attendance.ON_SITE, Accreditation.GRANTED),
        "D3": (Attendance.ON_SITE, Accreditation.WAITLISTED),
    }
    assert plan.counts["waitlisted"] == 1


def test_switch_to_video_empties_the_waiting_list_and_restores_it_when_undone(app: Flask) -> None:
    conference = make_conference(places_on_site=1)
    make_delegate(conference, "D1")
    make_delegate(conference, "D2", accreditation=Accreditation.WAITLISTED, waitlisted_at=NOW)
    before = photograph(conference)
    move(conference, VIDEO)
    assert photograph(conference)["people"]["D2"] == (Attendance.VIDEO, Accreditation.GRANTED)
    move(conference, IN_PERSON)
    assert photograph(conference) == before


def test_switch_to_hybrid_leaves_the_place_by_video_when_there_is_none_in_the_hall(app: Flask) -> None:
    conference = make_conference(places_on_site=1)
    make_delegate(conference, "D1")
    make_delegate(conference, "D2", accreditation=Accreditation.WAITLISTED, waitlisted_at=NOW)
    move(conference, VIDEO)
    make_delegate(conference, "D3", attendance=Attendance.VIDEO)
    assert move(conference, HYBRID).counts["waitlisted"] == 0
    assert photograph(conference)["people"] == {
        "D1": (Attendance.ON_SITE, Accreditation.GRANTED),
        "D2": (Attendance.VIDEO, Accreditation.GRANTED),
        "D3": (Attendance.VIDEO, Accreditation.GRANTED),
    }
    move(conference, IN_PERSON)
    assert photograph(conference)["people"]["D2"] == (Attendance.ON_SITE, Accreditation.WAITLISTED)


def test_switch_holds_one_mail_each_with_a_calendar_entry_that_replaces_the_old_one(app: Flask) -> None:
    conference = kaluga()
    move(conference, VIDEO)
    mails = db.session.query(OutgoingMail).order_by(OutgoingMail.id).all()
    assert [(mail.to, mail.language, mail.state) for mail in mails] == [
        (["anna@kaluga.example"], "ru", MailState.HELD),
        (["lutz@suhl.example"], "de", MailState.HELD),
    ]
    first = Calendar.from_ical(mails[0].calendar)
    entry = first.walk("VEVENT")[0]
    assert first["METHOD"] == "REQUEST"
    assert entry["SEQUENCE"] == 1
    delegate = db.session.query(Delegate).filter_by(public_id="D1").one()
    assert f"/join/{delegate.join_token}" in str(entry["CONFERENCE"])
    assert f"/join/{delegate.join_token}" in mails[0].text
    assert "Ограничения на въезд" in mails[0].text
    raw = rooms(conference)[0].url
    assert not any(raw in mail.text + mail.html + mail.calendar for mail in mails)
    released(conference)
    move(conference, IN_PERSON)
    later = db.session.query(OutgoingMail).filter(OutgoingMail.id > mails[-1].id).first()
    again = Calendar.from_ical(later.calendar).walk("VEVENT")[0]
    assert (str(again["UID"]), again["SEQUENCE"]) == (str(entry["UID"]), 2)
    assert "CONFERENCE" not in again


def released(conference: Conference) -> list[OutgoingMail]:
    """Let all held mails go, and see them sent."""
    release_held(conference_id=conference.id, actor=ACTOR, at=NOW)
    with transaction():
        for mail in db.session.query(OutgoingMail).filter_by(state=MailState.WAITING):
            mail.state = MailState.SENT
    return db.session.query(OutgoingMail).filter_by(state=MailState.SENT).order_by(OutgoingMail.id).all()


def test_switch_withdraws_the_mails_of_earlier_switches_when_they_have_not_left(app: Flask) -> None:
    conference = kaluga()
    move(conference, VIDEO)
    plan = what_will_change(conference, HYBRID)
    assert (plan.counts["mails"], plan.counts["mails_withdrawn"], plan.counts["not_told"]) == (2, 2, 0)
    move(conference, HYBRID)
    mails = db.session.query(OutgoingMail).order_by(OutgoingMail.id).all()
    assert [(mail.state, mail.last_error) for mail in mails] == [
        (MailState.FAILED, "withdrawn"), (MailState.FAILED, "withdrawn"), (MailState.HELD, ""), (MailState.HELD, ""),
    ]  # fmt: skip
    assert "Для Вас ничего не меняется" in mails[2].text
    assert "Der beigefügte Kalendereintrag" not in mails[3].text
    assert "Ein Kalendereintrag ist beigefügt." in mails[3].text


def test_switch_back_tells_nobody_when_nobody_had_heard_of_the_first_step(app: Flask, staff: Any) -> None:
    conference = kaluga()
    invited(conference)
    release_programme(conference=conference, name="", actor=ACTOR, at=NOW)
    move(conference, VIDEO, at=NOW + timedelta(hours=1))
    back = what_will_change(conference, IN_PERSON)
    names = ("delegates", "mails", "mails_withdrawn", "not_told", "unreachable", "letters")
    assert [back.counts[name] for name in names] == [3, 0, 2, 2, 1, 0]
    move(conference, IN_PERSON, at=NOW + timedelta(hours=2), plan=back.digest)
    assert {mail.state for mail in db.session.query(OutgoingMail).filter_by(kind="format_changed")} == {
        MailState.FAILED
    }  # fmt: skip
    assert [letter.state for letter in db.session.query(Letter).filter_by(kind=LetterKind.CHANGE_OF_FORMAT)] == [
        LetterState.ANNULLED
    ]
    move(conference, VIDEO, at=NOW + timedelta(hours=3))
    with transaction():
        db.session.query(ProgrammeSession).filter_by(code="K07").one().title_ru = "Открытие, иначе"
    assert what_will_change(conference, IN_PERSON).counts["mails"] == 2  # the programme they know is another
    url = f"/de/desk/c/{conference.slug}/switch/"
    client = staff("organiser")
    page = client.get(client.post(url, data={"to": "in-person", "part": "whole", "reason": "Einreise"}).location)
    assert "Es ist kein Schreiben nötig" in page.text


def test_switch_leaves_what_was_sent_and_tells_the_way_back_when_the_first_mail_had_gone(app: Flask) -> None:
    conference = kaluga()
    move(conference, VIDEO)
    assert len(released(conference)) == 2
    plan = move(conference, HYBRID)
    assert plan.counts["mails_withdrawn"] == 0
    [*_, anna, lutz] = released(conference)
    assert "мы ждём Вас очно" in anna.text
    assert "Der beigefügte Kalendereintrag ersetzt den früheren." in lutz.text


def test_switch_tells_everything_unheard_when_only_an_earlier_switch_moved_somebody(app: Flask) -> None:
    conference = make_conference(format=HYBRID)
    make_delegate(conference, "D1", attendance=Attendance.VIDEO, email="anna@kaluga.example")
    move(conference, IN_PERSON)
    move(conference, HYBRID)
    [mail] = db.session.query(OutgoingMail).filter_by(state=MailState.HELD)
    assert photograph(conference)["people"]["D1"] == (Attendance.ON_SITE, Accreditation.GRANTED)
    assert "мы ждём Вас очно" in mail.text


def test_switch_cancels_the_calendar_entry_of_somebody_when_they_lose_their_place(app: Flask) -> None:
    conference = make_conference(places_on_site=1)
    make_delegate(conference, "D1", email="anna@kaluga.example")
    make_delegate(conference, "D2", email="lutz@suhl.example", language="de", waitlisted_at=NOW,
                  accreditation=Accreditation.WAITLISTED)  # fmt: skip
    assert move(conference, VIDEO).counts["leave_waiting_list"] == 1
    released(conference)
    assert move(conference, IN_PERSON).counts["waitlisted"] == 1
    [*_, lutz] = released(conference)
    assert (lutz.calendar_method, str(Calendar.from_ical(lutz.calendar).walk("VEVENT")[0]["STATUS"])) == (
        "CANCEL", "CANCELLED",
    )  # fmt: skip
    assert "Sie stehen auf der Warteliste für einen Platz vor Ort" in lutz.text
    assert "Der beigefügte Kalendereintrag hebt den früheren auf." in lutz.text


def test_preview_counts_everybody_concerned_when_nobody_moves(app: Flask) -> None:
    counts = what_will_change(kaluga(), HYBRID).counts
    assert {key: counts[key] for key in ("delegates", "delegates_moved", "mails", "unreachable")} == {
        "delegates": 3, "delegates_moved": 0, "mails": 2, "unreachable": 1,
    }  # fmt: skip


def test_calendar_entry_names_the_main_venue_and_the_host_when_there_are_bus_stops(app: Flask) -> None:
    conference = make_conference()
    stop = keep(Venue(conference_id=conference.id, name="Остановка", name_ru="Остановка", name_de="Haltestelle"))
    keep(Room(venue_id=stop.id, name="Отправление"))
    hall = keep(Venue(conference_id=conference.id, name="Филармония", name_ru="Филармония", name_de="Philharmonie",
                      position=1))  # fmt: skip
    keep(Room(venue_id=hall.id, name="Большой зал", capacity=600))
    make_delegate(conference, "D2", email="lutz@suhl.example", language="de")
    move(conference, HYBRID)
    [mail] = db.session.query(OutgoingMail)
    assert str(Calendar.from_ical(mail.calendar).walk("VEVENT")[0]["LOCATION"]) == "Philharmonie, Kaluga"


def invited(conference: Conference) -> None:
    """Karlsruhe's head was sent an invitation; Suhl's is only drafted one."""
    with transaction():
        conference.contact_phone, conference.contact_email = "+7 495 000-00-01", "info@twincities.example"
    write_briefs(conference)
    for slug, sent in (("karlsruhe", True), ("suhl", False)):
        town = make_municipality(slug, name_ru=slug, name_de=slug.title(), name_en=slug.title(), country="DE")
        make_head(town, office_de="Oberbürgermeister", last="Mentrup", first="Frank", patronymic="", last_de="Mentrup",
                  first_de="Frank")  # fmt: skip
        chosen = {"conference": conference, "kind": LetterKind.INVITATION, "actor": ACTOR, "at": NOW}
        [letter] = prepare_letters(**chosen, selection=f"municipality:{slug}").letters
        if sent:
            approve_letters(conference=conference, letter_ids=[letter.id], actor=ACTOR, at=NOW)
            assert issue_letters(conference=conference, letter_ids=[letter.id], actor=ACTOR, at=NOW).count == 1


def test_switch_registers_letters_to_invited_heads_and_annuls_unissued_ones_when_it_moves_on(app: Flask) -> None:
    conference = kaluga()
    invited(conference)
    assert what_will_change(conference, VIDEO).counts["letters"] == 1
    move(conference, VIDEO)
    move(conference, HYBRID)
    found = [
        (letter.municipality.slug, letter.language, letter.state, letter.fields["own"]["format"])
        for letter in db.session.query(Letter).filter_by(kind=LetterKind.CHANGE_OF_FORMAT).order_by(Letter.id)
    ]
    assert found == [
        ("karlsruhe", "de", LetterState.ANNULLED, "video"), ("karlsruhe", "de", LetterState.APPROVED, "hybrid"),
    ]  # fmt: skip


def test_switch_names_the_heads_no_letter_can_be_written_to_when_facts_are_lacking(app: Flask, staff: Any) -> None:
    conference = kaluga()
    invited(conference)
    with transaction():
        db.session.query(MunicipalHead).filter_by(last="Mentrup").update({"office_de": ""})
    plan = what_will_change(conference, VIDEO)
    assert (plan.counts["letters"], plan.counts["letters_refused"]) == (0, 1)
    url = f"/de/desk/c/{conference.slug}/switch/"
    client = staff("organiser")
    page = client.get(client.post(url, data={"to": "video", "part": "whole", "reason": "Einreise"}).location)
    assert "Noch kein Schreiben möglich" in page.text
    assert "Karlsruhe:" in page.text


def test_page_never_sends_the_mails_when_the_switch_was_taken_back(app: Flask, staff: Any) -> None:
    conference = kaluga()
    move(conference, VIDEO)
    assert staff("organiser").post(f"/ru/desk/c/{conference.slug}/switch/withdraw").status_code == 303
    assert release_held(conference_id=conference.id, actor=ACTOR, at=NOW) == 0


def test_switch_releases_the_programme_anew_when_it_had_been_released(app: Flask) -> None:
    conference = kaluga()
    release_programme(conference=conference, name="", actor=ACTOR, at=NOW)
    move(conference, VIDEO)
    release = current_release(conference)
    assert release is not None
    assert release.number == 2


def test_preview_takes_the_same_number_of_queries_when_there_are_many_delegates(app: Flask) -> None:
    from sqlalchemy import event

    conference = kaluga()
    counted = []

    def count() -> int:
        counted.clear()
        db.session.expire_all()
        event.listen(db.engine, "before_cursor_execute", note)
        what_will_change(conference, VIDEO)
        event.remove(db.engine, "before_cursor_execute", note)
        return len(counted)

    def note(*args: Any) -> None:
        counted.append(args[2])

    few = count()
    for number in range(50):
        make_delegate(conference, f"E{number}")
    assert count() == few


def test_page_releases_the_mails_of_the_switch_when_asked(app: Flask, staff: Any) -> None:
    conference = kaluga()
    move(conference, VIDEO)
    client = staff("organiser")
    assert "2 письма ждут Вашего разрешения" in client.get(f"/ru/desk/c/{conference.slug}/switch/").text
    assert client.post(f"/ru/desk/c/{conference.slug}/switch/release").status_code == 303
    assert {mail.state for mail in db.session.query(OutgoingMail)} == {MailState.WAITING}


def test_page_keeps_the_reason_when_the_plan_cannot_begin(app: Flask, staff: Any) -> None:
    conference = kaluga()
    answer = staff("organiser").post(
        f"/de/desk/c/{conference.slug}/switch/", data={"to": "in-person", "reason": "Einreise gesperrt"}
    )
    assert answer.status_code == 422
    assert "Einreise gesperrt" in answer.text
    assert db.session.query(SwitchDraft).count() == 0


def test_page_is_closed_when_the_role_is_not_organiser(app: Flask, staff: Any) -> None:
    conference = kaluga()
    assert staff("secretariat").get(f"/de/desk/c/{conference.slug}/switch/").status_code == 403


def test_page_foresees_the_numbers_and_issues_the_letters_in_the_background(
    app: Flask, staff: Any, run_jobs: Any
) -> None:
    conference = kaluga()
    invited(conference)
    client, url = staff("organiser"), f"/ru/desk/c/{conference.slug}/switch/"
    plan = client.post(url, data={"to": "video", "part": "whole", "reason": "Въезд закрыт"}).location
    assert "получит номер Исх-1, если" in client.get(plan).text.replace("\xa0", " ")
    version = db.session.query(SwitchDraft).one().version
    assert client.post(f"{plan}/apply", data={"version": str(version)}).status_code == 303
    assert "1 письмо внесено в журнал и изготавливается." in client.get(plan).text.replace("\xa0", " ")
    assert run_jobs() == 1
    assert "Отпустить 1 письмо" in client.get(plan).text.replace("\xa0", " ")
    client.post(f"{url}release", data={"what": "letters"})
    assert "Отпустить 1 письмо" not in client.get(plan).text.replace("\xa0", " ")
    db.session.expire_all()
    [letter] = db.session.query(Letter).filter_by(kind=LetterKind.CHANGE_OF_FORMAT)
    assert letter.register_entry is not None
    assert (letter.state, letter.register_entry.label) == (LetterState.ISSUED, "Исх-1")
    assert client.post(f"{plan}/issue").location.endswith(plan)
