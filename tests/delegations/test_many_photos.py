"""Photographs of many: whose a file is, and what is left out."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.database import db, rehearsal
from app.delegations.models import DelegatePhoto
from app.delegations.operations.many_photos import MOST, packed, plan_photos, take_photos
from app.delegations.queries.photos import photo_path
from app.delegations.rules.photo_names import Known, Owners
from app.errors import Refusal
from app.jobs import Job
from tests.factories import ACTOR, NOW, make_conference, make_delegate

from .test_photos import bomb, picture  # isort: skip

OWNERS = Owners(
    [
        Known(1, "D-0012", ("Орлова Анна Сергеевна", "Anna Orlowa")),
        Known(2, "D-0013", ("Müller Jürgen", "Юрген Мюллер")),
        Known(3, "D-0014", ("Орлова Анна Петровна", "Anna Orlowa")),
        Known(4, "D-00", ("Գրիգոր Հովհաննիսյան", "Grigor Hovhannisyan")),
    ]
)


@pytest.mark.parametrize(
    ("name", "whose"),
    [
        ("D-0012.jpg", {1}),
        ("d_0013 whoever.JPEG", {2}),
        ("photos/2026/D-0014.png", {3}),
        ("D-0099.jpg", {4}),
        ("D-00.jpg", {4}),
        ("Müller Jürgen.jpg", {2}),
        ("juergen_mueller (1).webp", {2}),
        ("jurgen-muller.jpg", {2}),
        ("Jürgen Müller (1).webp", {2}),
        ("Мюллер, Юрген.jpg", {2}),
        ("Орлова Анна.jpg", {1, 3}),
        ("Орлова Анна Петровна.jpg", {3}),
        ("Orlowa Anna.jpg", {1, 3}),
        ("Müller.jpg", set()),
        ("IMG_0012.jpg", set()),
    ],
)
def test_owner_of_a_file_is_found_by_number_or_whole_name(name: str, whose: set[int]) -> None:
    if name == "D-0099.jpg":
        whose = set()  # nobody has it, and "D-00" is another number
    assert OWNERS.of(name) == whose


def archive(tmp_path: Path, files: list[tuple[str, bytes]]) -> Path:
    path = tmp_path / "photos.zip"
    with zipfile.ZipFile(path, "w") as made:
        for name, content in files:
            made.writestr(name, content)
    return path


def test_plan_names_what_is_left_out_and_keeps_nothing(app: Flask, tmp_path: Path) -> None:
    conference = make_conference()
    for number, (last, first) in enumerate([("Орлова", "Анна"), ("Орлова", "Анна"), ("Ланге", "Зигрид")]):
        make_delegate(conference, f"D{number}", last=last, first=first, badge_ru="", badge_de="")
    good = picture(size=(300, 400))
    path = archive(
        tmp_path,
        [("D0.jpg", good), ("Орлова Анна.jpg", good), ("Ланге Зигрид.jpg", good), ("../D1.jpg", good),
         ("Niemand Da.jpg", good), ("D1.txt", b"no picture at all"), ("__MACOSX/._D0.jpg", b"x"),
         ("D1.gif", bomb("gif"))],
    )  # fmt: skip
    plan = plan_photos(conference=conference, path=path)
    assert [(one.file, one.public_id, one.replaces) for one in plan.fits] == [
        ("D0.jpg", "D0", False), ("Ланге Зигрид.jpg", "D2", False)
    ]  # fmt: skip
    no_picture = "This is no picture we can read. Please choose a JPEG, PNG or WebP file."
    assert {one.file: one.why for one in plan.left} == {
        "../D1.jpg": "Its name leads out of the ZIP file.",
        "D1.gif": no_picture,
        "D1.txt": no_picture,
        "Niemand Da.jpg": "Nobody here has this number or this family name and given name.",
        "Орлова Анна.jpg": "It may be several people: D0, D1. Please name the file after the number.",
    }
    assert db.session.scalars(select(DelegatePhoto)).all() == []


def test_take_keeps_good_pictures_and_names_bombs_and_damaged_ones(app: Flask, tmp_path: Path) -> None:
    conference = make_conference()
    people = [make_delegate(conference, f"D{number}") for number in range(3)]
    path = archive(
        tmp_path, [("D0.jpg", picture(size=(300, 400))), ("D1.png", bomb("png")), ("D2.jpg", picture()[:2000])]
    )
    with rehearsal():
        assert take_photos(conference=conference, path=path, actor=ACTOR, at=NOW).taken == 1
    assert [file for file in photo_path("00").parents[1].rglob("*") if file.is_file()] == []
    for _time in range(2):  # begun anew after a crash
        taken = take_photos(conference=conference, path=path, actor=ACTOR, at=NOW)
        assert (taken.taken, [one.file for one in taken.left]) == (1, ["D1.png", "D2.jpg"])
    assert db.session.scalars(select(DelegatePhoto.delegate_id)).all() == [people[0].id]


def test_name_in_letters_of_old_windows_is_read(app: Flask, tmp_path: Path) -> None:
    conference = make_conference()
    make_delegate(conference, "D1", last="Орлова", first="Анна")
    path = archive(tmp_path, [("????????????.jpg", picture(size=(300, 400)))])
    name = "Орлова Анна"
    raw = path.read_bytes().replace(b"?" * 12 + b".jpg", name.encode("cp866") + b" .jpg")
    path.write_bytes(raw)
    assert [(one.file, one.public_id) for one in plan_photos(conference=conference, path=path).fits] == [
        ("Орлова Анна .jpg", "D1")
    ]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"PK\x03\x04 broken", "This is no ZIP file that can be read."),
        (packed([]).getvalue(), "There is no file in it."),  # type: ignore[attr-defined]
        (packed([(f"{n}.jpg", b"") for n in range(MOST + 1)]).getvalue(),  # type: ignore[attr-defined]
         "There are more than 2000 files in it. Please divide them."),
    ],
)  # fmt: skip
def test_file_is_refused_as_a_whole(app: Flask, tmp_path: Path, content: bytes, told: str) -> None:
    path = tmp_path / "photos.zip"
    path.write_bytes(content)
    with pytest.raises(Refusal) as refused:
        plan_photos(conference=make_conference(), path=path)
    assert (str(refused.value), refused.value.field) == (told, "files")


def test_page_shows_whose_pictures_are_and_the_job_keeps_them(
    app: Flask, staff: Callable[[str], FlaskClient], run_jobs: Callable[[], int]
) -> None:
    conference = make_conference()
    row = make_delegate(conference, "D1", last="Орлова", first="Анна")
    client, page = staff("secretariat"), f"/en/desk/c/{conference.slug}/delegates/photos"
    files = [(io.BytesIO(picture(size=(300, 400))), "Орлова Анна.jpg"), (io.BytesIO(b"x"), "x.jpg")]
    answer = client.post(page, data={"files": files}, content_type="multipart/form-data")
    assert answer.status_code == 303
    shown = client.get(answer.location).text
    assert ("Орлова Анна.jpg" in shown, "x.jpg" in shown, "Save 1 photograph" in shown) == (True, True, True)
    token = answer.location.partition("file=")[2]
    assert client.post(page, data={"deed": "take", "file": token}).status_code == 303
    job = db.session.scalars(select(Job).where(Job.kind == "take-photos")).one()
    assert run_jobs() == 1
    db.session.expire_all()
    assert db.session.get(DelegatePhoto, row.id) is not None
    assert "1 photograph is saved." in client.get(f"{page}?job={job.id}").text
    assert client.post(page, data={"deed": "take", "file": token}).location.endswith("/delegates/photos")
