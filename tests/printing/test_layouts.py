"""Every kind of badge: names stay inside, codes are read; portraits stand on their own badge alone."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from flask import Flask, current_app
from PIL import Image

from app.conferences.models import Conference
from app.delegations.models import Delegate
from app.delegations.operations.photos import remove_photo, set_photo
from app.history.rules import COMMAND
from app.printing.operations import Printed
from app.printing.press.sheets import SAFE
from app.printing.queries import badge_contents, titles
from app.printing.rules import LAYOUTS, Layout
from app.printing.rules.access import Mark
from app.printing.rules.samples import example
from app.printing.soundness import design_faults
from app.printing.typesetting import Typesetter, designs_for
from tests.factories import NOW, make_delegate

from .conftest import MM, Word, decoded, overlapping, pictures, words  # isort: skip

Printing = Callable[..., tuple[Printed, Path]]

# What a picture shows does not depend on the database.
one_database = pytest.mark.parametrize("house", ["sqlite"], indirect=True)
others = pytest.mark.parametrize(
    "name", [name for name in LAYOUTS if name != "a6-portrait" and "single" not in name and "folded" not in name]
)


def corners(layout: Layout) -> list[tuple[float, float]]:
    left = (layout.sheet_width - layout.across * layout.width) / 2
    top = (layout.sheet_height - layout.down * layout.height) / 2
    return [
        (left + column * layout.width, top + row * layout.height)
        for row in range(layout.down)
        for column in range(layout.across)
    ]


def corner_of(word: Word, layout: Layout) -> tuple[float, float]:
    across, down = (word.left + word.right) / 2, (word.top + word.bottom) / 2
    return next(
        (left, top) for left, top in corners(layout)
        if left <= across <= left + layout.width and top <= down <= top + layout.height
    )  # fmt: skip


@one_database
@others
def test_awkward_texts_stay_inside_their_badges_and_apart_from_others_and_codes_are_read(
    awkward: list[Delegate], printing: Printing, conference: Conference, name: str
) -> None:
    layout = LAYOUTS[name]
    done, pdf = printing(name)
    assert (done.count, done.pages) == (len(awkward), -(-len(awkward) // layout.on_a_sheet))
    found = words(pdf)
    for word in found:
        left, top = corner_of(word, layout)
        assert word.left >= left + SAFE, word
        assert word.right <= left + layout.width - SAFE, word
        assert word.top >= top + SAFE - 1, word  # the strip of a line, higher than its letters
        assert word.bottom <= top + layout.height - SAFE + 0.6, word
    contents = badge_contents(conference)
    assert codes_of(pdf, layout, len(contents)) == [content.token for content in contents]
    badges = Typesetter(layout, titles(conference)).set(contents)
    odd = {text for badge in badges for line in badge.lines if not line.plain for text in line.text.split()}
    for one, other in overlapping(found):  # WeasyPrint sets what is odd: its PDF tells the height of the line
        assert {one.text, other.text, one.text[::-1], other.text[::-1]} & odd, (one, other)


def codes_of(pdf: Path, layout: Layout, count: int) -> list[str]:
    """The codes of so many badges, in their order, from a scan of 150 dpi."""
    cuts = []
    for page, picture in enumerate(pictures(pdf, 150)):
        with Image.open(picture) as whole:
            for left, top in corners(layout)[: count - page * layout.on_a_sheet]:
                cuts.append(picture.with_name(f"{len(cuts):04}.pgm"))
                box = [round(side / 25.4 * 150) for side in (left, top, left + layout.width, top + layout.height)]
                whole.crop(box).save(cuts[-1])
    return decoded(cuts)


@one_database
def test_codes_of_a_whole_sheet_are_read_at_once_from_a_scan_of_150_dpi(
    conference: Conference, printing: Printing
) -> None:
    tokens = [f"{number * 7_919_777_333:012x}" for number in range(1, 11)]
    for token in tokens:
        make_delegate(conference, token, badge_token=token)
    for name in ("80x50", "90x55-photo", "a6-landscape-photo"):
        _, pdf = printing(name)
        assert sorted(decoded(pictures(pdf, 150))) == sorted(tokens), name


@one_database
def test_every_badge_has_the_size_of_its_paper_and_room_for_each_of_its_texts(app: Flask) -> None:
    marks = [Mark(str(number), "circle", "", "") for number in range(3)]
    bare, dressed = example("usual"), example("usual", marks=marks, arms="arms")
    for layout in LAYOUTS.values():
        designs = designs_for(layout, [bare, dressed]).values()
        assert design_faults(layout, designs) == [], layout.name
        with pikepdf.open(io.BytesIO(next(iter(designs)).drawing)) as drawing:
            sizes = {tuple(round(float(side) / MM, 1) for side in page.MediaBox) for page in drawing.pages}
        assert sizes == {(0, 0, round(layout.width, 1), round(layout.height, 1))}, layout.name
        for design in designs:
            assert ("photo" in design.slots) == layout.photo, layout.name
            for name, slot in design.slots.items():
                edge = 1.2 if name == "qr" else SAFE  # a code brings its quiet zone, 2.4 mm of white and more
                near = min(slot.box.x, slot.box.y, layout.width * MM - slot.box.x - slot.box.width,
                           layout.height * MM - slot.box.y - slot.box.height) / MM  # fmt: skip
                assert near >= edge - 0.1, (layout.name, name)
    assert (LAYOUTS["86x54"].width, LAYOUTS["86x54"].height) == (85.60, 53.98)  # ID-1, ISO/IEC 7810


def photograph(shade: int, *, wide: int = 900) -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (wide, wide * 4 // 3), (shade, 90, 200 - shade)).save(target, "JPEG")
    return target.getvalue()


def images_of(pdf: Path) -> list[list[tuple[int, int, int]]]:
    """For each page the middle colour of the pictures its resources hold."""
    found = []
    with pikepdf.open(pdf) as opened:
        for page in opened.pages:
            assert all(image.get("/Interpolate", False) is not True for image in page.get_images().values())
            shown = [pikepdf.PdfImage(image).as_pil_image() for image in page.get_images().values()]
            found.append([_middle(image) for image in shown])
    return found


def _middle(image: Any) -> tuple[int, int, int]:
    red, green, blue = image.getpixel((image.width // 2, image.height // 2))
    return red, green, blue


def shades(found: list[list[tuple[int, int, int]]]) -> list[list[int]]:
    return [sorted(round(red / 10) * 10 for red, _green, _blue in page) for page in found]


@one_database
def test_portraits_stand_on_their_sheet_alone_and_a_reprint_holds_one(
    conference: Conference, printing: Printing
) -> None:
    people = [make_delegate(conference, f"D{number}", last=f"Орлова{number}", badge_ru="") for number in range(6)]
    for number, row in enumerate(people[:5]):
        set_photo(delegate=row, content=photograph(20 + 30 * number), crop=None, actor=COMMAND, at=NOW)
    done, pdf = printing("a6-portrait-photo")
    assert done.warnings == ["D5: there is no photograph."]
    assert shades(images_of(pdf)) == [[20, 50, 80, 110], [140]]
    done, pdf = printing("a6-portrait-photo-single", scope="one", delegate_id=people[2].id)
    assert (done.warnings, shades(images_of(pdf))) == ([], [[80]])
    _, pdf = printing("a6-portrait")
    assert images_of(pdf) == [[], []]


@one_database
def test_portrait_fills_27_by_36_millimetres_and_is_not_printed_when_it_was_removed(
    conference: Conference, printing: Printing
) -> None:
    row = make_delegate(conference, "D1")
    set_photo(delegate=row, content=photograph(200), crop=None, actor=COMMAND, at=NOW)
    _, pdf = printing("a6-portrait-photo-single")
    with pikepdf.open(pdf) as opened:
        drawn = opened.pages[0].Contents.read_bytes().decode()
        wide, _, _, high = next(line.split()[1:5] for line in drawn.splitlines() if " Do Q" in line and "/P" in line)
        assert (float(wide) / MM, float(high) / MM) == pytest.approx((26.6, 35.6), abs=0.05)  # inside a hair line
        (image,) = opened.pages[0].get_images().values()
        assert (image.Width, image.Height) == (319, 425)
    folder: Path = current_app.config["SETTINGS"].data / "photos"
    assert len(list(folder.rglob("*.jpg"))) == 2  # as it came, and as it is printed
    remove_photo(delegate=row, actor=COMMAND, at=NOW)
    assert list(folder.rglob("*.jpg")) == []
    _, pdf = printing("a6-portrait-photo-single")
    assert images_of(pdf) == [[]]


@one_database
def test_coarse_portrait_is_told(conference: Conference, printing: Printing) -> None:
    row = make_delegate(conference, "D1")
    set_photo(delegate=row, content=photograph(200, wide=180), crop=None, actor=COMMAND, at=NOW)
    done, _ = printing("a6-portrait-photo")
    assert done.warnings == ["D1: the photograph is coarse (172 dots per inch)."]


def test_office_stands_on_the_badge_and_makes_it_new_when_it_changes(
    conference: Conference, printing: Printing
) -> None:
    make_delegate(conference, "D1", position="Заместитель главы города")
    _, pdf = printing()
    assert "Заместитель" in {word.text for word in words(pdf)}
    assert len({content.fingerprint for content in badge_contents(conference)}) == 1


@one_database
def test_languages_and_the_need_of_interpretation_stand_on_the_badge(
    conference: Conference, printing: Printing
) -> None:
    make_delegate(conference, "D1", languages="de;en", interpretation="ru>de", last="Groß", first="Jürgen",
                  badge_ru="", badge_de="", country="DE", language="de")  # fmt: skip
    _, pdf = printing()
    shown = " ".join(word.text for word in words(pdf))
    assert "DE · EN – Verdolmetschung RU › DE" in shown


def test_small_badges_bear_every_language_and_leave_out_the_second_office_when_it_does_not_fit(
    conference: Conference, printing: Printing
) -> None:
    office = "Erste Stellvertreterin der Oberbürgermeisterin, Beigeordnete für Stadtentwicklung"
    make_delegate(conference, "D1", languages="en;fr;it;es;pl;zh;de;ru", interpretation="ru>de",
                  position=office)  # fmt: skip
    done, pdf = printing("86x54")
    shown = " ".join(word.text for word in words(pdf))
    assert "EN FR IT ES PL ZH DE RU – RU › DE" in shown
    assert ("Beigeordnete" in shown, "Stellvertreterin" in shown) == (False, True)
    assert "D1: only the first office is printed." in done.warnings
