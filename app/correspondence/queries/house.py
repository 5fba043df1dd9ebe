"""How an issuer's letters look."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field, fields
from typing import Final

from app.correspondence.models import LetterSheet
from app.directory.models import Organisation
from invitations.house import HouseOptions
from invitations.pictures import Picture, picture

_MOST_PICTURES: Final = 8
_pictures: OrderedDict[str, Picture] = OrderedDict()
_HABITS: Final = frozenset(each.name for each in fields(HouseOptions))


@dataclass(frozen=True)
class Sheet:
    """What a letter's looks are decided by; as it is, the standards decide.

    ``edition`` 0 goes by the date of the letter. ``signature``: hand, facsimile or mark.
    """

    layout_ru: str = "gost-corner"
    layout_de: str = "din-5008-b"
    edition: int = 0
    habits: HouseOptions = field(default_factory=HouseOptions)
    signature: str = "hand"
    logo: Picture | None = None
    facsimile: Picture | None = None

    def layout(self, language: str) -> str | None:
        """The layout of letters in ``language``; None for the only one there is."""
        return {"ru": self.layout_ru, "de": self.layout_de}.get(language)


def _picture(row: LetterSheet, name: str) -> Picture | None:
    """A picture of the row; those used last are kept, so that a run of letters shares one."""
    digest = str(getattr(row, f"{name}_digest"))
    if not digest:
        return None
    kept = _pictures.get(digest)
    if kept is None:
        data = getattr(row, name)
        if data is None:
            return None
        kept = _pictures[digest] = picture(data)
        while len(_pictures) > _MOST_PICTURES:
            _pictures.popitem(last=False)
    return kept


def letter_sheet(issuer: Organisation) -> Sheet:
    """How the letters of an issuer look now; one query for each issuer and transaction."""
    row: LetterSheet | None = getattr(issuer, "letter_sheet", None)
    if row is None:
        return Sheet()
    return Sheet(
        layout_ru=row.layout_ru,
        layout_de=row.layout_de,
        edition=row.gost_edition,
        habits=HouseOptions(**{name: value for name, value in row.habits.items() if name in _HABITS}),
        signature=row.signature,
        logo=_picture(row, "logo"),
        facsimile=_picture(row, "facsimile"),
    )
