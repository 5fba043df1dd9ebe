"""Envelopes and address labels printed, and logged."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from enum import StrEnum

from flask_babel import gettext as _

from app.conferences.models import Conference
from app.correspondence.operations.despatch_papers import post_of
from app.correspondence.operations.writing import fonts
from app.errors import Refusal
from app.history.rules import Actor
from app.printing.choosing import meant
from app.printing.operations.runs import Deliver, Printed, done_before, keep_run
from app.printing.parts import Cut, Rendered, forget_parts, in_parts
from app.printing.post.addressees import Posted, Whom, posted
from app.printing.press.pages import Told
from app.printing.proofs import few, marked
from invitations.envelopes import render_envelopes, render_labels
from invitations.layout.envelope import FORM_NAMES, Envelope
from invitations.layout.labels import ARTICLES

FIRST, MOST = 100, 400  # envelopes or labels in the first part, and in any


class PostPaper(StrEnum):
    """What is printed; the value is the kind of the run and the verb of the command line."""

    ENVELOPES = "envelopes"
    LABELS = "labels"


def _those(
    conference: Conference, paper: PostPaper, whom: Whom, form: str, *, start: int, scope: str,
    delegation_id: int | None, delegate_ids: Collection[int], role: str,
) -> list[Posted]:  # fmt: skip
    """Everybody meant.

    :raises Refusal: when there is no such form, sheet or label, or nobody to write to.
    """
    known = FORM_NAMES if paper is PostPaper.ENVELOPES else tuple(ARTICLES)
    if form not in known:
        told = ", ".join(known)
        raise Refusal(_("There is no layout “%(name)s”. There are: %(known)s.", name=form, known=told), field="form")
    if paper is PostPaper.LABELS and not 1 <= start <= ARTICLES[form].count:
        raise Refusal(_("The sheet has no such label."), field="start")
    if whom is Whom.HEADS and scope != "all":
        raise Refusal(_("Heads are written to all at once."), field="scope")
    found = posted(conference, whom, delegation_id=delegation_id)
    found = meant(conference, found, scope=scope, role=role, delegate_ids=delegate_ids)
    if not found:
        raise Refusal(_("There is nobody to write to."), field="whom")
    return found


def _laid_out(
    envelopes: Sequence[Envelope], paper: PostPaper, form: str, *, start: int, post: str, title: str
) -> bytes:
    if paper is PostPaper.ENVELOPES:
        return render_envelopes(envelopes, form=form, post=post, fonts=fonts(), title=title)
    return render_labels(envelopes, sheet=ARTICLES[form], start=start, fonts=fonts(), title=title)


def post_proof(
    conference: Conference,
    paper: PostPaper,
    whom: Whom,
    form: str,
    *,
    start: int = 1,
    scope: str = "all",
    delegation_id: int | None = None,
    delegate_ids: Collection[int] = (),
    role: str = "",
) -> bytes:
    """The first envelopes or labels and those with the longest lines, marked as a proof; nothing is logged.

    :raises Refusal: as :func:`print_post`.
    """
    found = _those(conference, paper, whom, form, start=start, scope=scope, delegation_id=delegation_id,
                   delegate_ids=delegate_ids, role=role)  # fmt: skip
    shown = few([one.envelope for one in found], lambda one: max(one.addressee, key=len, default=""))
    title = f"{paper.value}: {conference.slug}"
    pdf = _laid_out(shown, paper, form, start=start, post=post_of(conference.issuer), title=title)
    return marked(pdf, len(shown), len(found), title=title)


def print_post(
    *,
    conference: Conference,
    paper: PostPaper,
    whom: Whom,
    form: str,
    actor: Actor,
    at: datetime,
    start: int = 1,
    scope: str = "all",
    delegation_id: int | None = None,
    delegate_ids: Collection[int] = (),
    role: str = "",
    deed_key: str | None = None,
    deliver: Deliver | None = None,
    tell: Told | None = None,
) -> Printed:
    """Print envelopes or labels for everybody meant, and log the run.

    :param form: of the envelope, or the article of the sheet of labels; ``start``: the first label that is free.
    :param scope: of delegates: ``all``, ``delegation``, ``role``, ``checked-in``, ``expected`` (not yet arrived) or
        ``picked``; heads are written to all at once.
    :raises Refusal: when there is no such form, sheet or label, or nobody to write to.
    """
    if (done := done_before(deed_key)) is not None:
        return done
    found = _those(conference, paper, whom, form, start=start, scope=scope, delegation_id=delegation_id,
                   delegate_ids=delegate_ids, role=role)  # fmt: skip
    envelopes, title = [one.envelope for one in found], f"{paper.value}: {conference.slug}"
    post = post_of(conference.issuer)

    def render(some: Sequence[Envelope], first: int, told: Told | None) -> Rendered:
        if told is not None:
            told(0, len(some))
        return _laid_out(some, paper, form, start=start if first == 0 else 1, post=post, title=title), 0, []

    on_a_sheet = 1 if paper is PostPaper.ENVELOPES else ARTICLES[form].count
    pdf, _pages, _told = in_parts(
        envelopes, render, deed_key=deed_key, signs=[repr(one) for one in envelopes], basis=(paper, form, start, post),
        cut=Cut.by_sheets(len(envelopes), on_a_sheet, start=start, size=FIRST, most=MOST), title=title, tell=tell,
    )  # fmt: skip
    without = sum(not one.whole for one in found)
    warnings = [_("%(num)s have no postal address: the town alone stands there.", num=without)] if without else []
    printed = keep_run(
        conference=conference, kind=paper.value, pdf=pdf, count=len(found), layout=form, warnings=warnings, scope=scope,
        delegation_id=delegation_id, actor=actor, at=at, deed_key=deed_key, deliver=deliver,
    )  # fmt: skip
    forget_parts(deed_key)
    return printed
