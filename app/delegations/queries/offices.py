"""What delegates and people of a programme are, in all languages: what is written, carried over by the tables."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any, Final

from sqlalchemy import select

from app.database import db
from app.delegations.rules import folded_name, is_cyrillic
from app.delegations.rules.offices import LANGUAGES, completed, woman_by_name
from app.directory.models import MunicipalHead

_WOMAN: Final = {"f": True, "m": False}


class Offices:
    """The tables while many are asked for; the directory is read once, when it is needed."""

    @cached_property
    def _pairs(self) -> Mapping[str, Mapping[str, str]]:
        columns = (MunicipalHead.office_ru, MunicipalHead.office_de, MunicipalHead.office_en)
        found: dict[str, dict[str, str]] = {}
        for row in db.session.execute(select(*columns).distinct().order_by(*columns)):
            said = dict(zip(LANGUAGES, row, strict=True))
            for office in filter(None, row):
                found.setdefault(folded_name(office), said)
        return found

    def registered(self, position: str, gender: str) -> dict[str, str]:
        """Those of a delegate as the registration has them."""
        given = {"ru" if is_cyrillic(position) else "de": position}
        return completed(given, woman=_WOMAN.get(gender), pairs=self._pairs if position else None)

    def of(self, person: Any, *, position: str = "", gender: str = "") -> dict[str, str]:
        """The offices of a row of the programme by language; of a delegate without one there, that of the registration.

        :param person: has ``name`` and ``office_ru``, ``office_de``, ``office_en``.
        """
        given = {code: str(getattr(person, f"office_{code}", "") or "") for code in LANGUAGES}
        if position and not any(given.values()):
            given["ru" if is_cyrillic(position) else "de"] = position
        if not any(given.values()):
            return given
        woman = _WOMAN.get(gender, woman_by_name(person.name))
        found = completed(given, woman=woman)
        return found if all(found.values()) else completed(given, woman=woman, pairs=self._pairs)
