"""The desk: questions of the organisers' own."""

from __future__ import annotations

import io
from typing import Any

from flask import abort, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from flask_security import current_user

from app.clock import now
from app.conferences.entrance import desk_conference
from app.conferences.models import Conference
from app.database import db
from app.delegations.forms.questions import QuestionForm, condition_words, kind_words
from app.delegations.models import Answer, Delegate, Question
from app.delegations.operations.questions import (
    ask_again as ask_question_again,
)
from app.delegations.operations.questions import (
    ask_question,
    change_question,
    put_questions_in_order,
)
from app.delegations.operations.questions import (
    move_question as move,
)
from app.delegations.operations.questions import (
    retire_question as retire,
)
from app.delegations.queries.questions import (
    find_question,
    how_often_answered,
    may_decide,
    questions_of,
    taken_places,
)
from app.delegations.views.shared import blueprint, private, put
from app.errors import Refusal
from app.history.rules import Actor
from app.permissions import Permission, allow, may
from app.strongbox import Locked, read_file


def _actor() -> Actor:
    return Actor(kind="staff", id=current_user.id, label=current_user.email)


def _question(conference: Conference, number: int) -> Question:
    return find_question(conference, number) or abort(404)


@blueprint.get("/desk/c/<slug>/questions")
@allow(Permission.READ_DELEGATES)
def questions(slug: str) -> Any:
    """What delegates are asked beyond the usual, in its order."""
    conference = desk_conference(slug)
    rows = questions_of(conference, retired=True)
    asked = [row for row in rows if row.retired_at is None]
    return render_template(
        "delegations/questions.html", conference=conference, questions=asked, kinds=kind_words(),
        retired=[row for row in rows if row.retired_at is not None], counts=how_often_answered(conference),
        taken=taken_places(asked), condition=condition_words, may_edit=may(Permission.EDIT_CONFERENCE),
    )  # fmt: skip


def _edit(conference: Conference, question: Question | None) -> Any:
    form = QuestionForm()
    form.prepare(deciders=may_decide(conference, question))
    if request.method == "POST" and "more" in request.form:
        form.offer_rows(6)
    elif form.validate_on_submit():
        try:
            if question is None:
                ask_question(conference=conference, details=form.details(), actor=_actor(), at=now())
            else:
                change_question(question=question, details=form.details(), actor=_actor(), at=now())
        except Refusal as refusal:
            put(form, refusal)
            form.offer_rows()
        else:
            flash(_("The question is saved."), "done")
            return redirect(url_for("delegations.questions", slug=conference.slug), code=303)
    else:
        if question is not None and not form.is_submitted():
            form.show(question)
        form.offer_rows()
    page = render_template(
        "delegations/edit_question.html", conference=conference, question=question, form=form,
        answered=bool(question and how_often_answered(conference).get(question.id)),
    )  # fmt: skip
    return page, (422 if form.is_submitted() and "more" not in request.form else 200)


@blueprint.route("/desk/c/<slug>/questions/new", methods=["GET", "POST"])
@allow(Permission.EDIT_CONFERENCE)
def new_question(slug: str) -> Any:
    """Ask one more question."""
    return _edit(desk_conference(slug), None)


@blueprint.route("/desk/c/<slug>/questions/<int:number>", methods=["GET", "POST"])
@allow(Permission.EDIT_CONFERENCE)
def edit_question(slug: str, number: int) -> Any:
    """Word a question anew, or change who is asked."""
    conference = desk_conference(slug)
    return _edit(conference, _question(conference, number))


def _back(slug: str) -> Any:
    return redirect(url_for("delegations.questions", slug=slug), code=303)


@blueprint.post("/desk/c/<slug>/questions/<int:number>/move")
@allow(Permission.EDIT_CONFERENCE)
def move_question(slug: str, number: int) -> Any:
    """One place earlier or later."""
    question = _question(desk_conference(slug), number)
    try:
        move(question=question, earlier=request.form.get("direction") != "later", actor=_actor(), at=now())
    except Refusal as refusal:
        flash(str(refusal.message), "error")
    return _back(slug)


@blueprint.post("/desk/c/<slug>/questions/order")
@allow(Permission.EDIT_CONFERENCE)
def order_questions(slug: str) -> Any:
    """All of them in the order they were dragged to."""
    conference = desk_conference(slug)
    order = [int(number) for number in request.form.get("order", "")[:2000].split(",") if number.isdigit()]
    try:
        put_questions_in_order(conference=conference, order=order, actor=_actor(), at=now())
    except Refusal as refusal:
        flash(str(refusal.message), "error")
    return _back(slug)


@blueprint.post("/desk/c/<slug>/questions/<int:number>/retire")
@allow(Permission.EDIT_CONFERENCE)
def retire_question(slug: str, number: int) -> Any:
    """Ask it no more; what was answered stays."""
    question = _question(desk_conference(slug), number)
    try:
        retire(question=question, actor=_actor(), at=now())
    except Refusal as refusal:
        flash(str(refusal.message), "error")
    else:
        flash(_("The question is asked no more. What was answered is kept."), "done")
    return _back(slug)


@blueprint.post("/desk/c/<slug>/questions/<int:number>/again")
@allow(Permission.EDIT_CONFERENCE)
def ask_again(slug: str, number: int) -> Any:
    """A retired question is asked again."""
    question = _question(desk_conference(slug), number)
    try:
        ask_question_again(question=question, actor=_actor(), at=now())
    except Refusal as refusal:
        flash(str(refusal.message), "error")
    else:
        flash(_("The question is asked again."), "done")
    return _back(slug)


@blueprint.get("/desk/c/<slug>/delegates/<public_id>/answers/<int:number>")
@allow(Permission.READ_DELEGATES)
@private
def answer_file(slug: str, public_id: str, number: int) -> Any:
    """A file somebody answered with."""
    conference = desk_conference(slug)
    answer = db.session.get(Answer, number)
    if answer is None or not answer.file:
        abort(404)
    delegate: Delegate = answer.delegate
    if delegate.conference_id != conference.id or delegate.public_id != public_id:
        abort(404)
    try:
        content = read_file(answer.file)
    except Locked:
        abort(404)
    return send_file(io.BytesIO(content), as_attachment=True, download_name=answer.value, mimetype=answer.media_type)
