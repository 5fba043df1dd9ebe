"""Which delegate a name alone means: entered or imported without a number, people are known by any way the house writes
a delegate's name."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from sqlalchemy import select

from app.database import db
from app.delegations.models import Delegate
from app.delegations.rules import Accreditation, is_cyrillic
from app.programme.rules.addressing import parts_of
from app.programme.rules.planned import same_name
from invitations.german_to_russian import de_to_ru
from invitations.readings import name_in_russian
from invitations.translit import ru_to_duden, ru_to_icao

_GONE = frozenset({Accreditation.DECLINED, Accreditation.WITHDRAWN})
_AFTER_VOWEL = re.compile("(?<=[аеёиоуыэюя])[эё]")
_COLUMNS = (
    Delegate.id, Delegate.public_id, Delegate.email, Delegate.accreditation, Delegate.last, Delegate.first,
    Delegate.patronymic, Delegate.last_latin, Delegate.first_latin, Delegate.badge_ru, Delegate.badge_de,
)  # fmt: skip


@dataclass(frozen=True)
class Namesakes:
    """The delegates of a conference by the names that were asked for."""

    by_name: dict[str, list[Any]] = field(default_factory=dict)

    def meant(self, name: str, email: str = "") -> int | None:
        """The id of the one delegate who bears the name; None when there is none or several, or when the address that
        was entered beside the name is somebody else's."""
        known = self.by_name.get(name, ())
        return known[0].id if len(known) == 1 and not _is_another(known[0], email) else None

    def perhaps(self, name: str, email: str = "") -> tuple[str, ...]:
        """The numbers of those who bear the name, where it does not say who is meant."""
        known = self.by_name.get(name, ())
        return () if self.meant(name, email) is not None else tuple(sorted(row.public_id for row in known))

    @property
    def ids(self) -> list[int]:
        """Everybody whom a name may mean."""
        return sorted({rows[0].id for rows in self.by_name.values() if len(rows) == 1})


def _is_another(row: Any, email: str) -> bool:
    return bool(email and row.email) and email.casefold() != row.email.casefold()


def namesakes(conference_id: int, names: Collection[str]) -> Namesakes:
    """Who bears these names, in the own or the other script. One query, none without names."""
    wanted = {name for name in names if " " in name.strip()}
    if not wanted:
        return Namesakes()
    rows = db.session.execute(
        select(*_COLUMNS).where(
            Delegate.conference_id == conference_id, Delegate.merged_into_id.is_(None), Delegate.last != ""
        )
    ).all()  # fmt: skip
    told: dict[str, list[Any]] = defaultdict(list)
    as_sounds: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        for name in _told(row):
            told[name].append(row)
    found = {name: _bearing(name, told) for name in wanted}
    unknown = [name for name, bearing in found.items() if not bearing]
    if unknown:  # spelt a little otherwise, or as the house would write them in the other script
        for row in rows:
            for name in {_spelt(name) for name in (*_told(row), *_in_the_other_script(row.last, row.first))}:
                as_sounds[name].append(row)
        found |= {name: _bearing(name, as_sounds, _spelt) for name in unknown}
    return Namesakes(found)


def _told(row: Any) -> set[str]:
    names = (
        f"{row.first} {row.last}", f"{row.first} {row.patronymic} {row.last}", f"{row.first_latin} {row.last_latin}",
        row.badge_ru, row.badge_de,
    )  # fmt: skip
    return {same_name(name) for name in names if " " in name.strip()}


def _spelt(name: str) -> str:
    """The same for «Луц Бауэр» and «Луц Бауер», «Майер» and «Маиер»."""
    return _AFTER_VOWEL.sub("е", same_name(name)).replace("й", "и")


@lru_cache(maxsize=20_000)
def _in_the_other_script(last: str, first: str) -> tuple[str, ...]:
    if not last or not first:
        return ()
    if not is_cyrillic(last + first):
        return tuple({same_name(de_to_ru(f"{first} {last}")), same_name(name_in_russian(f"{first} {last}"))})
    return tuple({same_name(f"{table(first)} {table(last)}") for table in (ru_to_duden, ru_to_icao)})


def _bearing(name: str, known: dict[str, list[Any]], key: Callable[[str], str] = same_name) -> list[Any]:
    """Those who come, before those who do not; with a patronymic, those too of whom none is known."""
    rows = known.get(key(name), [])
    if not rows:
        said = parts_of(name)
        rows = [row for row in known.get(key(f"{said.first} {said.last}"), []) if not _differ(said.patronymic, row)]
    coming = [row for row in rows if row.accreditation not in _GONE]
    return _each(coming or rows)


def _differ(patronymic: str, row: Any) -> bool:
    return bool(patronymic and row.patronymic) and same_name(patronymic) != same_name(row.patronymic)


def _each(rows: Iterable[Any]) -> list[Any]:
    return list({row.id: row for row in rows}.values())
