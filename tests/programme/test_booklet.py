"""The booklet, its folded sheets and the sheets of one glance, read back."""

from __future__ import annotations

import io
import re
import subprocess
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from flask import Flask

from app.conferences.models import Room, Venue
from app.delegations.rules import Accreditation
from app.errors import Refusal
from app.programme.models import SessionPerson, TravelTime
from app.programme.queries.content import freeze, whole_draft
from app.programme.queries.papers.booklet import Edition, booklet_pdf, participants
from app.programme.queries.papers.chart import Planned, lay_out
from app.programme.queries.papers.doors import doors_pdf
from app.programme.queries.papers.imposition import fold, order
from app.programme.queries.papers.making import edition_of_release
from app.programme.queries.papers.measure import cut, lines
from app.programme.queries.papers.overview import overview_pdf
from app.programme.queries.papers.tables import folded
from app.programme.queries.papers.wall import wall_pdf
from app.programme.queries.reading import family_name
from app.programme.rules import Confirmation, PersonRole, SessionKind
from app.programme.rules.outdoors import has_door
from tests.factories import keep, make_conference, make_delegate, make_room, make_session
from tests.programme_files import released_krasnodar

ONE_DATABASE = True
Box = tuple[float, float, float, str]


def _run(pdf: bytes, folder: Path, *options: str) -> str:
    path = folder / "x.pdf"
    path.write_bytes(pdf)
    return subprocess.run(["pdftotext", *options, str(path), "-"], capture_output=True, check=True).stdout.decode()


def _pages(pdf: bytes, folder: Path) -> list[str]:
    text = _run(pdf, folder, "-raw")
    return [re.sub(r"\s+", " ", page) for page in text.split("\f")[:-1]]


def _boxes(pdf: bytes, folder: Path, page: int) -> list[Box]:
    """(left, top, bottom, word) of every word of a page."""
    found = re.findall(
        r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="[\d.]+" yMax="([\d.]+)">([^<]*)</word>',
        _run(pdf, folder, "-bbox", "-f", str(page), "-l", str(page)).replace("\n", ""),
    )
    return [(float(left), float(top), float(bottom), word) for left, top, bottom, word in found]


def _sizes(pdf: bytes) -> list[tuple[int, int]]:
    """Width and height of every page in whole millimetres."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        boxes = [[float(value) for value in page.mediabox] for page in opened.pages]
    return [(round((box[2] - box[0]) / 72 * 25.4), round((box[3] - box[1]) / 72 * 25.4)) for box in boxes]


def _day(conference: Any, count: int, **given: Any) -> None:
    """Sessions of twenty minutes one after the other on 28 June 2021, from nine o'clock in Moscow."""
    begins = datetime(2021, 6, 28, 6, 0, tzinfo=UTC)
    for number in range(count):
        starts = begins + timedelta(minutes=20 * number)
        make_session(
            conference, f"S{number:02}", title_ru=f"Заседание{number:02}", title_de=f"Sitzung{number:02}",
            starts_at=starts, ends_at=starts + timedelta(minutes=20), **given,
        )  # fmt: skip


def test_booklet_has_cover_contents_days_and_houses_when_made(app: Flask, tmp_path: Path) -> None:
    _conference, release = released_krasnodar()
    pdf = booklet_pdf(edition_of_release(release))
    pages = _pages(pdf, tmp_path)
    assert set(_sizes(pdf)) == {(148, 210)}
    assert "XIV" in pages[0]
    assert "28–30 июня 2017 г." in pages[0]
    assert "28.–30. Juni 2017" in pages[0]
    assert "Содержание" in pages[1]
    assert "Inhalt" in pages[1]
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        with opened.open_outline() as outline:
            marks = {entry.title.replace("\xa0", " "): len(entry.children) for entry in outline.root}
        assert (str(opened.Root.Lang), opened.Root.MarkInfo.Marked) == ("ru", True)
    assert marks["Четверг, 29 июня · Donnerstag, 29. Juni"] == 18
    for title, page in re.findall(r"(\d+) (?:Понедельник|Вторник|Среда|Четверг|Пятница), (\d+) июня", pages[1]):
        assert f"{page} июня" in pages[int(title) - 1]
    assert "Места проведения" in pages[-1]
    assert "Veranstaltungsorte" in pages[-1]


def test_contents_tell_the_pages_things_stand_on_when_days_are_long(app: Flask, tmp_path: Path) -> None:
    conference = make_conference()
    _day(conference, 40)
    morning = datetime(2021, 6, 29, 7, 0, tzinfo=UTC)
    make_session(conference, "T1", title_ru="Наутро", starts_at=morning, ends_at=morning + timedelta(hours=1))
    pages = _pages(booklet_pdf(Edition(freeze(conference, before=None))), tmp_path)
    found = re.findall(r"(\d+) (?:Понедельник|Вторник), (\d+) июня", pages[1])
    assert [day for _page, day in found] == ["28", "29"]
    tuesday = int(found[1][0])
    assert "Наутро" in pages[tuesday - 1]
    assert "Наутро" not in "".join(pages[: tuesday - 1])
    assert re.search(r"\b3\b", pages[2])
    assert re.search(rf"\b{tuesday}\b", pages[tuesday - 1])


def test_columns_stay_level_when_a_day_fills_several_pages(app: Flask, tmp_path: Path) -> None:
    conference = make_conference()
    _day(conference, 44, description_ru="Слова о городах. " * 6, description_de="Worte. " * 3)
    pdf = booklet_pdf(Edition(freeze(conference, before=None)))
    seen = 0
    for page in range(3, len(_sizes(pdf)) + 1):
        boxes = _boxes(pdf, tmp_path, page)
        tops = {word: top for _left, top, _bottom, word in boxes if re.match(r"(Заседание|Sitzung)\d\d$", word)}
        for number in range(44):
            russian, german = tops.get(f"Заседание{number:02}"), tops.get(f"Sitzung{number:02}")
            assert russian == german
            seen += russian is not None
    assert seen == 44


def test_no_head_of_a_session_is_left_alone_at_the_foot_when_pages_break(app: Flask, tmp_path: Path) -> None:
    conference = make_conference()
    long = "\n\n".join(f"Абзац {number}: " + "слово " * 60 for number in range(4))
    _day(conference, 12, description_ru=long, description_de=long.replace("Абзац", "Absatz").replace("слово", "Wort"))
    pdf = booklet_pdf(Edition(freeze(conference, before=None)))
    with_text = 0
    for page in range(3, len(_sizes(pdf)) + 1):
        boxes = _boxes(pdf, tmp_path, page)
        for _left, top, bottom, word in boxes:
            if re.fullmatch(r"Заседание\d\d", word):
                below = [other for _l, other, _b, text in boxes if other > top and text == "Абзац"]
                assert below
                assert bottom < 560
                with_text += 1
    assert with_text == 12


def test_description_goes_on_overleaf_when_it_is_longer_than_a_page(app: Flask, tmp_path: Path) -> None:
    conference = make_conference()
    text = " ".join(f"слово {number}." for number in range(1500))
    make_session(conference, description_ru=text, description_de="Kurz.")
    pages = _pages(booklet_pdf(Edition(freeze(conference, before=None))), tmp_path)
    told = [[int(number) for number in re.findall(r"слово (\d+)\.", page)] for page in pages]
    assert sum(bool(numbers) for numbers in told) > 2
    assert [number for numbers in told for number in numbers] == list(range(1500))
    assert "Eröffnung der Konferenz" in next(page for page, numbers in zip(pages, told, strict=True) if numbers)


def test_running_head_names_the_day_when_it_goes_on(app: Flask, tmp_path: Path) -> None:
    conference = make_conference()
    _day(conference, 40)
    pages = _pages(booklet_pdf(Edition(freeze(conference, before=None))), tmp_path)
    days = [page for page in pages if "Заседание" in page]
    assert len(days) > 1
    assert [page.count("Понедельник, 28 июня") for page in days] == [1] * len(days)
    assert [page.count("Montag, 28. Juni") for page in days] == [1] * len(days)


def test_draft_is_marked_and_dated_on_every_page_when_a_booklet(app: Flask, tmp_path: Path) -> None:
    conference = make_conference()
    _day(conference, 30)
    pages = _pages(booklet_pdf(Edition(freeze(conference, before=None), True, 0, date(2021, 5, 12))), tmp_path)
    assert ["ПРОЕКТ / ENTWURF" in page for page in pages] == [True] * len(pages)
    assert "по состоянию на 12 мая 2021 г." in pages[0]
    assert "Programmentwurf, Stand: 12. Mai 2021" in pages[0]


def test_release_is_called_by_its_name_when_it_has_one(app: Flask, tmp_path: Path) -> None:
    conference = make_conference()
    _day(conference, 1)
    names = {"de": "Programm, Stand 12. Mai"}
    pages = _pages(booklet_pdf(Edition(freeze(conference, before=None), False, 2, date(2021, 5, 12), names)), tmp_path)
    assert "Programm, Stand 12. Mai, Fassung 2 vom 12. Mai 2021" in pages[0]
    assert "Программа, редакция 2 от 12 мая 2021 г." in pages[0]
    assert not any("ENTWURF" in page for page in pages)


def test_booklet_has_one_column_when_in_one_language(app: Flask, tmp_path: Path) -> None:
    conference = make_conference()
    _day(conference, 2)
    pdf = booklet_pdf(Edition(freeze(conference, before=None)), ("de",), "a4")
    text = " ".join(_pages(pdf, tmp_path))
    assert set(_sizes(pdf)) == {(210, 297)}
    assert "Sitzung00" in text
    assert "Заседание" not in text
    assert "Содержание" not in text


def test_quotes_and_dashes_are_those_of_each_language_when_typed_straight(app: Flask, tmp_path: Path) -> None:
    conference = make_conference()
    make_session(conference, title_ru='Диалог "Города"', title_de='Dialog "Städte"')
    text = " ".join(_pages(booklet_pdf(Edition(freeze(conference, before=None))), tmp_path))
    assert "Диалог «Города»" in text
    assert "Dialog „Städte“" in text


def test_title_of_400_signs_is_whole_when_in_the_booklet(app: Flask, tmp_path: Path) -> None:
    conference = make_conference()
    russian = ("Сотрудничество муниципалитетов " * 13)[:399] + "Я"
    german = ("Donaudampfschifffahrtsgesellschaftskapitän " * 10)[:399] + "Z"
    make_session(conference, title_ru=russian, title_de=german)
    text = "".join(_pages(booklet_pdf(Edition(freeze(conference, before=None))), tmp_path)).replace(" ", "")
    assert russian.replace(" ", "") in text
    assert german.replace(" ", "") in text


def test_day_of_the_end_is_told_when_a_session_goes_over_midnight(app: Flask, tmp_path: Path) -> None:
    conference = make_conference()
    make_session(conference, title_de="Transfer", starts_at=datetime(2021, 6, 28, 19, 30, tzinfo=UTC),
                 ends_at=datetime(2021, 6, 28, 21, 45, tzinfo=UTC))  # fmt: skip
    edition = Edition(freeze(conference, before=None))
    text = " ".join(_pages(booklet_pdf(edition), tmp_path))
    assert "22:30–00:45" in text
    assert "окончание: вторник, 29 июня" in text
    assert "Ende: Dienstag, 29. Juni" in text
    assert "22:30" in " ".join(_pages(overview_pdf(edition), tmp_path))


def test_papers_are_refused_in_a_sentence_when_nothing_takes_place(app: Flask) -> None:
    conference = make_conference()
    make_session(conference, cancelled=True)
    edition = Edition(freeze(conference, before=None), True)
    for paper in (booklet_pdf, overview_pdf, wall_pdf, doors_pdf):
        with pytest.raises(Refusal, match="no session"):
            paper(edition)


def test_people_stand_by_rank_with_their_office_when_they_have_a_part(app: Flask, tmp_path: Path) -> None:
    conference = make_conference()
    session = make_session(conference)
    for position, (name, role, office) in enumerate([
        ("Пётр Иванов", PersonRole.CHAIR, "Oberhaupt"), ("Anna Orlowa", PersonRole.SPEAKER, ""),
        ("Мария Дольм", PersonRole.INTERPRETER, ""),
    ]):  # fmt: skip
        keep(SessionPerson(session_id=session.id, name=name, role=role, position=position, office_de=office))
    content = freeze(conference, before=None)
    found = participants(content, ("ru", "de"))
    assert [(one.names, one.offices[1], one.speaks) for one in found] == [
        (["Пётр Иванов", "Pjotr Iwanow"], "Oberhaupt", True),
        (["Anna Orlowa", "Anna Orlowa"], "", True),
        (["Мария Дольм", "Marija Dolm"], "", False),
    ]
    pages = _pages(booklet_pdf(Edition(content)), tmp_path)
    [page] = [page for page in pages if "Mitwirkende" in page and "Inhalt" not in page]
    speakers, index = page.split("Указатель имён")
    speakers = speakers.split("старшинства")[1]
    assert "Pjotr Iwanow Oberhaupt" in speakers
    assert "Дольм" not in speakers
    assert re.findall(r"(\w+),? (?:Anna|Marija|Мария|Pjotr|Пётр) (\d+)", index) == [
        ("Orlowa", "3"), ("Dolm", "3"), ("Дольм", "3"), ("Iwanow", "3"), ("Иванов", "3"), ("Orlowa", "3"),
    ]  # fmt: skip


def test_people_stand_by_office_then_alphabet_when_their_rank_is_not_the_order_of_the_session(app: Flask) -> None:
    conference = make_conference()
    session = make_session(conference)
    for position, (name, office) in enumerate([
        ("Ян Вальтер", "Глава амта"), ("Пётр Якушев", "Глава города"), ("Ева Берг", "Обер-бургомистр"),
        ("Олег Зуев", "Мэр Москвы"), ("Лев Май", "Губернатор Санкт-Петербурга"),
    ]):  # fmt: skip
        keep(SessionPerson(session_id=session.id, name=name, role=PersonRole.SPEAKER, position=position,
                           office_ru=office))  # fmt: skip
    found = participants(freeze(conference, before=None), ("ru",))
    assert [one.names[0] for one in found] == ["Олег Зуев", "Лев Май", "Ева Берг", "Пётр Якушев", "Ян Вальтер"]


def test_two_delegates_of_one_name_stay_two_when_both_speak(app: Flask) -> None:
    conference = make_conference()
    session = make_session(conference)
    other = make_session(conference, "K08")
    for row, one in ((session, make_delegate(conference)), (other, make_delegate(conference))):
        keep(SessionPerson(session_id=row.id, name="Анна Орлова", role=PersonRole.SPEAKER, delegate_id=one.id))
    found = participants(freeze(conference, before=None), ("ru",))
    assert [(one.names, len(one.sessions)) for one in found] == [(["Анна Орлова"], 1), (["Анна Орлова"], 1)]


def test_nobody_who_declined_is_printed_when_others_take_part(app: Flask) -> None:
    conference = make_conference()
    session = make_session(conference)
    gone = make_delegate(
        conference, last="Гоне", first="Иван", patronymic="", last_latin="Gone", first_latin="Iwan",
        badge_ru="Гоне Иван", badge_de="Iwan Gone", accreditation=Accreditation.WITHDRAWN,
    )  # fmt: skip
    for name, more in (
        ("Ute Lehmann", {"confirmation": Confirmation.DECLINED}), ("Iwan Gone", {"delegate_id": gone.id}),
        ("Anna Orlowa", {}),
    ):  # fmt: skip
        keep(SessionPerson(session_id=session.id, name=name, role=PersonRole.SPEAKER, **more))
    content = freeze(conference, before=None)
    assert [person["name"] for person in content["items"][0]["people"]] == ["Anna Orlowa"]
    assert [person["name"] for person in whole_draft(conference)["items"][0]["people"]] == [
        "Ute Lehmann", "Iwan Gone", "Anna Orlowa",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "family"),
    [
        ("Dr. Anna Orlowa", "Orlowa"),
        ("Иванов И. И.", "Иванов"),
        ("Орлова Анна Павловна", "Орлова"),
        ("Ковалёв Анатолий Никитич", "Ковалёв"),
        ("Schmidt", "Schmidt"),
    ],
)
def test_name_is_filed_under_the_family_name_when_listed(name: str, family: str) -> None:
    assert family_name(name) == family


def test_houses_are_told_with_minutes_when_ways_are_known(app: Flask, tmp_path: Path) -> None:
    conference = make_conference()
    hall = make_room(conference)
    other = keep(Venue(conference_id=conference.id, name="Ратуша", name_ru="Ратуша", name_de="Rathaus",
                       address="ул. Ленина, 93", position=1))  # fmt: skip
    room = keep(Room(venue_id=other.id, name="Зал 2", name_ru="Зал 2", name_de="Saal 2", capacity=41))
    keep(TravelTime(from_venue_id=min(hall.venue_id, other.id), to_venue_id=max(hall.venue_id, other.id), minutes=17))
    make_session(conference, room=hall)
    make_session(conference, "K08", room=room)
    pages = _pages(booklet_pdf(Edition(freeze(conference, before=None))), tmp_path)
    page = " ".join(pages[-2:])
    assert "Минут пути" in pages[-1]
    assert "ул. Ленина, 93" in page
    assert "Saal 2 (41 Plätze)" in page
    assert "Зал 2 (41 место)" in page
    assert page.count("17") == 2  # both ways in the table


def test_booklet_is_the_same_bytes_when_made_again(app: Flask) -> None:
    conference = make_conference()
    _day(conference, 3)
    edition = Edition(freeze(conference, before=None), True, 0, date(2021, 5, 12))
    assert booklet_pdf(edition) == booklet_pdf(edition)
    assert booklet_pdf(edition) != booklet_pdf(replace(edition, on=date(2021, 5, 13)))


def test_pages_lie_in_order_when_a_folded_booklet_is_opened() -> None:
    assert order(4) == [(3, 0), (1, 2)]
    assert order(6) == [(None, 0), (1, None), (5, 2), (3, 4)]
    for pages in (1, 4, 7, 40):
        sides = order(pages)
        assert len(sides) % 2 == 0
        assert sorted(number for side in sides for number in side if number is not None) == list(range(pages))
        full = 2 * len(sides)
        for sheet in range(0, len(sides), 2):  # behind a page lies the next one
            (front_left, front_right), (back_left, back_right) = sides[sheet], sides[sheet + 1]
            assert back_left in {None, (front_right or 0) + 1}
            assert front_left in {None, (back_right or full) + 1}


def test_sheets_hold_two_pages_and_turn_over_the_short_edge_when_folded(app: Flask, tmp_path: Path) -> None:
    conference = make_conference()
    _day(conference, 30)
    booklet = booklet_pdf(Edition(freeze(conference, before=None)))
    folded = fold(booklet)
    pages = len(_sizes(booklet))
    assert set(_sizes(folded)) == {(297, 210)}
    assert len(_sizes(folded)) == -(-pages // 4) * 2
    lefts = [left for left, _top, _bottom, word in _boxes(folded, tmp_path, 1) if word == "XVI"]
    assert lefts
    assert min(lefts) > 297 / 2 / 25.4 * 72
    with pikepdf.open(io.BytesIO(folded)) as opened:
        assert str(opened.Root.ViewerPreferences.Duplex) == "/DuplexFlipShortEdge"


@pytest.mark.parametrize(("languages", "paper"), [(("ru", "de"), "a3"), (("ru", "de"), "a4"), (("de",), "a4")])
def test_overview_is_one_page_with_every_title_in_full_when_it_is_the_real_programme(
    app: Flask, tmp_path: Path, languages: tuple[str, ...], paper: str
) -> None:
    _conference, release = released_krasnodar()
    pdf = overview_pdf(edition_of_release(release), languages, paper)
    assert _sizes(pdf) == [(420, 297) if paper == "a3" else (297, 210)]
    [text] = _pages(pdf, tmp_path)
    again = re.compile(r"[\s-]|\((?:часть|Teil)\d\)|\u2060|^\w*\s\d\s*:")
    shown = again.sub("", text)
    for day in ("Понедельник, 26 июня", "Freitag, 30. Juni")[2 - len(languages) :]:
        assert again.sub("", day) in shown
    for item in release.content["items"]:
        for language in languages:
            title = re.sub(r"^(?:Рабочая группа|Arbeitsgruppe) \d: ", "", item[f"title_{language}"])
            assert again.sub("", re.sub(r"\((?:часть|Teil) \d\)", "", title)) in shown
    assert "…" not in text


def _full_days(days: int, each: int) -> Edition:
    """A programme of so many days with so many sessions on each, one after the other."""
    content = freeze(make_conference(), before=None)
    begins = datetime.fromisoformat("2021-06-20T08:00:00+03:00")
    words = "Zusammenarbeit der Partnerstädte beim Umbau ihrer Verkehrsbetriebe und Wasserwerke"
    content["items"] = [
        _at(number, begins + timedelta(days=number // each, minutes=30 * (number % each)), 30, f"Saal {number % 7}",
            f"T{number}A {words} T{number}Z")
        for number in range(days * each)
    ]  # fmt: skip
    return Edition(content)


def test_overview_of_ten_full_days_is_one_page_and_what_it_shortens_follows_when_asked_for(
    app: Flask, tmp_path: Path
) -> None:
    edition = _full_days(10, 20)
    pdf = overview_pdf(edition, ("de",), "a4")
    assert _sizes(pdf) == [(297, 210)]
    [text] = _pages(pdf, tmp_path)
    assert all(f"T{number}A" in text for number in range(200))
    assert set(re.findall(r"(\S+)…", text)) <= {"Zusammenarbeit", "der", "Partnerstädte", "beim", "Umbau", "ihrer"}
    [count] = map(int, re.findall(r"Gekürzt: (\d+); vollständig im Programmheft", text))
    assert (count, "[" in text) == (text.count("…"), False)
    first, *rest = _pages(overview_pdf(edition, ("de",), "a4", in_full=True), tmp_path)
    assert set(re.findall(r"\[\d+\]", first)) == set(re.findall(r"\[\d+\]", " ".join(rest)))
    assert all(f"T{number}A" in first and f"T{number}Z" in " ".join(rest) for number in range(200))
    for number, item in enumerate(edition.content["items"]):
        item["title_de"] = f"T{number}A"
    [text] = _pages(overview_pdf(edition, ("de",), "a4"), tmp_path)
    assert ("Gekürzt" in text, "…" in text) == (False, False)
    assert ("Hier nicht genannte Orte stehen im Programmheft" in text) == (text.count("Saal") < 200)


def test_overview_counts_at_each_hour_what_one_page_has_no_room_for(app: Flask, tmp_path: Path) -> None:
    edition = _full_days(3, 1)
    [one, *_others] = edition.content["items"]
    edition.content["items"] = [
        one | {"id": f"W{number}", "type": ["plenary", "press"][number % 2], "title_de": f"T{number}A",
               "ends_at": one["ends_at"].replace(":30:00", f":{31 + number % 29}:{number % 60:02}")}
        for number in range(300)
    ]  # fmt: skip
    [text] = _pages(overview_pdf(edition, ("de",), "a4"), tmp_path)
    [count] = map(int, re.findall(r"08:00 und (\d+) weitere", text))
    assert len(set(re.findall(r"T\d+A", text))) + count == 300


def _at(number: int, starts: datetime, minutes: int, room: str, title: str) -> dict[str, Any]:
    """A session of a content, in one language."""
    ends = starts + timedelta(minutes=minutes)
    return {
        "id": f"W{number}", "date": f"{starts:%Y-%m-%d}", "start": f"{starts:%H:%M}", "end": f"{ends:%H:%M}",
        "starts_at": starts.isoformat(), "ends_at": ends.isoformat(), "type": "working_group", "title_de": title,
        "cancelled": False, "people": [], "party_names": [], "held_as": "in-person", "audience": "all",
        "languages": ["de"], "simultaneous_interpretation": False, "venue": "Haus" if room else "", "room": room,
        "venue_names": {"de": "Haus"} if room else {}, "room_names": {"de": room} if room else {},
    }  # fmt: skip


@pytest.mark.parametrize("at_once", [False, True])
def test_wall_plan_takes_more_sheets_when_a_day_is_too_full_for_one(app: Flask, tmp_path: Path, at_once: bool) -> None:
    begins = datetime.fromisoformat("2021-06-28T09:00:00+03:00")
    words = "Zusammenarbeit der Partnerstädte beim Umbau ihrer Verkehrsbetriebe " * 5
    titles = [f"Anfang{number} {words if at_once else words * 2}Ende{number}Z" for number in range(40)]
    content = freeze(make_conference(), before=None)
    content["items"] = [
        _at(number, begins if at_once else begins + timedelta(minutes=15 * (number // 2)), 15,
            "" if at_once else f"Saal {number % 2}", title)
        for number, title in enumerate(titles)
    ]  # fmt: skip
    pages = _pages(wall_pdf(Edition(content), ("de",)), tmp_path)
    text = re.sub(r"[\s-]", "", " ".join(pages))
    assert len(pages) > 1
    assert ("…" in text, "weitere" in text) == (False, False)
    ends = [(text.count(f"Anfang{number}Z"), text.count(f"Ende{number}Z")) for number in range(40)]
    assert ends == [(1, 1)] * 40


def test_wall_plan_has_a_sheet_for_each_day_and_many_rooms_share_sheets(app: Flask, tmp_path: Path) -> None:
    _conference, release = released_krasnodar()
    pdf = wall_pdf(edition_of_release(release))
    pages = _pages(pdf, tmp_path)
    assert set(_sizes(pdf)) == {(420, 297)}
    assert [re.findall(r"(\d\d) июня", page)[0] for page in pages] == ["26", "28", "29", "29", "30"]
    assert "10:00–12:30 Рабочая группа 1" in " ".join(pages)


def test_nothing_on_a_sheet_covers_another_when_many_run_at_once() -> None:
    sessions = [
        Planned(
            0,
            540 + 15 * (number % 7),
            600 + 30 * (number % 5),
            (("de", "Sitzung mit Titel " * 5),),
            (("de", "Saal"),),
            "09:00",
        )
        for number in range(30)
    ] + [Planned(1, 545 + 10 * number, 560 + 10 * number, (("de", "Kurz"),), (), "09:05") for number in range(12)]
    heads = [["A"], ["Konferenzsaal im Haus der Gebietsregierung " * 3]]
    chart = lay_out(
        sessions, heads=heads, head_size=9, width=260, height=170, largest=9, languages=1,
        more=lambda count: f"+ {count}",
    )  # fmt: skip
    assert chart.head >= 3 * 9 * 1.2 * 25.4 / 72  # the longest takes three lines at least
    blocks = chart.blocks
    for one in blocks:
        assert one.left >= 0
        assert one.left + one.width <= 260.1
        assert one.top >= -0.01
        assert one.top + one.height <= 170.1 - chart.head
        for other in blocks:
            if one is not other:
                beside = one.left + one.width <= other.left + 0.01 or other.left + other.width <= one.left + 0.01
                below = one.top + one.height <= other.top + 0.01 or other.top + other.height <= one.top + 0.01
                assert beside or below
    summed = sum(block.more for block in blocks)
    assert summed + sum(not block.more for block in blocks) == len(sessions)


def test_hours_are_divided_behind_their_dash_when_the_column_is_narrow() -> None:
    assert lines("09:00–11:00 Тема", millimetres=13, size=8, face="sans-bold", language="ru") == [
        "09:00–", "11:00", "Тема",
    ]  # fmt: skip


def test_text_keeps_to_its_width_when_set_in_lines() -> None:
    text = "Verkehrsinfrastrukturfinanzierungsgesellschaft und Städtepartnerschaft"
    found = lines(text, millimetres=30, size=8, face="sans", language="de")
    assert "".join(line.removesuffix("-") for line in found).replace(" ", "") == text.replace(" ", "").replace("-", "")
    assert len(found) >= 3
    assert all(line.endswith("-") for line in found[:1])
    assert lines("Villingen-Schwenningen", millimetres=33, size=11, face="sans")[0] == "Villingen-"
    assert cut(text, 1, millimetres=30, size=8, face="sans", language="de")[0].endswith("…")


def test_door_signs_name_room_and_sessions_in_both_languages_when_for_a_day(app: Flask, tmp_path: Path) -> None:
    _conference, release = released_krasnodar()
    edition = edition_of_release(release)
    pdf = doors_pdf(edition, day="2017-06-30")
    pages = _pages(pdf, tmp_path)
    assert set(_sizes(pdf)) == {(210, 297)}
    assert all("Пятница, 30 июня" in page and "Freitag, 30. Juni" in page for page in pages)
    [hall] = [page for page in pages if "Презентация проектов" in page]
    assert "Большой зал" in hall
    assert "Großer Saal" in hall
    assert "10:00–11:00" in hall
    assert len(_pages(doors_pdf(edition), tmp_path)) > len(pages)
    with pytest.raises(Refusal, match="on that day"):
        doors_pdf(edition, day="2017-07-30")


@pytest.mark.parametrize(
    ("venue", "room", "door"),
    [
        ("Конгресс-центр", "Зал 1", True), ("Haus am Platz", "Saal 1", True), ("Ратуша", "", True),
        ("Площадь памяти героев", "под открытым небом", False), ("Отправление от гостиницы", "Автобусы 1–4", False),
        ("Конгресс-центр", "пешком", False), ("Спортивная площадка", "поле 1", False), ("Площадь Победы", "", False),
        ("Hotel", "Bus 5", False), ("Stadion", "Feld 1", False), ("Hotel am Busbahnhof", "Foyer", True),
    ],
)  # fmt: skip
def test_sign_is_made_only_when_there_is_a_door(venue: str, room: str, door: bool) -> None:
    assert has_door(venue, room) == door


def test_sign_stays_on_its_page_when_a_room_has_a_long_day(app: Flask, tmp_path: Path) -> None:
    conference = make_conference()
    _day(conference, 14, room=make_room(conference), kind=SessionKind.WORKING_GROUP)
    assert len(_sizes(doors_pdf(Edition(freeze(conference, before=None))))) == 1


def test_meetings_stand_in_a_table_of_hours_when_a_door_has_many(app: Flask, tmp_path: Path) -> None:
    begins = datetime.fromisoformat("2021-06-28T09:00:00+03:00")
    content = freeze(make_conference(), before=None)
    content["items"] = [
        _at(10 * hour + table, begins + timedelta(minutes=35 * hour), 30, "Saal 7", "Treffen")
        | {"type": "bilateral", "description_de": f"Tisch {table + 1}",
           "party_names": [{"de": f"Weiden-{hour}{table}A"}, {"de": f"Aachen-{hour}{table}Z"}]}
        for hour in range(8) for table in range(10)
    ]  # fmt: skip
    pages = _pages(doors_pdf(Edition(content), ("de",)), tmp_path)
    assert [("Saal 7" in page, "Montag, 28. Juni" in page) for page in pages] == [(True, True)] * 2
    text = "".join(pages).replace(" ", "")
    assert text.split("Tisch")[1].split("09:00")[0] == "12345678910"
    assert "09:00–09:30Weiden-00AAachen-00ZWeiden-01A" in text
    assert [f"Weiden-{one:02}AAachen-{one:02}Z" in text for one in range(80)] == [True] * 80


def test_meetings_are_listed_by_hour_and_table_when_they_share_a_room(app: Flask, tmp_path: Path) -> None:
    names = [{"ru": f"Город {number}", "de": f"Stadt {number}"} for number in range(8)]
    content = freeze(make_conference(), before=None)
    hall = {"venue": "Haus", "room": "Saal 7", "venue_names": {"de": "Haus"}, "room_names": {"de": "Saal 7"}}
    content["items"] = [
        {"id": f"B{number}", "date": "2021-06-28", "start": f"1{number // 2}:00", "end": f"1{number // 2}:50",
         "starts_at": f"2021-06-28T1{number // 2}:00:00+03:00",
         "ends_at": f"2021-06-28T1{number // 2}:50:00+03:00",
         "type": "bilateral", "title_de": "Treffen", "description_de": f"Tisch {2 - number % 2}", "cancelled": False,
         "people": [], "party_names": [names[2 * number], names[2 * number + 1]], "held_as": "in-person",
         "audience": "heads", "languages": ["ru", "de"], "simultaneous_interpretation": False, **hall}
        for number in range(4)
    ]  # fmt: skip
    assert [[one["id"] for one in run] for run in folded(content["items"])] == [["B0", "B1", "B2", "B3"]]
    for paper in (wall_pdf, partial(overview_pdf, in_full=True)):
        sheet, tables = _pages(paper(Edition(content), ("de",)), tmp_path)
        assert "10:00–11:50 4 bilaterale Treffen, Tische 1–2".replace(" ", "") in re.sub(r"\s|\u2060", "", sheet)
        assert "10:00–10:50 Tisch 1 Stadt 2 – Stadt 3 2 Stadt 0 – Stadt 1" in tables
