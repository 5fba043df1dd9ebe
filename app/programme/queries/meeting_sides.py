"""Who is there to meet: the people of each municipality, their stays and who leads them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from app.conferences.models import Conference
from app.conferences.taking_part import joins_by_video
from app.database import db
from app.delegations.models import Delegate, Delegation
from app.delegations.queries.precedence import in_order_of
from app.delegations.rules import Accreditation
from app.delegations.rules.groups import DelegationFunction
from app.directory.models import Municipality
from app.programme.rules.clashes import folded_name
from app.programme.rules.meetings import Slot
from app.programme.rules.planned import Stay, somebody_stays


@dataclass
class Side:
    """The people of one municipality who take part. ``stays`` of those on site; nobody knows: None."""

    municipality: Municipality
    on_site: int = 0
    video: int = 0
    stays: list[Stay] = field(default_factory=list)
    heads: set[int] = field(default_factory=set)
    head_names: set[str] = field(default_factory=set)

    @property
    def only_video(self) -> bool:
        """Whether nobody of them comes to the place."""
        return not self.on_site

    def is_there(self, slot: Slot) -> bool:
        """Whether one of them at least is there the whole time; by video one always is."""
        return bool(self.video) or somebody_stays(self.stays, slot.starts_at, slot.ends_at)


def _moment(text: str, zone: ZoneInfo) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=zone)


def sides_of(conference: Conference) -> dict[int, Side]:
    """The municipalities of which one person at least is accredited, by id (two queries)."""
    home = func.coalesce(Delegation.municipality_id, Delegate.municipality_id)
    rows = db.session.execute(
        select(
            home, Delegate.id, Delegate.attendance, Delegate.role, Delegate.function, Delegate.arrival,
            Delegate.departure, Delegate.last, Delegate.first, Delegate.badge_ru, Delegate.badge_de,
        )
        .join(Delegation, Delegation.id == Delegate.delegation_id, isouter=True)
        .where(
            Delegate.conference_id == conference.id, Delegate.accreditation == Accreditation.GRANTED,
            Delegate.merged_into_id.is_(None), home.is_not(None),
        )
        .order_by(home, *in_order_of(conference))
    ).all()  # fmt: skip
    known = municipalities({row[0] for row in rows})
    zone = ZoneInfo(conference.timezone)
    sides: dict[int, Side] = {}
    leading: dict[int, list[tuple[int, set[str]]]] = defaultdict(list)
    for home_id, number, attendance, role, function, arrival, departure, last, first, badge_ru, badge_de in rows:
        side = sides.setdefault(home_id, Side(known[home_id]))
        if joins_by_video(attendance, conference.format):
            side.video += 1
        else:
            side.on_site += 1
            side.stays.append((_moment(arrival, zone), _moment(departure, zone)))
        names = {folded_name(name) for name in (f"{first} {last}", badge_ru, badge_de) if name.strip()}
        leads = "head" in role.split(";") or function == DelegationFunction.HEAD
        # The first in rank stands in where nobody is called head.
        if leads or home_id not in leading:
            leading[home_id].append((number, names))
            if leads:
                side.heads.add(number)
                side.head_names |= names
    for home_id, side in sides.items():
        if not side.heads:
            number, names = leading[home_id][0]
            side.heads, side.head_names = {number}, names
    return sides


def municipalities(ids: Collection[int]) -> dict[int, Municipality]:
    """Municipalities by id."""
    rows = db.session.scalars(select(Municipality).where(Municipality.id.in_(list(ids)))) if ids else ()
    return {row.id: row for row in rows}
