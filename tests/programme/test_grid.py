"""The grid of a day: where sessions stand, what moves them, who sees what when two work at once."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask.testing import FlaskClient
from lxml import html

from app.conferences.queries import venues_of
from app.database import db, transaction
from app.history.models import HistoryEntry
from app.programme.models import ProgrammeSession, ProgrammeTrack, SessionPerson
from app.programme.queries.grid import Board, board, days_of
from app.programme.rules import PersonRole, SessionKind
from app.programme.rules.day_grid import Span, lanes, shown_hours, span
from app.programme.rules.grid_type import FULL, Look, Told, scale_of
from tests.factories import keep, make_conference, make_municipality, make_room, make_session
from tests.measuring import queries_of

Enter = Callable[[str], FlaskClient]
GRID = "/en/desk/c/xvi-kaluga-2021/programme/grid"
MONDAY, TUESDAY = date(2021, 6, 28), date(2021, 6, 29)
MOSCOW = ZoneInfo("Europe/Moscow")


def _at(hour: int, minute: int = 0, day: date = MONDAY) -> datetime:
    """An hour of the clock in Moscow."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=MOSCOW).astimezone(UTC)


def _board(conference: Any, day: date = MONDAY, **given: Any) -> Board:
    return board(conference, day, venues_of(conference), **given)


def _column(made: Board, key: Any) -> Any:
    found = made.column(str(key))
    assert found is not None
    return found


def _kept(code: str = "K07") -> tuple[Any, ...]:
    db.session.expire_all()
    row = db.session.query(ProgrammeSession).filter_by(code=code).one()
    return row.starts_at, row.ends_at, row.room_id, row.version


# Where sessions stand


@pytest.mark.parametrize(
    ("spans", "shown"),
    [
        ([], (8, 20)),
        ([Span(7 * 60 + 30, 9 * 60)], (7, 20)),
        ([Span(19 * 60, 21 * 60 + 5)], (8, 22)),
        ([Span(22 * 60 + 30, 24 * 60 + 45)], (8, 25)),  # to a quarter to one
        ([Span(22 * 60, 24 * 60 + 7 * 60)], (8, 24)),  # through the night: the rest is of the next day
        ([Span(-90, 45)], (8, 20)),  # over before the first hour shown
        ([Span(-90, 7 * 60)], (0, 20)),
        ([Span(20 * 60, None)], (8, 21)),
    ],
)
def test_hours_shown_hold_all_that_begins_when_the_day_is_long(spans: list[Span], shown: tuple[int, int]) -> None:
    assert shown_hours(spans) == shown


def test_all_hours_are_shown_when_asked() -> None:
    assert shown_hours([Span(600, 660)], whole_day=True) == (0, 24)


def test_session_stands_by_the_clock_when_the_clocks_change() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    starts = datetime(2021, 3, 27, 22, 30, tzinfo=UTC)  # 23:30; it ends at 3:30, three hours later
    assert span(starts, starts + timedelta(hours=3), date(2021, 3, 27), berlin) == Span(23 * 60 + 30, 27 * 60 + 30)


def test_those_after_each_other_share_a_lane_when_they_only_touch() -> None:
    assert lanes([(600, 660), (660, 720), (600, 720), (720, 760)]) == [(1, 2), (1, 2), (0, 2), (0, 1)]


def test_no_session_covers_another_when_any_number_share_a_room() -> None:
    chance = random.Random(5)
    for _round in range(200):
        spans = [
            (start, start + chance.randrange(5, 200))
            for start in chance.choices(range(0, 1000, 5), k=chance.randrange(20))
        ]
        placed = list(zip(spans, lanes(spans), strict=True))
        for number, ((start, end), (lane, total)) in enumerate(placed):
            assert 0 <= lane < total
            for (other_start, other_end), (other_lane, other_total) in placed[number + 1 :]:
                if other_start < end and start < other_end:
                    assert (other_lane != lane, other_total) == (True, total)


@pytest.mark.parametrize(
    ("sessions", "step", "looks"),
    [
        ([], 0, []),
        ([Told(title=20, facts=14, drawn=60)], 0, [FULL]),
        ([Told(title=36, facts=14, drawn=60)], 0, [Look("plain")]),
        ([Told(title=60, facts=14, drawn=60)], 0, [Look("low")]),
        ([Told(title=60, facts=14, drawn=30)], 4, [Look("low")]),
        ([Told(title=60, facts=14, drawn=15, lanes=2, wide=2)], 7, [Look("cut", 4)]),
        ([Told(title=400, facts=14, drawn=30), Told(title=10, facts=0, drawn=15)], 7, [Look("cut", 8), FULL]),
    ],
)  # fmt: skip
def test_hours_are_drawn_taller_when_a_short_session_has_a_long_title(
    sessions: list[Told], step: int, looks: list[Look]
) -> None:
    found = scale_of(sessions)
    assert (found.step, found.looks) == (step, looks)


def test_board_shows_rooms_lanes_and_tray_when_sessions_differ(app: Any) -> None:
    conference = make_conference()
    hall, small = make_room(conference), make_room(conference, "Малый зал")
    track = keep(
        ProgrammeTrack(conference_id=conference.id, code="B", name_ru="Бизнес", name_en="Business", colour="moss")
    )
    make_session(conference, "A1", room=hall, starts_at=_at(10), ends_at=_at(11), buffer_before=10, track_id=track.id)
    make_session(conference, "A2", room=hall, starts_at=_at(10, 30), ends_at=_at(10, 35), kind=SessionKind.BREAK)
    make_session(conference, "A3", starts_at=_at(12), ends_at=None, venue_id=hall.venue_id, cancelled=True)
    make_session(conference, "A4", room=small, starts_at=_at(22), ends_at=_at(1, day=TUESDAY))
    make_session(conference, "A5", starts_at=None, ends_at=None, day=MONDAY)
    make_session(conference, "A6", starts_at=None, ends_at=None)
    make_session(conference, "A7", starts_at=None, ends_at=None, day=TUESDAY)
    made = _board(conference)
    assert (made.first, made.last) == (8, 25)
    assert [(column.key, [slot.code for slot in column.slots]) for column in made.columns] == [
        ("none", ["A3"]), (str(hall.id), ["A1", "A2"]), (str(small.id), ["A4"]),
    ]  # fmt: skip
    first, second = _column(made, hall.id).slots
    assert (first.hours, first.drawn_from, first.drawn_for, first.before, first.lane, first.lanes, first.tone) == (
        "10:00–11:00", 600, 60, 10, 0, 2, "moss",
    )  # fmt: skip
    assert (second.length, second.drawn_for, second.lane, second.tone) == (5, 15, 1, "slate")
    [open_end] = made.columns[0].slots
    assert (open_end.hours, open_end.length, open_end.drawn_for, open_end.cancelled) == ("12:00", None, 30, True)
    assert [slot.code for slot in made.tray] == ["A5", "A6"]
    assert [words for tone, words in made.legend if tone == "moss"] == [["Business"]]
    assert {slot.code: bool(slot.warnings) for slot in made.slots if slot.code != "A4"} == {
        "A1": True, "A2": True, "A3": False,
    }  # fmt: skip


def test_session_over_midnight_is_told_above_the_next_day_when_it_has_ended_before_its_first_hour(app: Any) -> None:
    conference = make_conference()
    hall = make_room(conference)
    make_session(conference, "N1", room=hall, starts_at=_at(22), ends_at=_at(1, day=TUESDAY))
    column = _column(_board(conference, TUESDAY), hall.id)
    assert ([(slot.code, slot.hours) for slot in column.night], column.slots) == ([("N1", "22:00–01:00")], [])


def test_session_over_midnight_goes_on_in_the_next_day_when_it_lasts_into_the_morning(app: Any) -> None:
    conference = make_conference()
    hall = make_room(conference)
    make_session(conference, "N2", room=hall, starts_at=_at(20), ends_at=_at(9, 30, day=TUESDAY))
    made = _board(conference, TUESDAY)
    [long] = _column(made, hall.id).slots
    assert (long.earlier, long.later, long.drawn_from, long.drawn_for, long.hours) == (
        True, False, 0, 570, "20:00–09:30",
    )  # fmt: skip
    assert (made.first, made.last, made.slots) == (0, 20, [])
    [before] = _column(_board(conference), hall.id).slots
    assert (before.earlier, before.later, before.drawn_from, before.drawn_for) == (False, True, 1200, 4 * 60)


def test_days_count_what_begins_on_them_when_sessions_lie_outside_too(app: Any) -> None:
    conference = make_conference()
    make_session(conference, "A1", starts_at=_at(0, 30, day=TUESDAY), ends_at=_at(1, day=TUESDAY))  # Monday in UTC
    make_session(conference, "A2", starts_at=None, ends_at=None, day=date(2021, 7, 2))
    make_session(conference, "A3", cancelled=True)
    assert days_of(conference) == {
        MONDAY: 0, TUESDAY: 1, date(2021, 6, 30): 0, date(2021, 7, 2): 1,
    }  # fmt: skip


def test_only_rooms_of_the_day_are_shown_when_there_are_many(app: Any) -> None:
    from app.conferences.models import Room, Venue

    conference = make_conference()
    hall = make_room(conference)
    other = keep(Venue(conference_id=conference.id, name="Дом", position=1))
    for number in range(9):
        keep(Room(venue_id=other.id, name=str(number), position=number))
    make_session(conference, room=hall)
    made = _board(conference)
    assert ([column.key for column in made.columns], made.rooms_left_out) == ([str(hall.id), "none"], 9)
    assert len(_board(conference, all_rooms=True).columns) == 11
    assert len(_board(conference, TUESDAY).columns) == 11


# The page


def test_page_asks_the_same_number_of_questions_when_there_are_more_sessions(app: Any, staff: Enter) -> None:
    conference = make_conference()
    rooms = [make_room(conference, f"Зал {number}") for number in range(3)]
    client = staff("organiser")

    def fill(start: int, end: int) -> None:
        for number in range(start, end):
            row = make_session(conference, f"A{number}", room=rooms[number % 3], starts_at=_at(9), ends_at=_at(10))
            keep(SessionPerson(session_id=row.id, name=f"Анна {number}", role=PersonRole.CHAIR))
            make_session(conference, f"T{number}", starts_at=None, ends_at=None, venue_id=rooms[0].venue_id)

    fill(0, 1)
    client.get(GRID)
    few = queries_of(lambda: client.get(GRID))
    fill(1, 40)
    assert queries_of(lambda: client.get(GRID)) == few


def test_blocks_are_links_to_the_form_only_when_the_role_may_edit(staff: Enter) -> None:
    session = make_session(make_conference())
    links = {}
    for role in ("secretariat", "desk"):
        page = html.fromstring(staff(role).get(GRID).text)
        links[role] = (page.xpath("//*[contains(@class, 'slot__body')]/@href"), len(page.xpath("//form[@data-move]")))
    assert links == {
        "secretariat": ([f"/en/desk/c/xvi-kaluga-2021/programme/{session.id}?grid=2021-06-28"], 1),
        "desk": ([], 0),
    }
    assert staff("desk").post(f"{GRID}/move", data={"session": f"{session.id}-1"}).status_code == 403


def test_form_leads_back_to_the_grid_when_opened_from_it(staff: Enter) -> None:
    session = make_session(make_conference())
    client = staff("secretariat")
    back = f"{GRID}?day=2021-06-29"
    told = {}
    for path in (f"{session.id}?grid=2021-06-29", "new?grid=2021-06-29", f"{session.id}?grid=x"):
        page = html.fromstring(client.get(GRID.replace("grid", path)).text)
        [link] = page.xpath("//p[contains(@class, 'page-head__back')]/a/@href")
        told[path.split("?")[0] if "x" not in path else "x"] = link
    assert told == {
        str(session.id): f"{back}#slot-{session.id}", "new": back, "x": "/en/desk/c/xvi-kaluga-2021/programme#K07",
    }  # fmt: skip


@pytest.mark.parametrize("day", ["", "2021-06-30", "nonsense", "2021-13-01", "9999-12-31", "0001-01-01"])
def test_page_opens_when_the_day_is_odd(staff: Enter, day: str) -> None:
    make_session(make_conference())
    assert staff("desk").get(GRID, query_string={"day": day, "room": "x"}).status_code == 200


# Moving


def _script(client: FlaskClient, path: str, **given: Any) -> Any:
    data = {"shown": "2021-06-28", "span": "8-20", **given}
    return client.post(f"{GRID}/{path}", data=data, headers={"X-Requested-With": "fetch"})


def test_script_gets_the_touched_columns_when_a_session_is_moved(staff: Enter) -> None:
    conference = make_conference()
    hall, small = make_room(conference), make_room(conference, "Малый зал")
    session = make_session(conference, room=hall)
    answer = _script(staff("secretariat"), "move", session=f"{session.id}-1", day="2021-06-28", start="10:15",
                     minutes="45", room=str(small.id))  # fmt: skip
    assert answer.status_code == 200
    assert _kept() == (_at(10, 15), _at(11), small.id, 2)
    assert set(answer.json["columns"]) == {str(hall.id), str(small.id)}
    assert answer.json["columns"][str(hall.id)] == ""
    [block] = html.fragments_fromstring(answer.json["columns"][str(small.id)])
    assert (block.get("data-version"), block.get("data-start"), block.get("data-length")) == ("2", "615", "45")
    assert answer.json["said"] == "K07 is moved: Mon 28 Jun, 10:15–11:00, Малый зал."
    assert answer.json["versions"] == {str(session.id): 2}
    assert "disabled" not in answer.json["undo"].split("</form>")[0]


def test_script_is_sent_to_a_fresh_page_when_the_hours_shown_change(staff: Enter) -> None:
    session = make_session(make_conference())
    answer = _script(staff("secretariat"), "move", session=f"{session.id}-1", start="06:00", minutes="60")
    assert answer.json == {"reload": f"{GRID}?day=2021-06-28#slot-{session.id}"}


def test_what_is_left_empty_stays_when_the_form_is_sent(staff: Enter) -> None:
    conference = make_conference()
    hall = make_room(conference)
    session = make_session(conference, room=hall)
    client = staff("secretariat")
    answer = client.post(f"{GRID}/move", data={"session": f"{session.id}-1", "start": "23:00"})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{GRID}?day=2021-06-28#slot-{session.id}")
    assert _kept() == (_at(23), _at(1, day=TUESDAY), hall.id, 2)
    client.post(f"{GRID}/move", data={"session": f"{session.id}-2", "room": "none", "day": "2021-06-29"})
    assert _kept() == (_at(23, day=TUESDAY), _at(1, day=date(2021, 6, 30)), None, 3)


def test_session_waits_in_the_tray_of_its_day_when_its_hour_is_taken_away(staff: Enter) -> None:
    conference = make_conference()
    session = make_session(conference)
    answer = _script(staff("secretariat"), "move", session=f"{session.id}-1", deed="unplace")
    assert answer.json["said"] == "K07 has no hour now."
    assert _kept() == (None, None, None, 2)
    assert [slot.code for slot in _board(conference).tray] == ["K07"]
    assert _board(conference, TUESDAY).tray == []


def test_second_sees_both_versions_when_two_move_at_once(staff: Enter) -> None:
    conference = make_conference()
    hall = make_room(conference)
    session = make_session(conference)
    first, second = staff("secretariat"), staff("organiser")
    given = {"session": f"{session.id}-1", "minutes": "60"}
    assert _script(first, "move", start="10:00", room=str(hall.id), **given).status_code == 200
    answer = _script(second, "move", start="12:00", room="none", **given)
    box = html.fromstring(answer.json["clash"])
    assert answer.status_code == 409
    assert [[cell.text_content() for cell in row] for row in box.xpath("//tbody/tr")] == [
        ["Hours", "Mon 28 Jun, 12:00–13:00", "Mon 28 Jun, 10:00–11:00"], ["Room", "No room yet", "Большой зал"],
    ]  # fmt: skip
    assert "Test secretariat saved it while you were moving it." in box.text_content()
    assert _kept() == (_at(10), _at(11), hall.id, 2)
    page = second.post(f"{GRID}/move", data=given | {"start": "12:00", "room": "none"})
    assert (page.status_code, "Let mine stand" in page.text) == (409, True)
    form = next(form for form in html.fromstring(page.text).forms if form.fields.get("session") == f"{session.id}-2")
    assert second.post(f"{GRID}/move", data=dict(form.form_values())).status_code == 303
    assert _kept() == (_at(12), _at(13), None, 3)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"session": ""}, "Choose a session first."),
        ({"session": "1-1-1"}, "Choose a session first."),
        ({"minutes": "3"}, "A whole number of minutes from 5, please."),
        ({"room": "77"}, "Not a valid choice."),
        ({"day": "2021-02-30"}, "Not a valid date value."),
        ({"day": "0001-01-01"}, "The year 1 cannot be right; it must lie between 1900 and 2199."),
        ({"day": "9999-12-31"}, "The year 9999 cannot be right; it must lie between 1900 and 2199."),
    ],
)
def test_move_is_refused_in_words_when_something_is_odd(staff: Enter, given: dict[str, str], says: str) -> None:
    session = make_session(make_conference())
    data = {"session": f"{session.id}-1", "start": "10:00", "minutes": "60"} | given
    client = staff("secretariat")
    answer = _script(client, "move", **data)
    assert (answer.status_code, says in answer.json["refusal"]) == (422, True)
    page = client.post(f"{GRID}/move", data=data)
    summary = html.fromstring(page.text).xpath("string(//div[@data-error-summary])")
    assert (page.status_code, says in summary) == (422, True)
    assert _kept()[3] == 1


def test_hour_that_does_not_exist_is_refused_when_the_clocks_change(staff: Enter) -> None:
    conference = make_conference(timezone="Europe/Berlin", starts_on=date(2021, 3, 27), ends_on=date(2021, 3, 28))
    session = make_session(conference, starts_at=None, ends_at=None)
    answer = _script(staff("secretariat"), "move", session=f"{session.id}-1", day="2021-03-28", start="02:30")
    assert (answer.status_code, "does not exist" in answer.json["refusal"]) == (422, True)
    assert _kept()[:2] == (None, None)


def test_session_of_another_conference_is_not_found_when_forged(staff: Enter) -> None:
    make_conference()
    other = make_session(make_conference("other", host=make_municipality("other-town")))
    assert _script(staff("secretariat"), "move", session=f"{other.id}-1", start="10:00").status_code == 404


# Shifting, copying, undoing


def _afternoon() -> tuple[Any, Any]:
    conference = make_conference()
    hall = make_room(conference)
    make_session(conference, "A1", room=hall, starts_at=_at(9), ends_at=_at(10))
    make_session(conference, "A2", room=hall, starts_at=_at(14), ends_at=_at(15))
    make_session(conference, "A3", starts_at=_at(16), ends_at=None)
    make_session(conference, "A4", starts_at=_at(17), ends_at=_at(18), cancelled=True)
    make_session(conference, "A5", room=hall, starts_at=_at(14, day=TUESDAY), ends_at=_at(15, day=TUESDAY))
    return conference, hall


def _starts() -> dict[str, str]:
    db.session.expire_all()
    rows = db.session.query(ProgrammeSession).order_by(ProgrammeSession.code)
    return {row.code: f"{row.starts_at.astimezone(MOSCOW):%d %H:%M}" for row in rows}


@pytest.mark.parametrize(
    ("room", "since", "shifted", "says"),
    [
        ("", "14:00", {"A2": "28 14:15", "A3": "28 16:15"}, "2 sessions shifted."),
        ("none", "09:00", {"A3": "28 16:15"}, "1 session shifted."),
        ("hall", "09:00", {"A1": "28 09:15", "A2": "28 14:15"}, "2 sessions shifted."),
    ],
)
def test_what_follows_is_shifted_when_asked(
    staff: Enter, room: str, since: str, shifted: dict[str, str], says: str
) -> None:
    _conference, hall = _afternoon()
    before = _starts()
    data = {"shift-day": "2021-06-28", "shift-since": since, "shift-minutes": "15",
            "shift-room": str(hall.id) if room == "hall" else room}  # fmt: skip
    client = staff("secretariat")
    answer = client.post(f"{GRID}/shift", data=data)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{GRID}?day=2021-06-28")
    assert _starts() == before | shifted
    assert says in client.get(GRID).text
    assert client.post(f"{GRID}/undo", data={"deed": "undo", "shown": "2021-06-28"}).status_code == 303
    assert _starts() == before
    client.post(f"{GRID}/undo", data={"deed": "redo"})
    assert _starts() == before | shifted


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"shift-since": "18:30"}, "Nothing begins there from that hour on."),
        ({"shift-minutes": ""}, "Minutes up to a week, please; earlier with a minus sign."),
        ({"shift-minutes": "20000"}, "Minutes up to a week, please; earlier with a minus sign."),
        ({"shift-since": ""}, "From which hour on?"),
    ],
)
def test_shift_is_refused_in_words_when_it_means_nothing(staff: Enter, given: dict[str, str], says: str) -> None:
    _afternoon()
    before = _starts()
    data = {"shift-day": "2021-06-28", "shift-since": "09:00", "shift-minutes": "15", "shift-room": ""} | given
    answer = staff("secretariat").post(f"{GRID}/shift", data=data)
    summary = html.fromstring(answer.text).xpath("string(//div[@data-error-summary])")
    assert (answer.status_code, says in summary, _starts()) == (422, True, before)


def test_day_is_copied_when_asked(staff: Enter) -> None:
    conference, _hall = _afternoon()
    client = staff("secretariat")
    answer = client.post(f"{GRID}/copy", data={"copy-source": "2021-06-28", "copy-target": "2021-06-30"})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{GRID}?day=2021-06-30")
    assert "3 sessions copied." in client.get(f"{GRID}?day=2021-06-30").text
    made = _board(conference, date(2021, 6, 30))
    assert [slot.hours for slot in made.slots] == ["09:00–10:00", "14:00–15:00", "16:00"]
    same = client.post(f"{GRID}/copy", data={"copy-source": "2021-06-28", "copy-target": "2021-06-28"})
    assert (same.status_code, "Choose another day to copy to." in same.text) == (422, True)


def test_undo_says_so_when_there_is_nothing(staff: Enter) -> None:
    make_conference()
    client = staff("secretariat")
    for deed, says in (("undo", "There is nothing of yours to undo."), ("redo", "nothing of yours to do again.")):
        assert client.post(f"{GRID}/undo", data={"deed": deed}).status_code == 303
        assert says in client.get(GRID).text
    assert db.session.query(HistoryEntry).count() == 0


def test_grid_of_a_large_day_is_quick_when_opened(app: Any, staff: Enter) -> None:
    """2,000 sessions on four days in 60 rooms; the bound leaves room for a busy machine."""
    conference = make_conference(ends_on=date(2021, 7, 1))
    rooms = [make_room(conference, f"Зал {number}") for number in range(60)]
    with transaction() as unit:
        for number in range(2000):
            day, rest = divmod(number, 500)
            slot, room = divmod(rest, 60)
            starts = _at(7) + timedelta(days=day, minutes=75 * slot)
            row = ProgrammeSession(
                conference_id=conference.id, code=f"S{number:04}", kind=SessionKind.WORKING_GROUP, title_ru="Город",
                title_de="Stadt", starts_at=starts, ends_at=starts + timedelta(hours=1), room_id=rooms[room].id,
                uid=str(number), updated_at=starts,
            )  # fmt: skip
            row.people = [SessionPerson(name=f"P{(number * 3 + place) % 1500}", role=PersonRole.SPEAKER, position=place)
                          for place in range(3)]  # fmt: skip
            unit.add(row)
    client = staff("organiser")
    times = []
    for _round in range(4):
        begun = time.process_time()
        page = client.get(f"{GRID}?day=2021-06-28&rooms=all").text
        times.append(time.process_time() - begun)
    assert page.count("data-slot=") == 500
    assert min(times) < 0.6
