"""Envelopes and address labels printed, and logged."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from flask_babel import gettext as _

from app.conferences.models import Conference
from app.correspondence.operations.despatch_papers import post_of
from app.correspondence.operations.writing import fonts
from app.errors import Refusal
from app.history.rules import Actor
from app.printing.operations.runs import Deliver, Printed, done_before, keep_run
from app.printing.post.addressees import Whom, posted
from invitations.envelopes import render_envelopes, render_labels
from invitations.layout.envelope import FORM_NAMES
from invitations.layout.labels import ARTICLES


class PostPaper(StrEnum):
    """What is printed; the value is the kind of the run and the verb of the command line."""

    ENVELOPES = "envelopes"
    LABELS = "labels"


def print_post(
    *,
    conference: Conference,
    paper: PostPaper,
    whom: Whom,
    form: str,
    actor: Actor,
    at: datetime,
    start: int = 1,
    deed_key: str | None = None,
    deliver: Deliver | None = None,
    tell: object = None,  # noqa: ARG001  # one piece of work
) -> Printed:
    """Print envelopes or labels for everybody meant, and log the run.

    :param form: of the envelope, or the article of the sheet of labels; ``start``: the first label that is free.
    :raises Refusal: when there is no such form, sheet or label, or nobody to write to.
    """
    if (done := done_before(deed_key)) is not None:
        return done
    known = FORM_NAMES if paper is PostPaper.ENVELOPES else tuple(ARTICLES)
    if form not in known:
        told = ", ".join(known)
        raise Refusal(_("There is no layout “%(name)s”. There are: %(known)s.", name=form, known=told), field="form")
    if paper is PostPaper.LABELS and not 1 <= start <= ARTICLES[form].count:
        raise Refusal(_("The sheet has no such label."), field="start")
    found = posted(conference, whom)
    if not found:
        raise Refusal(_("There is nobody to write to."), field="whom")
    envelopes = [one.envelope for one in found]
    title = f"{paper.value}: {conference.slug}"
    if paper is PostPaper.ENVELOPES:
        pdf = render_envelopes(envelopes, form=form, post=post_of(conference.issuer), fonts=fonts(), title=title)
    else:
        pdf = render_labels(envelopes, sheet=ARTICLES[form], start=start, fonts=fonts(), title=title)
    without = sum(not one.whole for one in found)
    warnings = [_("%(num)s have no postal address: the town alone stands there.", num=without)] if without else []
    return keep_run(
        conference=conference, kind=paper.value, pdf=pdf, count=len(found), layout=form, warnings=warnings,
        actor=actor, at=at, deed_key=deed_key, deliver=deliver,
    )  # fmt: skip
