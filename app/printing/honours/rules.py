"""What a certificate of honour says, and for whom. No database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from app.errors import Refusal
from app.printing.papers.press import Form
from app.printing.papers.rules import A4_WIDE, PaperContent, PaperLayout

KIND = "honours"
LAYOUT = PaperLayout("a4", "print/papers/honour.html", Form(A4_WIDE, A4_WIDE), _l("A4, one a page"))
PARAGRAPHS = 4  # of a citation that stand apart; more run on
LONGEST = 900  # letters of a citation


class Copies(StrEnum):
    """Which copies are printed: the one of the honoured, or that and the mirrored one for the files."""

    OWN = "own"
    BOTH = "both"


COPY_WORDS: Mapping[Copies, LazyString] = {
    Copies.OWN: _l("the copy handed over: the side of the honoured stands first"),
    Copies.BOTH: _l("both copies: handed over, and mirrored for the other side"),
}
SIDE_WORDS: Mapping[str, LazyString] = {"ru": _l("the Russian side"), "de": _l("the German side")}


@dataclass(frozen=True)
class HonourDetails:
    """What a certificate of honour is to say, in both languages. ``side`` stands first in the copy handed over."""

    side: str
    name_ru: str
    name_de: str
    line_ru: str
    line_de: str
    citation_ru: str
    citation_de: str
    delegate_id: int | None = None
    municipality_id: int | None = None


def require_whole(details: HonourDetails) -> None:
    """:raises Refusal: when a name or a citation is missing in one language, or one is too long for the paper."""
    for field in ("name_ru", "name_de"):
        if not getattr(details, field):
            raise Refusal(_l("The name is needed in both languages."), field=field)
    for field in ("citation_ru", "citation_de"):
        said = getattr(details, field)
        if not said:
            raise Refusal(_l("Say in both languages what the honour is for."), field=field)
        if len(said) > LONGEST:
            raise Refusal(_l("At most %(num)s letters fit on the paper.", num=LONGEST), field=field)


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a citation; from the last that stands apart on they run on.

    >>> paragraphs("a\\n\\n b ")
    ['a', 'b']
    """
    found = [" ".join(line.split()) for line in text.splitlines() if line.strip()]
    return [*found[: PARAGRAPHS - 1], " ".join(found[PARAGRAPHS - 1 :])] if len(found) > PARAGRAPHS else found


def honour_content(
    details: HonourDetails, *, honour_id: int, label: str, numbers: Mapping[str, str], mirrored: bool
) -> PaperContent:
    """One copy: the side of the honoured stands first, in the mirrored copy the other.

    :param numbers: the line with number and date, by language, with braces for the number.
    """
    other = "de" if details.side == "ru" else "ru"
    texts = {}
    for code in ("ru", "de"):
        texts[f"number_{code}"] = numbers[code].format(label)
        texts[f"name_{code}"] = getattr(details, f"name_{code}")
        texts[f"line_{code}"] = getattr(details, f"line_{code}")
        for place, paragraph in enumerate(paragraphs(getattr(details, f"citation_{code}"))):
            texts[f"citation_{code}_{place}"] = paragraph
    return PaperContent(honour_id, label, (other if mirrored else details.side,), tuple(texts.items()))
