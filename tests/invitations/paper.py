"""What the tests of the finished page share: boxes of words and ink in millimetres."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass

MM = 72 / 25.4


@dataclass(frozen=True)
class Word:
    page: int
    left: float
    top: float
    right: float
    bottom: float
    text: str


def poppler(tool: str, pdf: bytes, *options: str) -> str:
    done = subprocess.run([tool, *options, "-", "-"], input=pdf, capture_output=True, check=True)
    return done.stdout.decode("utf-8")


def words_of(pdf: bytes) -> list[Word]:
    """Every word with its box, millimetres from the upper left corner."""
    found, page = [], 0
    for line in poppler("pdftotext", pdf, "-bbox").splitlines():
        if "<page " in line:
            page += 1
        box = re.search(r'xMin="(.+?)" yMin="(.+?)" xMax="(.+?)" yMax="(.+?)">(.*)</word>', line)
        if box:
            left, top, right, bottom = (float(box[n]) / MM for n in range(1, 5))
            found.append(Word(page, left, top, right, bottom, box[5]))
    return found


def at(words: list[Word], text: str) -> Word:
    return next(word for word in words if word.text == text)


def flat(pdf: bytes) -> str:
    return " ".join(poppler("pdftotext", pdf).replace("\u00a0", " ").split())


def pages(pdf: bytes) -> int:
    return max(word.page for word in words_of(pdf))


class Ink:
    """The first page as dots of a tenth of a millimetre."""

    def __init__(self, pdf: bytes) -> None:
        image = subprocess.run(
            ["pdftoppm", "-r", "254", "-gray", "-f", "1", "-l", "1", "-"], input=pdf, capture_output=True, check=True
        ).stdout
        self.width, self.height = (int(n) for n in image.split(b"\n", 2)[1].split())
        self._dots = image[-self.width * self.height :]

    def box(self, left: float, top: float, right: float, bottom: float) -> tuple[float, float, float, float] | None:
        """The smallest box round all dark dots of a region, in millimetres; None for white paper."""
        columns, rows = [], []
        for row in range(int(top * 10), min(self.height, int(bottom * 10))):
            line = self._dots[row * self.width + int(left * 10) : row * self.width + int(right * 10)]
            dark = [column for column, dot in enumerate(line) if dot < 160]
            if dark:
                rows.append(row)
                columns += [dark[0], dark[-1]]
        if not rows:
            return None
        return left + min(columns) / 10, rows[0] / 10, left + max(columns) / 10, rows[-1] / 10
