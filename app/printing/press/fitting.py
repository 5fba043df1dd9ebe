"""Fitting: text as large as its box allows, in lines that never leave it.

Sizes go down in steps. Lines break at spaces, not behind «фон» or "von" when that costs little; after hyphens when that
lets the text grow by a fifth; inside a word only when nothing else keeps it readable. What fits in no size is cut.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

from app.printing.press.faces import CHAINS, beyond, face, is_plain, width

STEP = 1.0  # pt
LEAST = 8.0  # pt, of any letter on paper
TINIEST = 3.0  # pt, where even a text beyond all measure ends
MOST = 400.0  # pt, of any letter on paper, whatever a style asks for
DOTS = "…"
HYPHENS = "-‐–—/"
MARKS = frozenset("·–—•|")
WORTH_A_HYPHEN = 1.2
BREAK_WORDS_UNDER = 11.0  # pt
_SMALL_WORDS = (
    "von vom van der den dem des zu zum zur und de del della di da du la le al el bin ibn "
    "фон ван дер ден дем цу унд де дель ди да дю ла ле аль эль бин ибн и"
)
PARTICLES = frozenset(_SMALL_WORDS.split())
WORTH_A_PARTICLE = 0.8  # what may be left of the size for keeping particles with the word behind them


@dataclass(frozen=True, slots=True)
class Part:
    """One text of a slot: ``ratio`` of the slot's size, ``gap`` above it in em of its own size."""

    name: str
    text: str
    weight: str
    ratio: float
    leading: float
    colour: tuple[float, float, float]
    gap: float = 0.0


@dataclass(frozen=True, slots=True)
class Box:
    """Where a slot lies, in points from the upper left corner of the paper, and how it is filled."""

    x: float
    y: float
    width: float
    height: float
    largest: float
    smallest: float  # below it, a warning
    align: str = "left"
    settle: str = "top"  # top, middle, bottom
    least: float = 0.0  # a text that would be smaller is shortened; 0: one that fits in some size never is


@dataclass(frozen=True, slots=True)
class Line:
    """One line as it will stand: ``x`` and ``baseline`` in points from the upper left corner of the paper."""

    part: str
    text: str
    weight: str
    colour: tuple[float, float, float]
    size: float
    leading: float
    x: float
    baseline: float
    width: float
    plain: bool  # can be stamped

    @property
    def top(self) -> float:
        """Upper edge of the line's strip of ``leading`` × size."""
        lead = face(CHAINS[self.weight][0])
        return self.baseline - self.size * (self.leading + lead.ascent - lead.descent) / 2


@dataclass(frozen=True, slots=True)
class Fitted:
    """The lines of one slot. ``size`` is that of the first part."""

    lines: tuple[Line, ...]
    size: float
    plain: bool  # every line can be stamped
    cut_word: bool  # a word was broken where it has no hyphen
    too_small: bool
    cut_text: bool = False  # the end of a text is missing, since all of it fits in no size


def _pieces(text: str, mode: str, weight: str, room: float) -> list[list[str]]:
    """Words, each as the pieces between which a line may break; a mode with a ``+`` keeps particles with what follows.

    Letter by letter are only words and pieces that are wider than the room.
    """
    words = _with_marks(text.split())
    words = _kept(words) if mode.endswith("+") else words
    mode = mode.rstrip("+")
    if mode == "words":
        return [[word] for word in words]
    cut = _at_hyphens(words)
    if mode == "hyphens":
        return cut
    return [
        [sign for piece in pieces for sign in ([piece] if width(piece, weight) <= room else _letters(piece))]
        for pieces in cut
    ]


def _with_marks(words: list[str]) -> list[str]:
    """A point or a dash between two words ends a line and begins none."""
    found: list[str] = []
    for word in words:
        if found and word in MARKS:
            found[-1] = f"{found[-1]} {word}"
        else:
            found.append(word)
    return found


def _kept(words: list[str]) -> list[str]:
    found: list[str] = []
    waiting = ""
    for word in words:
        waiting = f"{waiting} {word}".lstrip()
        if word.casefold() not in PARTICLES:
            found.append(waiting)
            waiting = ""
    return [*found, waiting] if waiting else found


def _at_hyphens(words: list[str]) -> list[list[str]]:
    cut = []
    for word in words:
        pieces, start = [], 0
        for place, sign in enumerate(word[:-1], start=1):
            if sign in HYPHENS and place - start > 1:
                pieces.append(word[start:place])
                start = place
        cut.append([*pieces, word[start:]])
    return cut


def _letters(word: str) -> list[str]:
    import unicodedata

    found: list[str] = []
    for sign in word:
        if found and unicodedata.combining(sign):
            found[-1] += sign
        else:
            found.append(sign)
    return found


@lru_cache(maxsize=16384)
def _wrapped(text: str, weight: str, room: float, mode: str) -> tuple[str, ...] | None:
    """Greedy lines of at most ``room`` em; None when a piece is wider than that."""
    lines: list[str] = []
    line = ""
    for pieces in _pieces(text, mode, weight, room):
        glue = " " if line else ""
        for piece in pieces:
            if width(line + glue + piece, weight) <= room:
                line += glue + piece
            elif width(piece, weight) > room:
                return None
            else:
                lines.append(line)
                line = piece
            glue = ""
    lines.append(line)
    return tuple(lines)


@lru_cache(maxsize=4096)
def _balanced(text: str, weight: str, room: float, mode: str) -> tuple[str, ...]:
    """As few lines as :func:`_wrapped`, as even as they can be, broken at hyphens only where that pays."""
    greedy = _wrapped(text, weight, room, mode) or (text,)
    pieces = [(piece, number == 0) for word in _pieces(text, mode, weight, room) for number, piece in enumerate(word)]
    if len(greedy) == 1 or len(pieces) > 40:
        return greedy
    ideal = sum(width(line, weight) for line in greedy) / len(greedy)
    # best[n][i]: (cost, lines) of the first i pieces in n lines
    best: list[dict[int, tuple[float, tuple[str, ...]]]] = [{0: (0.0, ())}]
    for _ in greedy:
        row: dict[int, tuple[float, tuple[str, ...]]] = {}
        for start, (cost, lines) in best[-1].items():
            line = ""
            for end in range(start, len(pieces)):
                piece, new_word = pieces[end]
                line += (" " if new_word and line else "") + piece
                wide = width(line, weight)
                if wide > room:
                    break
                at_hyphen = end + 1 < len(pieces) and not pieces[end + 1][1]
                tears_titles = end + 1 < len(pieces) and piece.endswith(".") and pieces[end + 1][0].endswith(".")
                total = cost + (wide - ideal) ** 2 + (ideal**2 / 8 if at_hyphen or tears_titles else 0.0)
                if end + 1 not in row or total < row[end + 1][0]:
                    row[end + 1] = (total, (*lines, line))
        best.append(row)
    return best[-1][len(pieces)][1] if len(pieces) in best[-1] else greedy


def _size_of(part: Part, size: float) -> float:
    return round(max(part.ratio * size, min(LEAST, size)), 2)


def _height(parts: tuple[Part, ...], box: Box, size: float, mode: str) -> float | None:
    """How high all parts are at this size; None when one is too wide."""
    total = 0.0
    for number, part in enumerate(parts):
        own = _size_of(part, size)
        lines = _wrapped(part.text, part.weight, round(box.width / own, 4), mode)
        if lines is None:
            return None
        strip = part.leading + sum(beyond(part.text, part.weight, part.leading))
        total += own * (len(lines) * strip + (part.gap if number else 0.0))
    return total


@lru_cache(maxsize=64)
def _steps(largest: float) -> tuple[float, ...]:
    """The sizes that are tried, the largest first."""
    steps = [min(largest, MOST)]
    while steps[-1] - STEP >= TINIEST:
        steps.append(steps[-1] - (STEP if steps[-1] > 14 else STEP / 2))
    return tuple(steps)


def _best(parts: tuple[Part, ...], box: Box, mode: str, largest: float) -> float:
    """The largest step at which everything is inside the box; 0 when there is none."""
    steps = _steps(largest)

    def fits(size: float) -> bool:
        height = _height(parts, box, size, mode)
        return height is not None and height <= box.height + 1e-6

    low, high = 0, len(steps) - 1
    if not fits(steps[high]):
        return 0.0
    while low < high:
        middle = (low + high) // 2
        if fits(steps[middle]):
            high = middle
        else:
            low = middle + 1
    return steps[low]


@lru_cache(maxsize=4096)
def fit(parts: tuple[Part, ...], box: Box) -> Fitted:
    """Set ``parts`` one under the other into ``box``, as large as fits. Empty parts are left out."""
    parts = tuple(part for part in parts if part.text)
    if not parts:
        return Fitted((), box.largest, plain=True, cut_word=False, too_small=False)
    mode, size = _broken(parts, box, "")
    if any(word in PARTICLES for part in parts for word in part.text.casefold().split()):
        kept, smaller = _broken(parts, box, "+")
        if smaller >= size * WORTH_A_PARTICLE and (smaller >= box.smallest or smaller == size):
            mode, size = kept, smaller
    if not size or size < box.least:
        return _cut(parts, box)
    return Fitted(
        lines=(lines := _place(parts, box, size, mode)),
        size=size,
        plain=all(line.plain for line in lines),
        cut_word=mode.startswith("letters"),
        too_small=size < box.smallest,
    )


def _broken(parts: tuple[Part, ...], box: Box, keep: str) -> tuple[str, float]:
    """Where lines break, and the size in which all of it fits then; 0 when it does in none."""
    mode, size = f"words{keep}", _best(parts, box, f"words{keep}", box.largest)
    if any(sign in part.text for part in parts for sign in HYPHENS):
        hyphened = _best(parts, box, f"hyphens{keep}", box.largest)
        if hyphened >= size * WORTH_A_HYPHEN:
            mode, size = f"hyphens{keep}", hyphened
    if not size or size < min(BREAK_WORDS_UNDER, box.smallest):
        cut = _best(parts, box, f"letters{keep}", box.largest)
        if cut > size * WORTH_A_HYPHEN:
            mode, size = f"letters{keep}", cut
    return mode, size


def _cut(parts: tuple[Part, ...], box: Box) -> Fitted:
    """As much as there is room for in a size that can be read, the earlier parts first; what is cut ends with dots."""
    size = max(TINIEST, min(box.least or LEAST, box.largest))
    while len(kept := _shortened(parts, box, size, each=True)) < len(parts) and size - STEP / 2 >= TINIEST:
        size -= STEP / 2
    if len(kept) < len(parts):
        kept = _shortened(parts, box, size, each=False)
    lines = _place(kept, box, size, "letters") if kept else ()
    plain = all(line.plain for line in lines)
    return Fitted(lines, size, plain, cut_word=True, too_small=True, cut_text=True)


def _shortened(parts: tuple[Part, ...], box: Box, size: float, *, each: bool) -> tuple[Part, ...]:
    """The parts as far as the box has room for them; with ``each`` a line is left for every later one."""
    kept: list[Part] = []
    for number, part in enumerate(parts):
        rest = tuple(replace(one, text=DOTS) for one in parts[number + 1 :]) if each else ()
        letters, found = _letters(part.text), part
        low, high = 0, len(letters)
        while low < high:
            middle = (low + high + 1) // 2
            begun = "".join(letters[:middle]).rstrip(" ,;·–—-")
            tried = part if middle == len(letters) else replace(part, text=f"{begun}{DOTS}")
            height = _height((*kept, tried, *rest), box, size, "letters")
            if height is not None and height <= box.height + 1e-6:
                low, found = middle, tried
            else:
                high = middle - 1
        if low:
            kept.append(found)
    return tuple(kept)


def _place(parts: tuple[Part, ...], box: Box, size: float, mode: str) -> tuple[Line, ...]:
    height = _height(parts, box, size, mode) or box.height
    spare = box.height - height
    top = box.y + {"top": 0.0, "middle": spare / 2, "bottom": spare}[box.settle]
    placed = []
    for number, part in enumerate(parts):
        own = _size_of(part, size)
        lead = face(CHAINS[part.weight][0])
        top += own * part.gap if number else 0.0
        above, below = beyond(part.text, part.weight, part.leading)
        for text in _balanced(part.text, part.weight, round(box.width / own, 4), mode):
            wide = width(text, part.weight) * own
            x = box.x + {"left": 0.0, "center": (box.width - wide) / 2, "right": box.width - wide}[box.align]
            top += own * above
            baseline = top + own * (part.leading + lead.ascent - lead.descent) / 2
            plain = is_plain(text, part.weight)
            placed.append(Line(part.name, text, part.weight, part.colour, own, part.leading, x, baseline, wide, plain))
            top += own * (part.leading + below)
    return tuple(placed)
