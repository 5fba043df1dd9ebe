"""Days beside each other, the sessions of each below one another: what a chart over the hours has no room for.

One page holds it: first the letters become smaller, then less is told of each session, and only what not even a line
each has room for is counted.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import groupby

from app.programme.queries.papers.chart import (
    LEADING,
    MANY,
    Block,
    Chart,
    Fullness,
    Planned,
    fill,
    head_lines,
    place_size,
)
from app.programme.queries.papers.measure import PT

SIZES = (9.0, 8.5, 8.0, 7.5, 7.0)  # points; smaller ones are not read with ease
BESIDE = 2.4  # mm between columns
_EDGE = 0.35  # mm above and below the text of a session
_GAPS = (0.6, 2.6)  # mm between sessions, at least and at most
_BARE = 2  # lines of a title: with so few the hour of the end goes, too
_NARROWEST = 28.0  # mm, where there is room
_ROUNDS = 40  # of weighing the columns, in each of which one gives another so many mm
_SHARE = 3.0
_LETTER = 0.42  # em: less wide no text is on average


def fullnesses(languages: int, largest: float) -> list[Fullness]:
    """From the most generous to the barest."""
    sizes = [size for size in SIZES if size <= largest] or [SIZES[0]]
    least = sizes[-1]
    found = [Fullness(size, languages) for size in sizes]
    found += [Fullness(least, languages, places, parts=False) for places in (9, 1, 0)]
    found += [Fullness(least, languages, 0, parts=False, title_lines=most) for most in (5, 4, 3, 2)]
    return [*found, *(Fullness(least, 1, 0, parts=False, title_lines=most) for most in (2, 1))]


def list_days(
    sessions: Sequence[Planned], *, heads: Sequence[Sequence[str]], width: float, height: float, languages: int,
    more: Callable[[int], str], head_size: float, spoken: Sequence[str], largest: float = SIZES[0],
) -> Chart:  # fmt: skip
    """Place the sessions of each column below one another, as generously as the sheet allows.

    :param heads: of each column its texts by language; ``spoken`` are the languages.
    :param more: the words for so many others.
    """
    columns = [sorted((one for one in sessions if one.column == number), key=lambda one: (one.starts, -one.ends))
               for number in range(len(heads))]  # fmt: skip
    ladder = fullnesses(languages, largest)
    chosen, widths = ladder[-1], [width / len(heads)] * len(heads)
    for chosen in ladder:
        if chosen is not ladder[-1] and _hopeless(columns, chosen, width * height):
            continue
        widths = _weighed(columns, widths, width, chosen, more)
        room = height - _head_height(heads, spoken, widths, head_size)
        if all(_height(_set(same, wide, chosen, more)) <= room for same, wide in zip(columns, widths, strict=True)):
            break
    told = [head_lines(texts, spoken, wide, head_size) for texts, wide in zip(heads, widths, strict=True)]
    head = _head_height(heads, spoken, widths, head_size)
    left = 0.0
    placed: list[Block] = []
    for same, wide in zip(columns, widths, strict=True):
        placed += _placed(_fitting(same, wide, ladder, chosen, height - head, more), left, wide, height - head)
        left += wide
    whole = not any(block.more or not block.told for block in placed)
    return Chart(placed, [], chosen.size, widths, head, told, whole)


def _head_height(heads: Sequence[Sequence[str]], spoken: Sequence[str], widths: Sequence[float], size: float) -> float:
    told = [head_lines(texts, spoken, wide, size) for texts, wide in zip(heads, widths, strict=True)]
    return max(sum(len(text) for _language, text in one) for one in told) * size * LEADING * PT + 2.2


def _hopeless(columns: Sequence[Sequence[Planned]], chosen: Fullness, area: float) -> bool:
    """Whether the words alone cannot stand on that area, so that nobody has to break them into lines to see it."""
    letters = 0
    for one in (one for same in columns for one in same):
        for _language, title in one.titles[: chosen.languages]:
            letters += min(len(title), 40 * chosen.title_lines) if chosen.title_lines else len(title)
        letters += sum(len(place) for _language, place in one.places[: chosen.places])
    return letters * _LETTER * LEADING * (chosen.size * PT) ** 2 > area


def _bare(one: Planned) -> Planned:
    """With the hour at which it begins, and words that may part anywhere."""
    titles = tuple((language, title.replace("\u00a0", " ").replace("\u2060", "")) for language, title in one.titles)
    return replace(one, titles=titles, hours=_clock(one))


def _clock(one: Planned) -> str:
    return f"{one.starts // 60 % 24:02}:{one.starts % 60:02}"


def _set(sessions: Sequence[Planned], wide: float, chosen: Fullness, more: Callable[[int], str]) -> list[Block]:
    """The sessions of a column with that much told."""
    blocks = []
    for one in sessions:
        block = Block(_bare(one) if 0 < chosen.title_lines <= _BARE else one, width=wide - BESIDE)
        fill(block, chosen, more)
        blocks.append(block)
    return blocks


def _height_of(block: Block) -> float:
    told = sum(len(text) for _language, text in (*block.titles, *block.parts)) * block.size
    return (told + len(block.place) * place_size(block.size)) * LEADING * PT + 2 * _EDGE


def _height(blocks: Sequence[Block]) -> float:
    return sum(_height_of(block) + _GAPS[0] for block in blocks)


def _weighed(columns: Sequence[Sequence[Planned]], widths: Sequence[float], width: float, chosen: Fullness,
             more: Callable[[int], str]) -> list[float]:  # fmt: skip
    """The columns as wide as it takes to make the highest of them as low as can be: what is too wide gives some of it
    to what is too narrow."""
    least = min(_NARROWEST, width / len(widths))
    found = list(widths)
    if sum(map(len, columns)) > MANY:
        return found
    heights = [_height(_set(same, wide, chosen, more)) for same, wide in zip(columns, found, strict=True)]
    for _round in range(_ROUNDS):
        rich = [number for number, wide in enumerate(found) if wide - _SHARE >= least]
        highest = heights.index(max(heights))
        giver = min(rich, key=heights.__getitem__, default=highest)
        if giver == highest:
            break
        tried = {highest: found[highest] + _SHARE, giver: found[giver] - _SHARE}
        high = {number: _height(_set(columns[number], wide, chosen, more)) for number, wide in tried.items()}
        if max(high.values()) > heights[highest]:
            break
        for number, wide in tried.items():
            found[number], heights[number] = wide, high[number]
    return found


def _fitting(same: Sequence[Planned], wide: float, ladder: Sequence[Fullness], chosen: Fullness, room: float,
             more: Callable[[int], str]) -> list[Block]:  # fmt: skip
    """A column in the size of the sheet with as much told as it holds; where that is not enough, with some counted."""
    for fuller in ladder:
        if fuller.size == chosen.size and _height(blocks := _set(same, wide, fuller, more)) <= room:
            return blocks
    return _counted(same, wide, ladder[-1], room, more)


def _counted(
    same: Sequence[Planned], wide: float, barest: Fullness, room: float, more: Callable[[int], str]
) -> list[Block]:
    """A line for each session, as far as there is room; of the others is said how many begin at that hour."""
    line = barest.size * LEADING * PT + 2 * _EDGE + _GAPS[0]
    lines = max(1, int(room / line))
    hours = [list(there) for _starts, there in groupby(same, key=lambda one: one.starts)]
    share = -(-len(hours) // lines)
    hours = [[one for there in hours[first : first + share] for one in there] for first in range(0, len(hours), share)]
    kept = next(
        (kept for kept in range(max(map(len, hours)), 0, -1)
         if sum(min(len(there), kept) + (len(there) > kept) for there in hours) <= lines), 0
    )  # fmt: skip
    found = []
    for there in hours:
        found += _set(there[:kept], wide, barest, more)
        if others := there[kept:]:
            summed = Block(replace(others[0], titles=(), places=(), parts=(), anchor=""), width=wide - BESIDE,
                           more=sum(one.count for one in others), others=others)  # fmt: skip
            clock = _clock(others[0])
            fill(summed, barest, lambda count, clock=clock: f"{clock} {more(count)}")  # type: ignore[misc]
            found.append(summed)
    return found


def _placed(blocks: list[Block], left: float, wide: float, room: float) -> list[Block]:
    """One below the other; what is left over goes between them."""
    heights = [_height_of(block) for block in blocks]
    spare = (room - sum(heights)) / max(1, len(blocks))
    gap = min(max(spare, 0.0), _GAPS[1])
    top = 0.0
    for block, high in zip(blocks, heights, strict=True):
        block.left, block.top, block.height, block.width = left, top, high, wide - BESIDE
        top += high + gap
    return blocks
