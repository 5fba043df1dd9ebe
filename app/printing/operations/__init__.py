"""Printing badges and lists."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from app.conferences.models import Conference
from app.correspondence.operations import Offer, made_enclosures
from app.database import transaction
from app.delegations.rules.consents import Purpose
from app.delegations.rules.precedence import side_of
from app.errors import Refusal
from app.history.rules import Actor
from app.i18n import LANGUAGES, speaking
from app.printing.backs import BackContent, backs_on
from app.printing.choosing import AS_CHANGED, chosen, due, meant, require_portraits
from app.printing.freshness import Why, last_badges, look_signs, reasons, why_anew
from app.printing.looks import dressed
from app.printing.operations.losing import with_new_codes, withdraw_lost_codes
from app.printing.operations.runs import BADGES, NOTHING, Deliver, Printed, done_before, keep_run
from app.printing.participants import list_of_participants
from app.printing.parts import Cut, Rendered, forget_parts, in_parts
from app.printing.photos import gone, portraits
from app.printing.press.pages import Told
from app.printing.press.sheets import print_sheets
from app.printing.proofs import few, marked
from app.printing.queries import (
    badge_contents,
    groups_of,
    published_contents,
    titles,
    who_agreed,
)
from app.printing.rules import BadgeContent, Layout, require_on_site
from app.printing.rules.orders import Reason, reasons_for, require_sort
from app.printing.rules.sheets import USUAL, OnPaper, sheet_of
from app.printing.soundness import design_faults, require_sound
from app.printing.typesetting import Typesetter, designs_for, divider_pages, set_apart

__all__ = [
    "Deliver", "Printed", "options_of", "participants_proof", "print_badges", "print_participants", "render_badges",
]  # fmt: skip

FIRST, MOST = 200, 2_000  # badges in the first part of a run, and in any: it is joined the faster, the fewer there are


def print_badges(
    *,
    conference: Conference,
    layout: Layout,
    actor: Actor,
    at: datetime,
    scope: str = "all",
    delegation_id: int | None = None,
    delegate_id: int | None = None,
    delegate_ids: Collection[int] = (),
    role: str = "",
    sort: str = "delegation",
    paper: OnPaper = USUAL,
    reason: str = "",
    each: Mapping[int, str] | None = None,
    asks: bool = False,
    deed_key: str | None = None,
    deliver: Deliver | None = None,
    tell: Told | None = None,
    part_size: int = 0,
    anyway: bool = False,
) -> Printed:
    """Print the badges of everyone with a place on site and log the run.

    :param scope: ``all``, ``new`` (new or changed since their last badge, in data or look), ``data`` (the same, the
        look apart), ``delegation``, ``role``, ``checked-in``, ``expected`` (not yet arrived), ``picked``, ``one``.
    :param delegate_ids: only these, where they are picked by hand.
    :param sort: one of :data:`~app.printing.rules.orders.SORTS`.
    :param reason: why those are printed again who have a badge: one of :class:`~app.printing.rules.orders.Reason`.
        Of a lost one the old code opens nothing any more as soon as the run is logged.
    :param each: the same for single people, by delegate; goes before that of all.
    :param asks: refuse without a reason when somebody's badge was printed before and holds.
    :param deed_key: a second call with the same key gives the run there is instead of printing again.
    :param deliver: gets the PDF once the run is on disk.
    :param tell: told how far it is; may raise to stop, then nothing is logged.
    :param part_size: with a deed key badges are printed in parts, and a run begun anew goes on where it was; so many
        badges a part, 0: about a second's worth.
    :param anyway: even when something is wrong with the look; then what it is stands among the warnings.
    :raises Refusal: when the conference is held by video, when nobody asked for has a place on site, when the badges
        do not fit on the sheet, when a reason is missing (field ``reason``), or (field ``anyway``) when their look
        cannot be read or a photograph is lost.
    """
    require_on_site(conference.format)
    require_sort(sort)
    sheet_of(layout, paper)
    if (done := done_before(deed_key)) is not None:
        return done
    contents = chosen(conference, layout, scope=scope, delegation_id=delegation_id, delegate_id=delegate_id,
                      delegate_ids=delegate_ids, role=role, sort=sort)  # fmt: skip
    last = last_badges(conference)
    known = why_anew(conference, contents, last)
    why: dict[int, Why] = {}
    if scope in AS_CHANGED:
        why = due(known, scope)
        contents = [one for one in contents if one.delegate_id in why]
        if not contents:
            return NOTHING
    if anyway:  # a badge without its photograph is out of date as soon as there is one again
        lost = gone(one.photo for one in contents)
        contents = [replace(one, photo="") if one.photo in lost else one for one in contents]
    else:
        require_portraits(contents)
    people = [content.delegate_id for content in contents]
    again = reasons_for(
        people, before={number: number in known for number in people if known.get(number) is not Why.NEW},
        reason=reason, each=each or {}, asks=asks,
    )  # fmt: skip
    standing = contents
    contents = with_new_codes(contents, {number for number, given in again.items() if given is Reason.LOST})
    backs = backs_on(conference, layout, paper, contents)
    if backs is not None:
        contents = [replace(content, back=backs[content.delegate_id].fingerprint) for content in contents]
    elif scope in AS_CHANGED | {"one", "picked"}:  # the back they have is the old one: out of date when it is
        had = {number: badge.back for number, badge in last.items()}
        contents = [replace(content, back=had.get(content.delegate_id, "")) for content in contents]

    dress, named = dressed(conference, layout), titles(conference)
    designs = designs_for(dress, contents).values()
    if not anyway:
        require_sound(dress, designs)

    def render(badges: Sequence[BadgeContent], first: int, told: Told | None) -> Rendered:
        lying = paper if first == 0 else replace(paper, start=1)
        return render_badges(conference, dress, badges, paper=lying, sort=sort, tell=told, backs=backs)

    if deed_key is None:
        pdf, pages, warnings = render(contents, 0, tell)
    else:
        pdf, pages, warnings = in_parts(
            contents, render, deed_key=deed_key, signs=[one.fingerprint + one.back for one in contents],
            basis=(dress, dress.look.sign, named, paper),
            cut=_cut(contents, len(sheet_of(layout, paper).places), paper, sort, part_size), tell=tell,
            title=_("Badges: %(conference)s", conference=conference.slug),
        )  # fmt: skip
    if anyway:
        warnings = [*design_faults(dress, designs), *warnings]
    if backs is None and (count := sum(1 for content in contents if content.back)):
        warnings = [_without_backs(count), *warnings]
    with transaction():
        withdraw_lost_codes(conference=conference, before=standing, new=contents, actor=actor, at=at)
        printed = keep_run(
            conference=conference, kind=BADGES, layout=layout.name, scope=scope, delegation_id=delegation_id,
            pdf=pdf, count=len(contents), pages=pages, warnings=warnings, papers=contents, deed_key=deed_key,
            options=options_of(paper, sort=sort, role=role)
            | ({"why": reasons(why[one.delegate_id] for one in contents)} if why else {}),
            again={number: given.value for number, given in again.items()},
            looks=look_signs(conference, layout), actor=actor, at=at, deliver=deliver,
        )  # fmt: skip
    forget_parts(deed_key)
    return printed


def _without_backs(count: int) -> str:
    return str(ngettext(
        "%(num)s badge had a back before and is printed without one; while that back is out of date, so is the badge.",
        "%(num)s badges had backs before and are printed without; while these are out of date, so are the badges.",
        count,
    ))  # fmt: skip


def _cut(contents: Sequence[BadgeContent], on_a_sheet: int, paper: OnPaper, sort: str, size: int) -> Cut:
    """Where a run may be cut: after a full sheet, with dividers between groups."""
    given = {"size": size or FIRST, "most": size or MOST}
    if paper.dividers:
        firsts = [group.first for group in groups_of(contents, sort)]
        return Cut([*firsts[1:], len(contents)], **given)
    return Cut.by_sheets(len(contents), on_a_sheet, start=paper.start, **given)


def _listed(
    conference: Conference, *, only_agreed: bool, with_photos: bool, scope: str, delegation_id: int | None,
    delegate_ids: Collection[int], role: str,
) -> list[BadgeContent]:  # fmt: skip
    """Who stands in the list.

    :raises Refusal: when nobody has a place, nobody is meant, or nobody agreed.
    """
    contents = badge_contents(conference, delegation_id=delegation_id, attendance=None, photos=with_photos, listed=True)
    if not contents:
        raise Refusal(_("Nobody has a place yet, so there is no list to print."))
    contents = meant(conference, contents, scope=scope, role=role, delegate_ids=delegate_ids)
    if only_agreed:
        named = who_agreed(conference, Purpose.PUBLICATION)
        contents = [content for content in contents if content.delegate_id in named]
        if not contents:
            raise Refusal(_("Nobody has agreed to stand in the list yet."))
    return contents


def _agreed_portraits(conference: Conference, contents: Sequence[BadgeContent]) -> dict[int, bytes]:
    """The portraits of those who agreed, by delegate.

    :raises Refusal: when photographs are lost.
    """
    agreed = who_agreed(conference, Purpose.PHOTO)
    signs = {one.delegate_id: one.photo for one in contents if one.photo and one.delegate_id in agreed}
    require_portraits([replace(one, photo=signs.get(one.delegate_id, "")) for one in contents])
    kept = portraits(signs.values())
    return {number: kept[sign].content for number, sign in signs.items() if sign in kept}


def participants_proof(
    conference: Conference,
    *,
    only_agreed: bool = False,
    with_photos: bool = False,
    scope: str = "all",
    delegation_id: int | None = None,
    delegate_ids: Collection[int] = (),
    role: str = "",
) -> bytes:
    """The first people of the list and the longest names, marked as a proof; nothing is logged.

    :raises Refusal: as :func:`print_participants`.
    """
    contents = _listed(conference, only_agreed=only_agreed, with_photos=with_photos, scope=scope,
                       delegation_id=delegation_id, delegate_ids=delegate_ids, role=role)  # fmt: skip
    some, named = few(contents, lambda one: one.name_first, first=40), titles(conference)
    pdf = list_of_participants(
        some, titles=named, dates=(conference.starts_on, conference.ends_on), total=len(contents),
        photos=_agreed_portraits(conference, some) if with_photos else None,
        leading=side_of(conference.host.country),
    )  # fmt: skip
    return marked(pdf, len(some), len(contents), title=named["ru"])


def print_participants(
    *,
    conference: Conference,
    actor: Actor,
    at: datetime,
    deed_key: str | None = None,
    deliver: Deliver | None = None,
    tell: Told | None = None,
    only_agreed: bool = False,
    with_photos: bool = False,
    scope: str = "all",
    delegation_id: int | None = None,
    delegate_ids: Collection[int] = (),
    role: str = "",
) -> Printed:
    """Print the list of participants, on site and by video, in both languages, and log the run.

    :param only_agreed: leave out who did not agree to stand in it.
    :param with_photos: with the portraits of those who agreed to that.
    :param scope: ``all``, ``delegation``, ``role``, ``checked-in``, ``expected`` (not yet arrived) or ``picked``.
    :raises Refusal: when nobody has a place, nobody agreed, or photographs are lost.
    """
    if (done := done_before(deed_key)) is not None:
        return done
    contents = _listed(conference, only_agreed=only_agreed, with_photos=with_photos, scope=scope,
                       delegation_id=delegation_id, delegate_ids=delegate_ids, role=role)  # fmt: skip
    shown = _agreed_portraits(conference, contents) if with_photos else None
    dates = (conference.starts_on, conference.ends_on)
    pdf = list_of_participants(contents, titles=titles(conference), dates=dates, photos=shown,
                               leading=side_of(conference.host.country), deed_key=deed_key, tell=tell)  # fmt: skip
    printed = keep_run(
        conference=conference, kind="participants", layout="a4-photo" if with_photos else "a4",
        scope="agreed" if only_agreed and scope == "all" else scope, delegation_id=delegation_id, pdf=pdf,
        count=len(contents), options={"agreed": only_agreed},
        warnings=[str(warning) for content in contents for warning in content.warnings], actor=actor, at=at,
        deed_key=deed_key, deliver=deliver,
    )  # fmt: skip
    forget_parts(deed_key)
    return printed


def _offer(conference: Conference) -> Offer | None:
    """The list of participants for everybody: those with a place who agreed to stand in it; None while nobody does."""
    contents = published_contents(conference)
    if not contents:
        return None
    named = {}
    for code in LANGUAGES:
        with speaking(code):
            named[code] = str(_("List of participants"))
    days = (conference.starts_on, conference.ends_on)
    return Offer(
        word=str(ngettext("List of participants (%(num)s person who agreed)",
                          "List of participants (%(num)s persons who agreed)", len(contents))),
        titles=named,
        make=lambda _code: list_of_participants(contents, titles=titles(conference), dates=days,
                                                leading=side_of(conference.host.country)),
    )  # fmt: skip


made_enclosures["participants"] = _offer


def render_badges(
    conference: Conference,
    layout: Layout,
    contents: Sequence[BadgeContent],
    *,
    paper: OnPaper = USUAL,
    sort: str = "delegation",
    tell: Told | None = None,
    backs: Mapping[int, BackContent] | None = None,
) -> Rendered:
    """The PDF, its number of pages, and the warnings. Logs nothing.

    :param backs: where they are known already.
    """
    sheet, layout = sheet_of(layout, paper), dressed(conference, layout)
    if backs is None:
        backs = backs_on(conference, layout, paper, contents)
    typesetter = Typesetter(layout, titles(conference), backs)
    groups = groups_of(contents, sort) if paper.dividers else []
    pdf, pages = print_sheets(
        typesetter.batches(contents, tell, starts={group.first: number for number, group in enumerate(groups)}),
        sheet,
        title=_("Badges: %(conference)s", conference=conference.slug),
        set_apart=lambda odd: set_apart(layout, odd),
        dividers=divider_pages(groups, *sheet.page) if groups else None,
    )
    return pdf, pages, typesetter.warnings


def options_of(paper: OnPaper, *, sort: str, role: str) -> dict[str, Any]:
    """How a run was sorted and put on paper, as it is kept."""
    return paper.as_json() | ({"sort": sort} if sort != "delegation" else {}) | ({"role": role} if role else {})
