"""Access marks: which zones or days somebody may enter, told on the badge by shape and word."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as _p

from app.errors import Refusal

MOST = 6  # marks a conference may have, so that all stand on the smallest badge
LONGEST_CODE = 4
WITH_WORDS = 3  # so many stand with their words beside each other on A6
SHAPES: Mapping[str, LazyString] = {
    "circle": _p("shape", "circle"),
    "square": _p("shape", "square"),
    "triangle": _p("shape", "triangle"),
    "diamond": _p("shape", "diamond"),
    "star": _p("shape", "star"),
    "pentagon": _p("shape", "pentagon"),
    "bar": _p("shape", "bar"),
    "spark": _p("shape", "spark"),
}


@dataclass(frozen=True)
class Mark:
    """A mark as it stands on a badge."""

    code: str
    shape: str
    word_ru: str
    word_de: str

    def text(self, language: str, *, with_word: bool) -> str:
        """The code, with what it means where there is room."""
        return f"{self.code} {self.word_ru if language == 'ru' else self.word_de}" if with_word else self.code


@dataclass(frozen=True)
class Place:
    """Where one mark stands: the style of its shape and of its text."""

    shape: str
    text: str


@dataclass(frozen=True)
class Strip:
    """The strip of a badge in which marks stand. Millimetres."""

    left: float
    top: float
    width: float
    height: float

    def places(self, count: int) -> list[Place]:
        """Cells of one width, the shape at their left."""
        wide, side = self.width / count, self.height - 0.8
        return [
            Place(
                _style(self.left + wide * number, self.top + 0.4, side, side),
                _style(self.left + wide * number + side + 0.8, self.top, wide - side - 1.6, self.height),
            )
            for number in range(count)
        ]


def _style(left: float, top: float, width: float, height: float) -> str:
    return f"left: {left:.2f}mm; top: {top:.2f}mm; width: {width:.2f}mm; height: {height:.2f}mm"


STRIPS: Mapping[str, Strip] = {  # by the style of the layout
    "a6-portrait": Strip(6, 83.6, 93, 6.6),
    "a6-portrait-photo": Strip(6, 79, 93, 6.6),
    "a6-landscape": Strip(6, 54.2, 136, 6.4),
    "a6-landscape-photo": Strip(37, 54.2, 105, 6.4),
    "a7": Strip(5, 47.8, 64, 4.8),
    "a7-photo": Strip(5, 37.3, 64, 4.8),
    "90x55": Strip(5, 23.3, 60, 4.4),
    "90x55-photo": Strip(5, 38.7, 60.5, 4.2),
    "86x54": Strip(5, 22.6, 55.6, 4.2),
    "86x54-photo": Strip(5, 37.8, 56, 4),
    "80x50": Strip(5, 22, 50, 4),
}


class Given(Protocol):
    """A kept mark, and who has it."""

    code: str
    shape: str
    word_ru: str
    word_de: str
    roles: list[str]
    delegations: list[int]
    people: list[str]


def marks_of(given: Iterable[Given], *, role: str, delegation_id: int | None, public_id: str) -> tuple[Mark, ...]:
    """The marks of one person: by role, by delegation, or given to them alone."""
    return tuple(
        Mark(row.code, row.shape, row.word_ru, row.word_de)
        for row in given
        if role in row.roles or (delegation_id is not None and delegation_id in row.delegations)
        or public_id in row.people
    )  # fmt: skip


def require_mark(*, code: str, shape: str, word_ru: str, word_de: str, others: Collection[tuple[str, str]]) -> None:
    """A mark that can be told from the others by its code and by its shape.

    :param others: code and shape of the other marks of the conference.
    :raises Refusal: at the field that is wrong.
    """
    if not code or len(code) > LONGEST_CODE:
        raise Refusal(_l("The sign of a mark has one to four letters."), field="code")
    if shape not in SHAPES:
        raise Refusal(_l("Please choose the shape."), field="shape")
    if not word_ru or not word_de:
        raise Refusal(_l("Please say in Russian and German what the mark means."),
                      field="word_de" if word_ru else "word_ru")  # fmt: skip
    if code in {known for known, _shape in others}:
        raise Refusal(_l("Another mark has this sign already."), field="code")
    if shape in {known for _code, known in others}:
        raise Refusal(_l("Another mark has this shape already."), field="shape")
    if len(others) >= MOST:
        raise Refusal(_l("A conference has at most six marks: more do not fit on a badge."), field="code")
