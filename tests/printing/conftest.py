"""A conference whose delegates have awkward names, and ways to look at what was printed."""

from __future__ import annotations

import csv
import io
import itertools
import re
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import unescape
from pathlib import Path

import pytest
from flask import Flask
from PIL import Image, ImageDraw

from app.conferences.models import Conference
from app.database import transaction
from app.delegations.models import Delegate
from app.directory.operations.arms import set_arms
from app.history.rules import COMMAND
from app.printing.models import AccessMark
from app.printing.operations import Printed, print_badges
from app.printing.rules import require_layout
from tests.factories import NOW, make_conference, make_delegate

MM = 72 / 25.4
AWKWARD = list(
    csv.DictReader((Path(__file__).parent / "awkward_names.csv").read_text(encoding="utf-8").splitlines(keepends=True))
)


@dataclass(frozen=True)
class Word:
    """A word as the PDF has it, in millimetres from the upper left corner of the page."""

    page: int
    text: str
    left: float
    top: float
    right: float
    bottom: float


@pytest.fixture
def conference(app: Flask) -> Conference:
    """XVI Kaluga."""
    return make_conference()


@pytest.fixture
def awkward(conference: Conference) -> list[Delegate]:
    """Everyone of ``awkward_names.csv``, all from one town, so that they are printed by name; the town has arms, all
    have three access marks, some six.
    """
    town = conference.host
    set_arms(municipality=town, content=arms(), actor=COMMAND, at=NOW)
    with transaction() as session:
        session.add_all(access_marks(conference, some=[row["delegate_id"] for row in AWKWARD[::7]]))
        return [
            make_delegate(
                conference, row["delegate_id"], municipality_id=town.id,
                languages="de;ru;en;fr", interpretation="de>ru",
                **{name: row[name] for name in row if name != "delegate_id"},
            )
            for row in AWKWARD
        ]  # fmt: skip


def arms() -> bytes:
    """A round shield on clear ground."""
    picture = Image.new("RGBA", (300, 360), (0, 0, 0, 0))
    ImageDraw.Draw(picture).ellipse((10, 10, 290, 350), fill=(160, 20, 40, 255), outline=(0, 0, 0, 255), width=8)
    target = io.BytesIO()
    picture.save(target, "PNG")
    return target.getvalue()


def access_marks(conference: Conference, *, some: list[str]) -> list[AccessMark]:
    """Three for members, three more for some."""
    kinds = [("A", "circle", "Пленарный зал", "Plenarsaal"), ("Б", "square", "Приём главы", "Empfang"),
             ("VIP", "star", "Почётная ложа", "Ehrenloge"), ("28.6", "triangle", "Первый день", "Erster Tag"),
             ("29.6", "diamond", "Второй день", "Zweiter Tag"), ("WWWW", "bar", "Пресса", "Presse")]  # fmt: skip
    return [
        AccessMark(conference_id=conference.id, code=code, shape=shape, word_ru=ru, word_de=de, delegations=[],
                   roles=["member"] if place < 3 else [], people=some)
        for place, (code, shape, ru, de) in enumerate(kinds)
    ]  # fmt: skip


@pytest.fixture
def printing(conference: Conference, tmp_path: Path) -> Callable[..., tuple[Printed, Path]]:
    """Print, and get what came off the press with the file."""

    def run(layout: str | None = None, **asked: object) -> tuple[Printed, Path]:
        out = tmp_path / "badges.pdf"
        done = print_badges(
            conference=conference, layout=require_layout(layout), actor=COMMAND, at=NOW, deliver=out.write_bytes,
            **asked,
        )  # fmt: skip
        return done, out

    return run


def words(pdf: Path) -> list[Word]:
    """Every word of the PDF."""
    done = subprocess.run(["pdftotext", "-bbox", str(pdf), "-"], check=True, capture_output=True, text=True)
    found, page = [], 0
    for line in done.stdout.splitlines():
        page += "<page " in line
        match = re.search(r'<word xMin="(.*?)" yMin="(.*?)" xMax="(.*?)" yMax="(.*?)">(.*)</word>', line)
        if match:
            left, top, right, bottom = (float(match[group]) / MM for group in (1, 2, 3, 4))
            found.append(Word(page, unescape(match[5]), left, top, right, bottom))
    return found


def overlapping(found: list[Word]) -> Iterator[tuple[Word, Word]]:
    """The words of one page that lie over each other."""
    ordered = sorted(found, key=lambda word: (word.page, word.top))
    for place, one in enumerate(ordered):
        for other in itertools.islice(ordered, place + 1, None):
            if other.page != one.page or one.bottom - other.top <= 0.05:
                break
            across = min(one.right, other.right) - max(one.left, other.left)
            if across > 0.05 and min(one.bottom, other.bottom) - other.top > 0.05:
                yield one, other


def pictures(pdf: Path, dpi: int, *, coloured: bool = False) -> list[Path]:
    """The pages as pictures, in their order; not as PNG, which takes ten times as long to write."""
    stem, ending = pdf.with_suffix(""), "ppm" if coloured else "pgm"
    subprocess.run(["pdftoppm", "-r", str(dpi), *([] if coloured else ["-gray"]), str(pdf), str(stem)], check=True)
    return sorted(pdf.parent.glob(f"{stem.name}-*.{ending}"))


def decoded(pictures: list[Path]) -> list[str]:
    """What the QR codes of the pictures say, one after the other."""
    done = subprocess.run(
        ["zbarimg", "-q", "--raw", "-Sdisable", "-Sqrcode.enable", *map(str, pictures)],
        check=False, capture_output=True, text=True,
    )  # fmt: skip
    return done.stdout.split()
