"""Name plates and lower thirds: every name whole, the same names as on badges, each only for whom it is meant."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from PIL import Image

from app.conferences.models import Conference
from app.conferences.rules import Attendance, ConferenceFormat
from app.database import db, transaction
from app.delegations.models import Delegate
from app.delegations.rules import Accreditation
from app.erasure.operations import erase_delegate
from app.errors import Refusal
from app.history.rules import COMMAND
from app.printing.camera.drawing import (
    HIGH,
    WIDTH,
    PlateTexts,
    draw_lower_third,
    draw_plate,
    name_on_plate,
    third_lines,
    town_on_plate,
)
from app.printing.camera.names import with_initials
from app.printing.camera.operations import draw_plates
from app.printing.camera.queries import archive_of, plates
from app.printing.models import PrintRun
from tests.factories import NOW, make_conference, make_delegate, make_delegation, make_municipality

ONE_DATABASE = True

AWKWARD = list(
    csv.DictReader(
        (Path(__file__).parents[1] / "printing" / "awkward_names.csv").read_text("utf-8").splitlines(keepends=True)
    )
)
TITLES = {"title_first": "XVI Конференция городов-партнёров", "title_second": "XVI. Städtepartnerkonferenz"}


def texts(name: str = "Анна Ли", other: str = "Anna Li", **given: str) -> PlateTexts:
    values = {"office": "", "place_first": "Калуга", "place_second": "Kaluga", "country": "Россия · Russland"}
    return PlateTexts(name_first=name, name_second=other, **(TITLES | values | given))


def opened(content: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(content))
    picture.load()
    return picture


def awkward(conference: Conference) -> list[Delegate]:
    with transaction():
        return [
            make_delegate(
                conference, row["delegate_id"], municipality_id=conference.host_id, attendance=Attendance.VIDEO,
                **{name: row[name] for name in row if name != "delegate_id"},
            )
            for row in AWKWARD
        ]  # fmt: skip


def test_draw_plate_makes_a_full_picture_whose_middle_is_free_above_the_rules() -> None:
    picture = opened(draw_plate(texts()))
    assert (picture.size, picture.mode) == ((WIDTH, HIGH), "RGB")
    middle = picture.crop((760, 0, 1160, 728))
    assert {colour for _count, colour in middle.getcolors() or []} == {(250, 248, 243), (239, 235, 225)}


def test_draw_lower_third_leaves_everything_around_the_strip_clear() -> None:
    picture = opened(draw_lower_third(texts(office="Глава городского округа")))
    assert (picture.size, picture.mode) == ((WIDTH, HIGH), "RGBA")
    left, top, right, bottom = picture.getchannel("A").getbbox() or (0, 0, 0, 0)
    assert left >= 60
    assert top >= HIGH // 2
    assert right <= WIDTH - 60
    assert bottom <= HIGH - 40
    strip = picture.crop((left, top, right, bottom)).getchannel("A")
    assert strip.getextrema() == (255, 255)


def test_draw_plate_gives_the_same_bytes_when_nothing_has_changed() -> None:
    assert draw_plate(texts()) == draw_plate(texts())
    assert draw_plate(texts()) != draw_plate(texts("Анна Ле"))


def test_plates_set_every_awkward_name_whole_when_drawn(app: Flask) -> None:
    conference = make_conference(format=ConferenceFormat.HYBRID)
    awkward(conference)
    found = plates(conference)
    assert {plate.public_id for plate in found} == {row["delegate_id"] for row in AWKWARD}
    for plate in found:
        name, other = name_on_plate(plate.texts), plate.texts.name_second
        kept = "".join(line.text for line in name.lines).replace(" ", "")
        forms = {f"{plate.texts.name_first}{second}".replace(" ", "") for second in (other, plate.texts.name_short)}
        assert kept in forms, plate.public_id
        for fitted in (name, town_on_plate(plate.texts), *third_lines(plate.texts)):
            for line in fitted.lines:
                assert line.x >= 24, plate.public_id
                assert line.x + line.width <= WIDTH / 3 - 23.9, plate.public_id
                assert line.top + line.size * line.leading <= HIGH / 3 - 8, plate.public_id
        # no drop of ink at the very edge: nothing was cut off by it
        edge = opened(plate.background()).crop((0, HIGH - 12, WIDTH, HIGH))
        assert edge.getcolors() == [(WIDTH * 12, (255, 255, 255))], plate.public_id


def test_plate_sets_given_names_as_initials_when_both_names_need_more_than_three_lines() -> None:
    first, second = "Maximilian Alexander Hohenlohe-Langenburg", "Максимилиан Александр Гогенлоэ-Лангенбург"
    short = with_initials(second, family=1)
    whole, shorter = (name_on_plate(texts(first, second, name_short=name)) for name in ("", short))
    assert len(whole.lines) == 4
    assert [line.text for line in shorter.lines][2:] == [short]
    assert name_on_plate(texts(name_short="A. Li")) == name_on_plate(texts())


@pytest.mark.parametrize(
    ("name", "family", "expected"),
    [
        ("Anna-Maria Sophie von Hohenlohe", 1, "A.-M. S. von Hohenlohe"),
        ("Dr. Anna Orlowa", 1, "Dr. A. Orlowa"),
        ("Карл-Хайнц Мюллер Шмидт", 2, "К.-Х. Мюллер Шмидт"),
        ("Karl Freiherr von und zu Lindenau", 1, "K. Freiherr von und zu Lindenau"),
        ("Orlowa", 1, "Orlowa"),
        ("", 0, ""),
    ],
)
def test_with_initials_shortens_given_names_alone(name: str, family: int, expected: str) -> None:
    assert with_initials(name, family=family) == expected


def test_plates_tell_the_office_in_both_languages_when_the_tables_know_it(app: Flask) -> None:
    conference = make_conference(format=ConferenceFormat.HYBRID)
    known = {"attendance": Attendance.VIDEO, "gender": "f"}
    make_delegate(conference, "D1", position="Ректор университета", **known)
    make_delegate(conference, "D2", position="Хранитель ключей", **known)
    found = {plate.public_id: (plate.texts.office, plate.texts.office_second) for plate in plates(conference)}
    assert found == {
        "D1": ("Ректор университета", "Rektorin der Universität"), "D2": ("Хранитель ключей", ""),
    }  # fmt: skip


def test_plates_print_the_passport_form_with_a_warning_when_no_font_has_the_letters(app: Flask) -> None:
    conference = make_conference(format=ConferenceFormat.HYBRID)
    make_delegate(
        conference, "D1", last="李", first="明", patronymic="", badge_ru="明 李", badge_de="明 李", country="CN",
        last_latin="Li", first_latin="Ming", attendance=Attendance.VIDEO,
    )  # fmt: skip
    plate = plates(conference)[0]
    assert (plate.texts.name_first, plate.texts.name_second) == ("Ming Li", "Мин Ли")
    assert [str(warning) for warning in plate.warnings] == [
        "D1: no font has the letters 明 李; the passport form is printed.",
        "D1: the Russian form of the name was transcribed; please look at it.",
    ]  # fmt: skip


def test_draw_plates_packs_those_by_video_by_delegation_and_logs_the_run(app: Flask, tmp_path: Path) -> None:
    conference = make_conference(format=ConferenceFormat.HYBRID)
    suhl = make_municipality("suhl", name_ru="Зуль", name_de="Suhl", country="DE")
    for number, town in enumerate((conference.host, suhl, suhl)):
        make_delegate(
            conference, f"D{number}", municipality_id=town.id, attendance=Attendance.VIDEO, country=town.country,
            delegation_id=make_delegation(conference, town).id if number < 2 else None,
        )  # fmt: skip
    make_delegate(conference, "D9", attendance=Attendance.ON_SITE)
    taken: list[bytes] = []
    done = draw_plates(
        conference=conference, actor=COMMAND, at=NOW, deliver=lambda path: taken.append(path.read_bytes())
    )
    with zipfile.ZipFile(io.BytesIO(taken[0])) as archive:
        names = archive.namelist()
        assert opened(archive.read(names[0])).size == (WIDTH, HIGH)
    assert [name.partition("/")[0] for name in names] == ["001_Suhl"] * 4 + ["002_Kaluga"] * 2
    assert sum(name.endswith("_plate.png") for name in names) == 3
    run = db.session.query(PrintRun).one()
    assert (run.kind, run.count, run.pages, run.scope, done.count) == ("plates", 3, 6, "video", 3)
    assert archive_of(run.sha256).read_bytes() == taken[0]
    again = draw_plates(conference=conference, actor=COMMAND, at=NOW)
    assert again.run is not None
    assert again.run.sha256 == run.sha256


def test_draw_plates_refuses_when_nobody_takes_part_by_video(app: Flask) -> None:
    conference = make_conference()
    make_delegate(conference)
    with pytest.raises(Refusal):
        draw_plates(conference=conference, actor=COMMAND, at=NOW)
    assert draw_plates(conference=conference, actor=COMMAND, at=NOW, everyone=True).count == 1


def test_own_plate_is_given_by_token_and_not_twice_when_nothing_has_changed(app: Flask, visitor: Any) -> None:
    delegate = make_delegate(make_conference(format=ConferenceFormat.HYBRID))
    for path in ("plate", "lower-third"):
        answer = visitor.get(f"/{path}/{delegate.join_token}.png")
        assert (answer.status_code, answer.mimetype) == (200, "image/png")
        assert opened(answer.data).size == (WIDTH, HIGH)
        sign = answer.headers["ETag"]
        again = visitor.get(f"/{path}/{delegate.join_token}.png", headers={"If-None-Match": sign})
        assert (again.status_code, again.data) == (304, b"")
        with transaction():
            delegate.badge_ru = f"{delegate.badge_ru}а"
        changed = visitor.get(f"/{path}/{delegate.join_token}.png", headers={"If-None-Match": sign})
        assert changed.status_code == 200


@pytest.mark.parametrize("standing", [s for s in Accreditation if s is not Accreditation.GRANTED])
def test_own_plate_is_not_found_when_the_person_has_no_place(app: Flask, visitor: Any, standing: Accreditation) -> None:
    delegate = make_delegate(make_conference(), accreditation=standing)
    assert visitor.get(f"/plate/{delegate.join_token}.png").status_code == 404
    assert visitor.get("/plate/forged.png").status_code == 404


def test_plates_page_draws_once_when_asked_twice_and_gives_the_file(app: Flask, staff: Any, run_jobs: Any) -> None:
    conference = make_conference(format=ConferenceFormat.HYBRID)
    make_delegate(conference, "D1", attendance=Attendance.VIDEO)
    client, page = staff("desk"), f"/de/desk/c/{conference.slug}/video/plates/"
    answers = [client.post(page, data={"whose": "video"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0].location == answers[1].location
    assert run_jobs() == 1
    run = db.session.query(PrintRun).one()
    with client.get(f"{page}runs/{run.id}/plates.zip") as answer:
        assert (answer.mimetype, zipfile.is_zipfile(io.BytesIO(answer.data))) == ("application/zip", True)
    assert client.post(page, data={"whose": "nobody"}).status_code == 422
    assert client.post(page, data={}).status_code == 422


def test_erase_removes_the_pictures_when_the_person_stands_on_them(app: Flask) -> None:
    conference = make_conference(format=ConferenceFormat.HYBRID)
    delegate = make_delegate(conference, "D1", attendance=Attendance.VIDEO)
    run = draw_plates(conference=conference, actor=COMMAND, at=NOW).run
    assert run is not None
    assert archive_of(run.sha256).is_file()
    erase_delegate(delegate=delegate, actor=COMMAND, at=NOW)
    assert not archive_of(run.sha256).exists()


def test_plates_verb_writes_the_zip_when_run(app: Flask, tmp_path: Path) -> None:
    from click.testing import CliRunner

    from app.printing.camera.commands import plates as verb

    conference = make_conference(format=ConferenceFormat.HYBRID)
    make_delegate(conference, "D1", attendance=Attendance.VIDEO)
    out = tmp_path / "plates.zip"
    dry = CliRunner().invoke(verb, ["--conference", conference.slug, "--out", str(out), "--dry-run"])
    assert (dry.exit_code, out.exists(), db.session.query(PrintRun).count()) == (0, False, 0)
    done = CliRunner().invoke(verb, ["--conference", conference.slug, "--out", str(out), "--json"])
    assert (done.exit_code, done.output) == (0, '{"drawn": 1, "files": 2, "warnings": []}\n')
    assert zipfile.is_zipfile(out)
