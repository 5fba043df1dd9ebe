"""The programme as PDF, read back."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient

from app.correspondence.models import LetterEnclosure
from app.database import db
from app.documents.queries import content as sealed_content
from app.programme.operations import attach_draft_to_letters, import_programme
from app.programme.queries.content import freeze
from app.programme.queries.papers import release_pdf
from app.programme.queries.pdf import programme_pdf
from tests.factories import ACTOR, NOW, make_conference, make_session
from tests.programme_files import XVI, released_krasnodar


def _text(pdf: bytes, folder: Path, *options: str) -> str:
    path = folder / "x.pdf"
    path.write_bytes(pdf)
    done = subprocess.run(["pdftotext", *options, str(path), "-"], capture_output=True, check=True)
    return re.sub(r"[ \xa0]+", " ", done.stdout.decode())


def _boxes(pdf: bytes, folder: Path) -> list[tuple[float, float, str]]:
    """(left, top, word) of every word of the first page."""
    found = re.findall(
        r'<word xMin="([\d.]+)" yMin="([\d.]+)"[^>]*>([^<]*)</word>',
        _text(pdf, folder, "-bbox", "-l", "1").replace("\n", ""),
    )
    return [(float(left), float(top), word) for left, top, word in found]


def test_paper_has_every_title_in_both_languages_when_made(app: Flask, tmp_path: Path) -> None:
    _conference, release = released_krasnodar()
    text = re.sub(r"\s+", " ", _text(release_pdf(release), tmp_path, "-raw"))
    squeezed = text.replace(" ", "").replace("-", "")
    for item in release.content["items"]:
        for name in ("title_ru", "title_de"):
            assert item[name].replace(" ", "").replace("-", "") in squeezed
        assert f"{item['start']}–{item['end']}" in text
    assert "ПРОЕКТ" not in text
    assert "Программа, редакция 1 от 6 апреля 2021 г." in text
    assert "Programm, Fassung 1 vom 6. April 2021" in text


def test_both_columns_are_level_when_titles_differ_in_length(app: Flask, tmp_path: Path) -> None:
    conference = make_conference()
    make_session(conference, title_ru="Первое " * 12, title_de="Kurz")
    make_session(conference, "K08", title_ru="Второе", title_de="Zweites")
    boxes = _boxes(programme_pdf(freeze(conference, before=None)), tmp_path)
    tops = {word: top for _left, top, word in reversed(boxes) if word in {"Первое", "Kurz", "Второе", "Zweites"}}
    lefts = {word: round(left) for left, _top, word in boxes if word in {"Первое", "Kurz", "Второе", "Zweites"}}
    assert tops["Первое"] == tops["Kurz"]
    assert tops["Второе"] == tops["Zweites"]
    assert lefts["Kurz"] == lefts["Zweites"]


def test_draft_is_marked_on_every_page_when_on_paper(app: Flask, tmp_path: Path) -> None:
    conference = make_conference()
    import_programme(conference=conference, content=XVI, actor=ACTOR, at=NOW)
    pdf = programme_pdf(freeze(conference, before=None), draft=True)
    pages = _text(pdf, tmp_path, "-raw").split("\f")[:-1]
    assert len(pages) == 2
    assert ["ПРОЕКТ / ENTWURF" in re.sub(r"\s+", " ", page) for page in pages] == [True, True]
    fonts = subprocess.run(["pdffonts", str(tmp_path / "x.pdf")], capture_output=True, check=True).stdout.decode()
    assert set(re.findall(r"\+(PT-\w+)", fonts)) == {"PT-Sans", "PT-Serif"}


def test_paper_is_the_same_bytes_when_made_again(app: Flask) -> None:
    conference = make_conference()
    make_session(conference)
    content = freeze(conference, before=None)
    assert programme_pdf(content) == programme_pdf(content)


def test_paper_of_a_release_is_kept_when_asked_for_twice(app: Flask, visitor: FlaskClient) -> None:
    conference, release = released_krasnodar()
    response = visitor.get(f"/ru/c/{conference.slug}/programme.pdf")
    kept = list((Path(app.config["SETTINGS"].data) / "programme").iterdir())
    assert (response.content_type, response.data, len(kept)) == ("application/pdf", release_pdf(release), 1)
    assert kept[0].read_bytes() == response.data


def test_draft_goes_with_the_letters_once_when_attached_again(app: Flask, tmp_path: Path) -> None:
    conference = make_conference()
    make_session(conference, title_de="Erster Entwurf")
    attach_draft_to_letters(conference=conference, actor=ACTOR, at=NOW)
    make_session(conference, "K08", title_de="Zweiter Entwurf")
    attach_draft_to_letters(conference=conference, actor=ACTOR, at=NOW)
    [row] = db.session.query(LetterEnclosure)
    titles = [re.sub(r"\s", " ", title) for title in (row.title_ru, row.title_de, row.title_en)]
    assert titles == [
        "Проект программы XVI конференции городов-партнёров России и Германии",
        "Programmentwurf der XVI. Deutsch-Russischen Städtepartnerkonferenz",
        "Draft programme of the XVI Conference of Partner Cities of Russia and Germany",
    ]
    assert "Zweiter Entwurf" in _text(sealed_content(row.document), tmp_path)
    assert row.document.sheets == 1
