"""Days or rooms beside each other over the hours: where each session stands on a sheet, and what of it fits there."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from app.programme.queries.papers.measure import PT, cut, lines

PAD = 1.1  # mm inside a block, at each side
GAP = 0.8  # mm between blocks
LEADING = 1.2
MARK = 4.3  # mm at least between two hours at which something begins, so that each has its clock
MOST_MARKS = 30
QUIET = 2.6  # mm, for hours in which nothing takes place anywhere
MANY = 150  # sessions on a sheet that are not weighed against each other
NARROWEST = 15.5  # mm; where more run beside each other, the last place says how many others there are


@dataclass(frozen=True)
class Planned:
    """A session to be placed: minutes since midnight of its day, and its texts by language."""

    column: int
    starts: int
    ends: int
    titles: tuple[tuple[str, str], ...]  # (language, title)
    places: tuple[tuple[str, str], ...]  # (language, place)
    hours: str
    anchor: str = ""
    quiet: bool = False  # a break or a meal
    parts: tuple[tuple[str, tuple[str, ...]], ...] = ()  # of several told as one: what each is, by language
    number: int = 0  # by which it is found in the list of what a sheet does not tell in full; 0: there is no such list
    listed: bool = False  # more is said of it there in any case
    count: int = 1  # sessions told as one


@dataclass
class Block:
    """A placed session, in millimetres from the upper left corner of the chart."""

    planned: Planned
    lane: int = 0
    lanes: int = 1
    left: float = 0.0
    top: float = 0.0
    width: float = 0.0
    height: float = 0.0
    titles: list[tuple[str, list[str]]] = field(default_factory=list)
    parts: list[tuple[str, list[str]]] = field(default_factory=list)
    place: list[str] = field(default_factory=list)
    more: int = 0  # so many others run at the same time
    others: list[Planned] = field(default_factory=list)  # those
    size: float = 0.0  # points of its titles
    told: bool = True  # every line of its titles and of what its parts are; the place at least in one language
    named: bool = True  # the same but for the place

    @property
    def weight(self) -> float:
        """How much wider than others it should be."""
        return 1.5 if self.planned.parts else 1.0


@dataclass(frozen=True)
class Chart:
    """A whole sheet. ``marks``: (height, clock) of the lines across; ``head``: mm that the heads of columns take."""

    blocks: list[Block]
    marks: list[tuple[float, str]]
    size: float
    widths: list[float]  # of the columns
    head: float = 0.0
    heads: list[list[tuple[str, list[str]]]] = field(default_factory=list)  # of each column: (language, lines)
    whole: bool = True  # every session is told with its whole title and its place

    @property
    def untold(self) -> list[tuple[Block, list[Planned]]]:
        """The blocks that leave something out, in the order of columns and hours, each with its sessions."""
        ordered = sorted(self.blocks, key=lambda block: (block.planned.column, block.planned.starts, block.left))
        return [(block, block.others or [block.planned]) for block in ordered if block.more or not block.told]

    @property
    def unnamed(self) -> int:
        """How many sessions do not have their whole title there."""
        return sum(
            one.count for block, sessions in self.untold for one in sessions if block.more or not block.named
        )  # fmt: skip

    def columns(self, first: int, count: int) -> Chart:
        """Some of the columns, on a sheet of their own; what begins at one hour stands as high as on the others."""
        left = sum(self.widths[:first])
        blocks = [replace(block, left=block.left - left) for block in self.blocks
                  if first <= block.planned.column < first + count]  # fmt: skip
        return replace(self, blocks=blocks, widths=self.widths[first : first + count],
                       heads=self.heads[first : first + count])  # fmt: skip


@dataclass(frozen=True)
class Fullness:
    """How much of each session is told, from everything to a line."""

    size: float
    languages: int
    places: int = 9  # in so many of them
    parts: bool = True  # of several told as one, what each of them is
    title_lines: int = 0  # 0: the whole title


def fullnesses(largest: float, languages: int) -> list[Fullness]:
    """From the most generous to the barest; letters never under 8 points. First goes what several told as one are,
    then the places. The ends of titles go only where a sheet cannot hold a day in any other way."""
    sizes = [size for size in (16.0, 14.0, 12.0, 11.0, 10.0, 9.0, 8.5, 8.0) if size <= largest]
    found = [Fullness(size, languages) for size in sizes]
    found += [Fullness(8.0, languages, places, False) for places in (9, 1, 0)]
    found += [Fullness(8.0, languages, 0, False, most) for most in (5, 4, 3, 2, 1)]
    return [*found, Fullness(8.0, 1, 0, False, 1)]


def lay_out(
    sessions: Sequence[Planned], *, heads: Sequence[Sequence[str]], width: float, height: float, largest: float,
    languages: int, more: Callable[[int], str], head_size: float, spoken: Sequence[str] = (),
    sheets: Sequence[int] = (),
) -> Chart:  # fmt: skip
    """Place the sessions as generously as the sheet allows.

    :param heads: of each column its texts by language, set in ``head_size`` points above the sessions.
    :param height: mm there are for the heads and the sessions.
    :param spoken: the languages of the heads.
    :param sheets: how many columns stand on each sheet, where they are divided between several of that width.
    :param more: the words for so many others at the same time.
    """
    widths: list[float] = []
    for many in sheets or (len(heads),):
        there = range(len(widths), len(widths) + many)
        widths += _widths([replace(one, column=one.column - there.start) for one in sessions if one.column in there],
                          many, width)  # fmt: skip
    told = [head_lines(texts, spoken, column, head_size) for texts, column in zip(heads, widths, strict=True)]
    head = max(sum(len(text) for _language, text in one) for one in told) * head_size * LEADING * PT + 2.2
    height -= head
    blocks = _lanes(sessions, widths)
    for block in blocks:
        left = sum(widths[: block.planned.column])
        block.left, block.width = (
            left + block.left * (widths[block.planned.column] - GAP),
            block.width * (widths[block.planned.column] - GAP) - GAP,
        )
    bounds = sorted({minute for block in blocks for minute in (block.planned.starts, block.planned.ends)})
    heights: list[float] = []
    ladder = fullnesses(largest, languages)
    chosen = ladder[-1]
    for chosen in ladder:
        for block in blocks:
            fill(block, chosen, more)
        heights = _heights(blocks, bounds, chosen.size)
        if sum(heights) <= height:
            break
    heights = _raised(blocks, bounds, heights, [one for one in ladder if one.size == chosen.size], height, more)
    heights = _spread(heights, bounds, height)
    tops = [0.0]
    for part in heights:
        tops.append(tops[-1] + part)
    at = dict(zip(bounds, tops, strict=True))
    for block in blocks:
        block.top = at[block.planned.starts]
        block.height = at[block.planned.ends] - block.top - GAP
        for fuller in ladder:  # one with more room than it needs tells more
            if fuller.size == chosen.size:
                fill(block, fuller, more)
                if _needed(block, chosen.size) <= block.height + GAP + 0.1:
                    break
        _clip(block, chosen, more)
    whole = not any(block.more or not block.told for block in blocks)
    return Chart(blocks, _marks(blocks, at), chosen.size, widths, head, told, whole)


def head_lines(texts: Sequence[str], spoken: Sequence[str], width: float, size: float) -> list[tuple[str, list[str]]]:
    """The head of a column: its texts below each other, the first in bold."""
    languages = dict(zip(reversed(texts), reversed(spoken), strict=False))
    return [
        (languages.get(text, ""), lines(text, millimetres=width - 3.4, size=size, language=languages.get(text, "en"),
                                        face="serif-bold" if number == 0 else "serif"))
        for number, text in enumerate(dict.fromkeys(texts))
    ]  # fmt: skip


def _widths(sessions: Sequence[Planned], columns: int, width: float) -> list[float]:
    """Of the columns: the more runs beside each other, the wider."""
    lanes = [1.0] * columns
    for block in _lanes(sessions, [1e9] * columns):
        lanes[block.planned.column] = max(lanes[block.planned.column], block.weight / min(block.width, 1.0))
    shares = [1 + 0.6 * (min(many, 10) - 1) for many in lanes]
    least = min(31.0, width / columns)
    spare = width - least * columns
    over = [max(share - 1, 0.05) for share in shares]
    return [least + spare * share / sum(over) for share in over]


def _lanes(sessions: Sequence[Planned], widths: Sequence[float]) -> list[Block]:
    """Beside each other what runs at the same time; where there are too many, the last lane counts the others."""
    blocks: list[Block] = []
    for column in sorted({one.column for one in sessions}):
        most = max(1, int(widths[column] // NARROWEST))
        cluster: list[Block] = []
        until = -1
        for one in sorted((one for one in sessions if one.column == column), key=lambda one: (one.starts, -one.ends)):
            if cluster and one.starts >= until:
                blocks += _settled(cluster, most)
                cluster = []
            block = Block(one)
            taken = {other.lane for other in cluster if other.planned.ends > one.starts}
            block.lane = next(lane for lane in range(len(cluster) + 1) if lane not in taken)
            cluster.append(block)
            until = max(until, one.ends) if len(cluster) > 1 else one.ends
        blocks += _settled(cluster, most)
    return blocks


def _settled(cluster: list[Block], most: int) -> list[Block]:
    lanes = max((block.lane for block in cluster), default=0) + 1
    if lanes <= most:
        return _shared(cluster, lanes)
    kept = [block for block in cluster if block.lane < most - 1]
    others = [block for block in cluster if block.lane >= most - 1]
    first, last = min(one.planned.starts for one in others), max(one.planned.ends for one in others)
    summed = Planned(others[0].planned.column, first, last, (), (), "")
    told = [block.planned for block in others]
    return _shared([*kept, Block(summed, lane=most - 1, more=sum(one.count for one in told), others=told)], most)


def _shared(cluster: list[Block], lanes: int) -> list[Block]:
    """Give each lane its share of the column: left and width, from 0 to 1. What is told in more words is wider, and
    what has nobody at its right goes on there."""
    weights = [max((block.weight for block in cluster if block.lane == lane), default=1.0) for lane in range(lanes)]
    for block in cluster:
        block.lanes = lanes
        block.left = sum(weights[: block.lane]) / sum(weights)
        beside = [other.lane for other in cluster if other.lane > block.lane and _meet(block, other)]
        block.width = sum(weights[block.lane : min(beside, default=lanes)]) / sum(weights)
    return cluster


def _meet(block: Block, other: Block) -> bool:
    return block.planned.starts < other.planned.ends and other.planned.starts < block.planned.ends


def reference(number: int) -> str:
    """How a block says under which number it stands in the list; nothing where there is no list."""
    return f"\u00a0[{number}]" if number else ""


def place_size(size: float) -> float:
    """Points of the places, where the titles are set in that many."""
    return min(size, 8.0)


def fill(block: Block, chosen: Fullness, more: Callable[[int], str]) -> None:
    """Put so much of its session into the block as is chosen, broken into lines of its width."""
    block.size = chosen.size
    room = block.width - 2 * PAD
    if block.more:
        text = more(block.more) + reference(block.others[0].number)
        block.titles = [("", lines(text, millimetres=room, size=chosen.size, face="sans"))]
        return
    planned = block.planned

    def told(text: str, language: str, face: str = "sans", size: float = chosen.size) -> list[str]:
        return lines(text, millimetres=room, size=size, face=face, language=language)

    titles = [(language, f"{planned.hours} {title}" if number == 0 else title, "sans" if number else "sans-bold")
              for number, (language, title) in enumerate(planned.titles)]  # fmt: skip
    block.titles = [(language, told(text, language, face)) for language, text, face in titles[: chosen.languages]]
    most = chosen.title_lines
    allowed = [most or 10_000, *(max(1, most - 1) if most else 10_000 for _title in titles[1:])]  # hours take a line
    block.parts = [
        (language, [line for part in parts for line in told(part, language)])
        for language, parts in (planned.parts[: chosen.languages] if chosen.parts else ())
    ]
    small = place_size(chosen.size)
    block.place = [
        line for language, place in planned.places[: chosen.places] for line in told(place, language, size=small)
    ]
    block.named = (
        len(block.titles) == len(titles) and len(block.parts) == len(planned.parts) and not planned.listed
        and all(len(text) <= least for (_language, text), least in zip(block.titles, allowed, strict=False))
    )  # fmt: skip
    block.told = block.named and min(1, len(planned.places)) <= chosen.places
    if block.told:
        return
    for number, (language, text, face) in enumerate(titles[: chosen.languages]):
        end = reference(planned.number) if number == 0 else ""
        block.titles[number] = (language, cut(text, allowed[number], millimetres=room, size=chosen.size, face=face,
                                              language=language, end=end))  # fmt: skip


def _needed(block: Block, size: float) -> float:
    told = sum(len(text) for _language, text in (*block.titles, *block.parts)) * size + len(block.place) * 8.0
    return told * LEADING * PT + 2 * PAD + GAP


def _raised(
    blocks: Sequence[Block], bounds: Sequence[int], heights: list[float], ladder: Sequence[Fullness], height: float,
    more: Callable[[int], str],
) -> list[float]:  # fmt: skip
    """Let one after the other tell more, a step at a time, as long as the sheet holds it; the heights then."""
    if len(blocks) > MANY:
        return heights
    size = ladder[0].size
    for fuller in reversed(ladder):
        for block in blocks:
            before = (block.titles, block.parts, block.place, block.told, block.named)
            needed = _needed(block, size)
            fill(block, fuller, more)
            tried = _heights(blocks, bounds, size) if _needed(block, size) > needed else []
            if tried and sum(tried) <= height:
                heights = tried
            else:
                block.titles, block.parts, block.place, block.told, block.named = before
    return heights


def _heights(blocks: Sequence[Block], bounds: Sequence[int], size: float) -> list[float]:
    """The least height of every stretch between two bounds, so that each session has what it needs."""
    place = {minute: number for number, minute in enumerate(bounds)}
    heights = [0.0] * (len(bounds) - 1)
    busy = [False] * len(heights)
    for block in sorted(blocks, key=lambda block: block.planned.ends - block.planned.starts):
        first, last = place[block.planned.starts], place[block.planned.ends]
        for number in range(first, last):
            busy[number] = True
        missing = _needed(block, size) - sum(heights[first:last])
        if missing > 0:
            length = bounds[last] - bounds[first]
            for number in range(first, last):
                heights[number] += missing * (bounds[number + 1] - bounds[number]) / length
    found = [height if is_busy else QUIET for height, is_busy in zip(heights, busy, strict=True)]
    starts = sorted({block.planned.starts for block in blocks})
    for one, other in pairwise(starts) if len(starts) <= MOST_MARKS else ():
        first, last = place[one], place[other]
        found[first] += max(0.0, MARK - sum(found[first:last]))
    return found


def _spread(heights: Sequence[float], bounds: Sequence[int], height: float) -> list[float]:
    """Fill the sheet: what is left over goes to the longer stretches; what is too much is taken from all alike."""
    total = sum(heights)
    if total >= height:
        return [part * height / total for part in heights]
    spans = [bounds[number + 1] - bounds[number] if part != QUIET else 0 for number, part in enumerate(heights)]
    minutes = sum(spans) or 1
    spare = min(height - total, minutes * 0.42)  # a sheet with little on it stays airy, not stretched
    return [part + spare * span / minutes for part, span in zip(heights, spans, strict=True)]


def _clip(block: Block, chosen: Fullness, more: Callable[[int], str]) -> None:
    """Tell only so many lines of the title as fit, where not even the barest does."""
    least = Fullness(chosen.size, 1, 0, False, 1)
    if _needed(block, chosen.size) > block.height + GAP + 0.4:
        fitting = int((block.height - 2 * PAD) / (chosen.size * LEADING * PT) + 0.1)
        fill(block, replace(least, title_lines=max(1, fitting)), more)
        block.named = block.named and fitting > 0
        block.told = block.told and block.named


def _marks(blocks: Sequence[Block], at: Mapping[int, float]) -> list[tuple[float, str]]:
    """A clock at each beginning, where there is room for it."""
    marks: list[tuple[float, str]] = []
    for minute in sorted({block.planned.starts for block in blocks}):
        if not marks or at[minute] - marks[-1][0] >= MARK - 0.2:
            marks.append((at[minute], f"{minute // 60 % 24:02}:{minute % 60:02}"))
    return marks
