"""Reading conferences, and what the floors above tell about them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import selectinload, undefer

from app.conferences.models import Conference, PlanSheet, Room, SitePlan, Venue
from app.conferences.town_plan import Pair
from app.database import db
from app.directory.models import Municipality
from app.errors import Refusal
from app.i18n import language as reader_language
from app.i18n import localized
from invitations.conference_names import numbered
from invitations.dates import roman


@dataclass(frozen=True)
class Step:
    """What is to be done next for a conference: the deed, and where. The lowest ``order`` comes first."""

    label: str
    url: str
    order: int = 50


LinksOf = Callable[[Sequence[Conference]], Mapping[int, str]]
StepsOf = Callable[[Sequence[Conference]], Mapping[int, Step]]
FiguresOf = Callable[[Conference], Sequence[tuple[str, str, str | None]]]

#: ``"programme"`` or ``"register"`` -> address on the public pages by conference id, where there is one.
#: A feature above adds itself when its views are imported; one question for all conferences of a page.
public_links: dict[str, LinksOf] = {}

#: name of a feature -> the step it asks for next, by conference id.
next_steps: dict[str, StepsOf] = {}

#: name of a feature -> numbers for the overview: (number as text, what it counts, address or None).
overview_figures: dict[str, FiguresOf] = {}


#: name of a feature -> minutes from house to house, by the ids of the houses, the lower first.
minutes_between: dict[str, Callable[[Conference], Mapping[Pair, int]]] = {}


def find(slug: str) -> Conference | None:
    """The conference of that slug, if there is one."""
    return db.session.scalar(select(Conference).where(Conference.slug == slug))


def get(slug: str) -> Conference:
    """The conference of that slug.

    :raises Refusal: when there is none.
    """
    found = find(slug)
    if found is None:
        raise Refusal(_("There is no conference “%(slug)s”.", slug=slug), field="conference")
    return found


def all_conferences() -> list[Conference]:
    """Every conference with its host, the latest first; one query."""
    return list(db.session.scalars(select(Conference).order_by(Conference.starts_on.desc(), Conference.id.desc())))


def conference_title(conference: Conference, language: str | None = None) -> str:
    """«XVI конференция …», "XVI. … Konferenz", "XVI Conference …"; the language of the page when none is given."""
    code = language or reader_language()
    return numbered(roman(conference.edition), localized(conference, "title", code), code)


def venues_of(conference: Conference) -> list[Venue]:
    """The venues with their rooms, in the order of the staff; two queries."""
    return list(
        db.session.scalars(
            select(Venue)
            .where(Venue.conference_id == conference.id)
            .options(selectinload(Venue.rooms).lazyload(Room.venue))
            .order_by(Venue.position, Venue.id)
        )
    )


def main_venue(conference: Conference) -> Venue | None:
    """Where a conference is at home: the venue with the most rooms, of those the one with the largest room, or the
    first in the order of the staff. Places where only a bus stops are venues too."""
    return db.session.scalar(
        select(Venue)
        .outerjoin(Venue.rooms)
        .where(Venue.conference_id == conference.id)
        .group_by(Venue.id)
        .order_by(
            func.count(Room.id).desc(), func.coalesce(func.max(Room.capacity), 0).desc(), Venue.position, Venue.id
        )
        .limit(1)
    )


def rooms_of(conference: Conference) -> list[Room]:
    """Every room of the conference with its venue, in the order of the staff; one query."""
    return list(
        db.session.scalars(
            select(Room)
            .join(Room.venue)
            .where(Venue.conference_id == conference.id)
            .order_by(Venue.position, Venue.id, Room.position, Room.id)
        )
    )


def plans_of(conference: Conference) -> dict[int | None, list[SitePlan]]:
    """The plans somebody uploaded, by the house they show, those of the town under None; one query."""
    found: dict[int | None, list[SitePlan]] = {}
    chosen = select(SitePlan).where(SitePlan.conference_id == conference.id)
    for plan in db.session.scalars(chosen.order_by(SitePlan.position, SitePlan.id)):
        found.setdefault(plan.venue_id, []).append(plan)
    return found


def shows_plan(conference: Conference, sha256: str) -> bool:
    """Whether a plan of the conference is that picture."""
    chosen = select(SitePlan.id).where(SitePlan.conference_id == conference.id, SitePlan.sha256 == sha256).limit(1)
    return db.session.scalar(chosen) is not None


def plan_sheet(sha256: str) -> PlanSheet | None:
    """The picture of a plan with its pixels."""
    return db.session.get(PlanSheet, sha256, options=[undefer(PlanSheet.screen)])


def plans_on_paper(signs: Sequence[str]) -> dict[str, bytes]:
    """The pictures of plans for paper, by their SHA-256."""
    rows = db.session.execute(select(PlanSheet.sha256, PlanSheet.paper).where(PlanSheet.sha256.in_(signs)))
    return {row.sha256: row.paper for row in rows}


def with_venues() -> set[int]:
    """The ids of the conferences that have a venue; one query."""
    return set(db.session.scalars(select(Venue.conference_id).distinct()))


def hosted_by(municipality: Municipality) -> list[Conference]:
    """The conferences a municipality hosts, the latest first."""
    chosen = select(Conference).where(Conference.host_id == municipality.id).order_by(Conference.starts_on.desc())
    return list(db.session.scalars(chosen))


def slugs_and_titles(ids: Collection[int]) -> dict[int, tuple[str, str]]:
    """The slug and the title of each of these conferences, by id; one query."""
    found = db.session.scalars(select(Conference).where(Conference.id.in_(ids)))
    return {conference.id: (conference.slug, conference_title(conference)) for conference in found}
