"""Printing certificates and cards."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import IO, Any

from flask_babel import gettext as _

from app.checkin.rules import LONGEST_REASON
from app.conferences.models import Conference
from app.database import lock, transaction
from app.errors import Refusal
from app.history.operations import record
from app.history.rules import Actor
from app.printing.choosing import meant
from app.printing.models import Certificate, CertificateRule
from app.printing.operations.runs import NOTHING, Deliver, Printed, done_before, keep_run
from app.printing.papers import queries
from app.printing.papers.press import one_file_each
from app.printing.papers.rules import (
    PAPER_WORDS,
    Certified,
    Paper,
    PaperContent,
    PaperLayout,
    Participant,
    card_content,
    certificate_content,
)
from app.printing.papers.typesetting import designs_for, facts, print_set
from app.printing.parts import Cut, Rendered, forget_parts, in_parts
from app.printing.press.pages import Told
from app.printing.rules import require_on_site

FIRST, MOST = 100, 1_000  # papers in the first part, and in any


def print_paper(
    *,
    conference: Conference,
    paper: Paper,
    layout: PaperLayout,
    actor: Actor,
    at: datetime,
    scope: str = "all",
    delegation_id: int | None = None,
    delegate_ids: Collection[int] = (),
    role: str = "",
    deed_key: str | None = None,
    deliver: Deliver | None = None,
    tell: Told | None = None,
) -> Printed:
    """Print one kind of paper for everyone who gets it and log the run.

    :param scope: ``all``, ``new`` (new or changed since their last paper of the kind), ``delegation``, ``role``,
        ``checked-in``, ``expected`` (not yet arrived) or ``picked``.
    :param deed_key: a second call with the same key gives the run there is instead of printing again.
    :param deliver: gets the PDF once the run is on disk.
    :param tell: told how far it is; may raise to stop, then nothing is logged.
    :raises Refusal: when the conference has not begun (certificates), is held by video (cards), or nobody gets one.
    """
    if (done := done_before(deed_key)) is not None:
        return done
    people = require_people(conference, paper, at=at, delegation_id=delegation_id, delegate_ids=delegate_ids)
    people = meant(conference, people, scope=scope, role=role)
    contents = contents_of(conference, paper, people, at=at)
    if scope == "new":
        wanted = queries.new_or_changed(conference, paper, {one.delegate_id: one.fingerprint for one in contents})
        contents = [content for content in contents if content.delegate_id in wanted]
        if not contents:
            return NOTHING
    pdf, pages, warnings = render_papers(conference, paper, layout, contents, tell=tell, deed_key=deed_key)
    printed = keep_run(
        conference=conference, kind=paper.value, layout=layout.name, scope=scope, delegation_id=delegation_id, pdf=pdf,
        count=len(contents), pages=pages, warnings=warnings, papers=contents, deed_key=deed_key, actor=actor, at=at,
        options=_certified_options(conference) if paper is Paper.CERTIFICATES and not delegate_ids else None,
        deliver=deliver,
    )  # fmt: skip
    forget_parts(deed_key)
    return printed


def choose_certified(
    *, conference: Conference, certified: Certified, reason: str, actor: Actor, at: datetime
) -> CertificateRule:
    """Say who of those on site gets a certificate.

    :raises Refusal: without a reason.
    """
    why = " ".join(reason.split())[:LONGEST_REASON]
    if not why:
        raise Refusal(_("Please say why."), field="reason")
    with transaction() as session:
        lock(conference)
        row = queries.certificate_rule(conference)
        before = row.certified if row is not None else Certified.BY_ITSELF
        if row is None:
            row = CertificateRule(conference_id=conference.id)
        row.certified, row.reason, row.chosen_by, row.chosen_at = certified, why, actor.label[:254], at
        session.add(row)
        record(
            deed="choose-certified", subject=conference, actor=actor, at=at, conference_id=conference.id,
            details={"certified": certified.value, "before": before.value, "reason": why},
        )  # fmt: skip
    return row


def _certified_options(conference: Conference) -> dict[str, Any]:
    """By which rule a run of certificates chose people, as it is kept."""
    known, chosen = queries.absent(conference), queries.certificate_rule(conference)
    said: dict[str, Any] = {"certified": known.certified.value, "proven": known.proven, "places": known.places}
    return said | ({"certified_reason": chosen.reason} if chosen is not None else {})


def require_people(
    conference: Conference,
    paper: Paper,
    *,
    at: datetime,
    delegation_id: int | None = None,
    delegate_ids: Collection[int] = (),
    all_accredited: bool = False,
) -> list[Participant]:
    """Who gets the paper.

    :param all_accredited: certificates also for those who stayed away.
    :raises Refusal: when the time for it has not come, or nobody gets one.
    """
    if paper is Paper.CERTIFICATES:
        if not queries.has_begun(conference, at):
            raise Refusal(_("The conference has not begun: certificates are printed from its first day on."))
    else:
        require_on_site(conference.format)
    people = queries.participants(
        conference, paper, delegation_id=delegation_id, delegate_ids=delegate_ids, all_accredited=all_accredited
    )
    if not people:
        raise Refusal(_("Nobody here gets such a paper."))
    return people


def contents_of(
    conference: Conference, paper: Paper, people: Sequence[Participant], *, at: datetime
) -> list[PaperContent]:
    """What stands on everybody's paper; a certificate without a number is given the next."""
    if paper is not Paper.CERTIFICATES:
        return [card_content(person) for person in people]
    return _certificates(conference, people, give_numbers(conference, [person.delegate_id for person in people], at=at))


def proof_contents(conference: Conference, paper: Paper, people: Sequence[Participant]) -> list[PaperContent]:
    """The papers of the ten longest names, to look at; gives no number."""
    longest = sorted(people, key=lambda person: -max(len(name) for name in person.names.values()))[:10]
    if paper is not Paper.CERTIFICATES:
        return [card_content(person) for person in longest]
    return _certificates(conference, longest, queries.certificate_numbers(conference))


def _certificates(
    conference: Conference, people: Sequence[Participant], numbers: Mapping[int, int]
) -> list[PaperContent]:
    lines = queries.number_lines(conference.ends_on)
    every = facts(conference, queries.signers(conference))
    made = []
    for person in people:
        label = queries.number_label(conference, numbers.get(person.delegate_id, 0))
        own = {code: line.format(label) for code, line in lines.items()}
        made.append(certificate_content(person, numbers=own, facts=every))
    return made


def give_numbers(conference: Conference, delegate_ids: Sequence[int], *, at: datetime) -> dict[int, int]:
    """The number of everybody's certificate; who has none is given the next, in the order given."""
    known = queries.certificate_numbers(conference)
    if all(delegate_id in known for delegate_id in delegate_ids):
        return known
    with transaction() as session:
        lock(conference)
        known = queries.certificate_numbers(conference)
        following = queries.last_number(conference) + 1
        for delegate_id in delegate_ids:
            if delegate_id not in known:
                known[delegate_id] = following
                session.add(
                    Certificate(
                        conference_id=conference.id, delegate_id=delegate_id, number=following, given_at=at
                    )
                )  # fmt: skip
                following += 1
    return known


def render_papers(
    conference: Conference,
    paper: Paper,
    layout: PaperLayout,
    contents: Sequence[PaperContent],
    *,
    tell: Told | None = None,
    deed_key: str | None = None,
) -> Rendered:
    """The PDF, its number of pages, and the warnings. Logs nothing.

    :param deed_key: of the job; with one, what is made of it is kept until :func:`forget_parts`.
    """
    signers = queries.signers(conference)
    designs = designs_for(paper, layout, conference, contents, signers)
    title = title_of(conference, paper)

    def render(some: Sequence[PaperContent], _first: int, told: Told | None) -> Rendered:
        return print_set(designs, some, layout, title=title, tell=told)

    if deed_key is None:
        return render(contents, 0, tell)
    return in_parts(
        contents, render, deed_key=deed_key, signs=[one.fingerprint for one in contents],
        basis=(paper.value, layout.name, signers),
        cut=Cut.by_sheets(len(contents), len(layout.form.places), size=FIRST, most=MOST), title=title, tell=tell,
    )  # fmt: skip


def title_of(conference: Conference, paper: Paper) -> str:
    """What the file of such a paper is called."""
    return f"{PAPER_WORDS[paper]}: {conference.slug}"


def each_apart(conference: Conference, paper: Paper, pdf: bytes, names: Sequence[str], into: IO[bytes]) -> None:
    """Write a ZIP with one file for each person.

    :raises Refusal: when several persons stand on one sheet.
    """
    if not one_each(paper):
        raise Refusal(_("Several of these stand on one sheet, so they cannot be files of their own."))
    one_file_each(pdf, names, into, title=title_of(conference, paper))


def one_each(kind: str) -> bool:
    """Whether every person has a sheet of their own."""
    return kind in (Paper.CERTIFICATES, Paper.TENT_CARDS)
