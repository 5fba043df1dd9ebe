"""The order of precedence: the rank of offices by a table, ties by rule, exceptions by hand. No database.

The smaller rank stands first. A table is looked through in its order; the first row that fits decides, by its words an
office, by its role whoever has that. So roles at the end say something of those alone whose office is not known; a role
before all offices lifts people, and lowers nobody.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property, lru_cache
from itertools import groupby
from typing import Final, TypeVar

from flask_babel import lazy_gettext as _l

from app.delegations.rules import DelegateRole
from app.errors import Refusal

NO_RANK: Final = 1000
PROTOCOL: Final = 310  # up to this rank an office has its place in protocol; behind it nothing is owed
HIGHEST: Final = 999
MOST_ROWS: Final = 200
WRITE_CYRILLIC: Final = frozenset({"RU", "BY", "UA", "BG", "RS", "MK", "ME", "KZ", "KG", "TJ", "MN"})


def side_of(country: str) -> str:
    """``ru`` for those of countries that write Cyrillic, else ``de``."""
    return "ru" if country in WRITE_CYRILLIC else "de"


class Ties(StrEnum):
    """Who stands first of those of one rank."""

    SINCE = "since"  # who has held office longer, then by the alphabet
    ALPHABET = "alphabet"
    ALTERNATE = "alternate"  # both sides in turn, the guests' first; on each side as SINCE


@dataclass(frozen=True)
class OfficeRow:
    """A row of the table: a kind of office with its rank and the words by which it is known, a line each; or a role.

    In words ``*`` stands for any letters, ``…`` for any words, ``^`` for the beginning of the office, ``$`` for its
    end.
    """

    rank: int
    name_ru: str
    name_de: str
    name_en: str
    words: tuple[str, ...]
    role: str = ""


@lru_cache(maxsize=20_000)
def _folded(text: str) -> str:
    return " ".join(text.casefold().replace("ё", "е").replace("...", "…").split())


def _pattern(words: str) -> str:
    said = _folded(words)
    start, end = said.startswith("^"), said.endswith("$")
    body = said.removeprefix("^").removesuffix("$")
    found = "".join(
        r"\w*" if sign == "*" else ".*" if sign == "…" else r"\s+" if sign == " " else re.escape(sign) for sign in body
    )
    before = "^" if start else "" if body.startswith(("*", "…")) else r"(?<!\w)"
    return before + found + ("$" if end else "" if body.endswith(("*", "…")) else r"(?!\w)")


@dataclass(frozen=True)
class RankTable:
    """The rows in the order in which they are looked through."""

    rows: tuple[OfficeRow, ...]

    @cached_property
    def _patterns(self) -> list[tuple[re.Pattern[str], OfficeRow]]:
        return [(re.compile("|".join(map(_pattern, row.words))), row) for row in self.rows if row.words]

    @cached_property
    def _known(self) -> dict[str, OfficeRow | None]:
        return {}

    def row_of(self, office: str) -> OfficeRow | None:
        """The row an office falls under; None: not known."""
        said = _folded(office)
        if said not in self._known:
            if len(self._known) > 20_000:
                self._known.clear()
            self._known[said] = next((row for pattern, row in self._patterns if pattern.search(said)), None)
        return self._known[said] if said else None

    def rank_of_office(self, office: str) -> int | None:
        """The rank of an office; None: not known."""
        row = self.row_of(office)
        return row.rank if row is not None else None

    def rank_of(self, offices: Iterable[str], precedence: int | None = None) -> int:
        """Where somebody stands: by the precedence kept with a delegate, the same in all lists; else by office."""
        if precedence is not None and 0 < precedence < NO_RANK:
            return precedence
        return min((row.rank for office in offices if (row := self.row_of(office)) is not None), default=NO_RANK)

    def row_for(self, role: str, office: str) -> OfficeRow | None:
        """The row that decides where a delegate of that role (several between semicolons) and office stands."""
        roles, known = role.split(";"), self.row_of(office)
        for row in self.rows:
            if row is known:
                return row
            if row.role and row.role in roles:
                return row if known is None or row.rank <= known.rank else known
        return None

    def precedence_of(self, role: str, office: str) -> int:
        """The precedence of a delegate of that role and office."""
        row = self.row_for(role, office)
        return row.rank if row is not None else NO_RANK

    def lifts(self, row: OfficeRow) -> bool:
        """Whether a role stands before an office in the table, and so says something beside offices."""
        return bool(row.role) and any(not later.role for later in self.rows[self.rows.index(row) + 1 :])


@lru_cache(maxsize=4)
def table_of(rows: tuple[OfficeRow, ...]) -> RankTable:
    """The table of these rows; the same one again for the same rows, for it remembers offices."""
    return RankTable(rows)


def require_rank(rank: int | None) -> None:
    """:raises Refusal: when somebody cannot be given that rank by hand."""
    if rank is not None and not 1 <= rank <= HIGHEST:
        raise Refusal(_l("A rank is a number from 1 to %(highest)s.", highest=HIGHEST), field="rank")


def require_rows(rows: Sequence[OfficeRow]) -> None:
    """:raises Refusal: naming the first row that says nothing."""
    if len(rows) > MOST_ROWS:
        raise Refusal(_l("The table has more than %(rows)s rows.", rows=MOST_ROWS))
    roles: set[str] = set()
    for number, row in enumerate(rows, start=2):  # as a file counts, below its head
        if not 1 <= row.rank <= HIGHEST:
            raise Refusal(
                _l("A rank is a number from 1 to %(highest)s.", highest=HIGHEST), field="rank", row=number
            )  # fmt: skip
        if not (row.name_ru and row.name_de and row.name_en):
            raise Refusal(
                _l("Please name the offices in Russian, German and English."),
                field=next(name for name in ("name_ru", "name_de", "name_en") if not getattr(row, name)), row=number,
            )  # fmt: skip
        for words in row.words:
            if not any(sign.isalpha() for sign in words):
                raise Refusal(_l("“%(words)s” has no letters.", words=words), field="words", row=number)
        if row.role and (row.role not in set(DelegateRole) or row.role in roles):
            raise Refusal(_l("Each role stands in one row at most."), field="role", row=number)
        roles |= {row.role} - {""}
        if row.role and row.words:
            raise Refusal(_l("A row is of a role or of words. Please choose one of them."), field="words", row=number)
        if not (row.words or row.role):
            raise Refusal(_l("Please say by which words the office is known."), field="words", row=number)


T = TypeVar("T")


@dataclass(frozen=True)
class Standing:
    """What decides where somebody stands. ``alphabet``: the name as readers of the copy sort it."""

    rank: int
    since: date | None
    alphabet: str
    side: str = ""  # "ru" or "de", where sides alternate

    def key(self, ties: Ties) -> tuple[int, date, str]:
        """By what one is sorted."""
        return self.rank, (self.since or date.max) if ties is not Ties.ALPHABET else date.max, self.alphabet


def in_precedence(
    people: Iterable[T], standing: Callable[[T], Standing], *, ties: Ties = Ties.SINCE, first_side: str = "de"
) -> list[T]:
    """The people in order of precedence.

    :param first_side: whose turn it is first at each rank, where sides alternate.
    """
    placed = sorted(((standing(one), one) for one in people), key=lambda pair: pair[0].key(ties))
    if ties is not Ties.ALTERNATE:
        return [one for _, one in placed]
    found: list[T] = []
    for _rank, same in groupby(placed, key=lambda pair: pair[0].rank):
        equal = list(same)
        first = [one for stand, one in equal if stand.side == first_side]
        second = [one for stand, one in equal if stand.side != first_side]
        for turn in range(max(len(first), len(second))):
            found += first[turn : turn + 1] + second[turn : turn + 1]
    return found


def with_roles_of(rows: Sequence[OfficeRow], table: RankTable) -> list[OfficeRow]:
    """Rows that know of offices only, with the roles of a table before and behind them as they stand there."""
    roles = [row for row in table.rows if row.role]
    return [*filter(table.lifts, roles), *rows, *(row for row in roles if not table.lifts(row))]


def _row(rank: int, name_ru: str, name_de: str, name_en: str, words: str) -> OfficeRow:
    return OfficeRow(rank, name_ru, name_de, name_en, tuple(part.strip() for part in words.split("|")))


SHIPPED: Final = RankTable(
    (
        OfficeRow(150, "Почётные гости", "Ehrengäste", "Guests of honour", (), "guest_of_honour"),
        _row(600, "Советники, помощники, специалисты", "Berater, Referenten, Mitarbeiter", "Advisers and assistants",
             "стажер* | помощник* | *советник* | *референт* | *специалист* | *referent* | *berater* | *assisten* | "
             "*mitarbeit* | *adviser*"),
        _row(300, "Заместители", "Stellvertreter und Beigeordnete", "Deputies",
             "^зам* | ^перв* зам* | *вице* | ^stellv* | ^beigeordnet* | *dezernent* | ^deputy* | vize*"),
        _row(160, "Генеральные консулы", "Generalkonsuln", "Consuls General",
             "генеральн* консул* | *generalkonsul* | *consul general*"),
        _row(130, "Послы", "Botschafter", "Ambassadors", "посол | *botschafter* | *ambassador*"),
        _row(310, "Консулы", "Konsuln", "Consuls", "консул* | *konsul* | consul"),
        _row(90, "Главы правительств", "Regierungschefs", "Heads of government",
             "*премьер* | *ministerpräsident* | *prime minister*"),
        _row(125, "Министры субъектов Федерации", "Landesminister", "Ministers of regions",
             "^министр … области* | ^министр … края* | ^министр … республики*"),
        _row(100, "Федеральные министры", "Bundesminister", "Federal ministers",
             "федерал* министр* | *bundesminister* | ^министр | ^minister*"),
        _row(120, "Главы регионов", "Regierungschefs der Länder", "Heads of regions",
             "*губернатор* | *gouverneur* | *governor* | *глава республики* | *правящ* | *regierend* | "
             "*governing mayor* | *мэр москвы* | *мэр города москвы* | *глава города москвы* | *глава москвы* | "
             "*мэр севастополя* | *мэр города севастополя* | *глава города севастополя* | *глава севастополя* | "
             "*bürgermeister* der stadt moskau* | *bürgermeister* von moskau* | *bürgermeister* moskau* | "
             "*bürgermeister* der stadt berlin* | *bürgermeister* von berlin* | *bürgermeister* berlin* | "
             "*бургомистр гамбурга* | *бургомистр города гамбурга* | *bürgermeister* … hamburg*"),
        _row(125, "Министры земель", "Weitere Minister", "Other ministers", "министр* | *minister*"),
        _row(140, "Статс-секретари", "Staatssekretäre", "State secretaries", "*статс-секретар* | *staatssekretär*"),
        _row(240, "Главы амтов", "Amtsvorsteher", "Heads of municipal associations", "амта | ^amts*"),
        _row(230, "Главы администраций", "Leiter von Verwaltungen", "Heads of administrations",
             "*глава администрации* | *leiter* der verwaltung* | *leiter* der stadtverwaltung* | "
             "*leiter* der gemeindeverwaltung* | *leiter* der kreisverwaltung* | *verwaltungsleiter* | "
             "*сити-менеджер*"),
        _row(200, "Главы городов, обер-бургомистры", "Oberbürgermeister, Stadtoberhäupter", "Lord Mayors",
             "*обер-бургомистр* | *обербургомистр* | *oberbürgermeister* | *lord mayor* | ^глава муниципальн* | "
             "^глава городск* | ^глава город* | ^глава *$ | ^глава * городск* | "
             "*городской голова* | *oberhaupt* | ^мэр | ^mayor of*"),
        _row(210, "Ландраты, главы районов", "Landräte, Oberhäupter von Landkreisen", "Heads of districts",
             "*ландрат* | *landrat* | *landrät* | *глава … район*"),
        _row(220, "Бургомистры, главы поселений", "Bürgermeister", "Mayors",
             "*бургомистр* | *bürgermeister* | *mayor* | глава"),
        _row(260, "Председатели советов и дум", "Vorsitzende von Räten und Dumas", "Chairs of councils",
             "*председатель … дум* | *председатель … совет* | *председатель … собрани* | *vorsitzende* … *duma* | "
             "*vorsitzende* … *rat* | *stadtverordnetenvorsteher* | *ratsvorsitz*"),
        _row(400, "Депутаты", "Abgeordnete, Stadträte", "Councillors, members of parliaments",
             "*депутат* | *stadtrat* | *stadträt* | *abgeordnete* | *councillor*"),
        _row(500, "Ректоры", "Rektoren", "Rectors", "ректор* | проректор* | *rektor* | rector*"),
        _row(520, "Председатели и президенты", "Vorsitzende und Präsidenten", "Chairs and presidents",
             "*председатель* | *vorsitzend* | *президент* | *präsident* | *chair*"),
        _row(540, "Руководители и директора", "Leiter und Direktoren", "Heads and directors",
             "*начальник* | *директор* | *руководитель* | *leiter* | *direktor* | *geschäftsführ* | *head of* | "
             "*director*"),
        OfficeRow(100, "Министры по роли", "Minister nach Rolle", "Ministers by role", (), "minister"),
        OfficeRow(200, "Главы делегаций", "Delegationsleiter", "Heads of delegations", (), "head"),
        OfficeRow(300, "Дипломаты по роли", "Diplomaten nach Rolle", "Diplomats by role", (), "diplomat"),
    )
)  # fmt: skip
