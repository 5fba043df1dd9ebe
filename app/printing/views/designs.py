"""How badges look: choices with a look at an awkward name, own CSS, logo and background, access marks."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from app.accounts.queries import current_actor
from app.clock import now
from app.conferences.entrance import desk_conference
from app.conferences.models import Conference
from app.database import db
from app.directory.queries import arms_of
from app.errors import Refusal
from app.i18n import localized, number
from app.permissions import Permission, allow, may
from app.printing import queries
from app.printing.example_pictures import Picture, example_pictures
from app.printing.forms import BadgePictureForm, CssForm, LookForm, MarkForm, colour_field
from app.printing.looks import badge_pictures, design_of, look_of
from app.printing.models import AccessMark
from app.printing.operations.designs import (
    forget_access_mark,
    remove_badge_picture,
    set_badge_picture,
    settle_access_mark,
    settle_css,
    settle_look,
)
from app.printing.rules import LAYOUTS, ROLE_SIGNS, Layout
from app.printing.rules.access import SHAPES, Mark
from app.printing.rules.boxes import slot_word
from app.printing.rules.look import Look
from app.printing.rules.own_css import FAMILIES, FUNCTIONS, LONGEST, PLACES, PROPERTIES, require_harmless
from app.printing.rules.samples import example, with_and_without_arms
from app.printing.soundness import design_faults
from app.printing.typesetting import Typesetter, designs_for
from app.printing.views.base import asked_layout, desk


def _blame(form: FlaskForm, refusal: Refusal) -> None:
    field: Any = form[refusal.field] if refusal.field and refusal.field in form else next(iter(form))
    field.errors = [*field.errors, str(refusal)]


def _status(*, wrong: bool) -> int:
    """Of a page with a draft; where only the look is exchanged it is always taken, so that it says what is wrong."""
    return 422 if wrong and "HX-Request" not in request.headers else 200


def _kinds() -> list[Layout]:
    """A layout for each style."""
    found: dict[str, Layout] = {}
    for layout in LAYOUTS.values():
        found.setdefault(layout.style, layout)
    return list(found.values())


def _look_at(conference: Conference, layout: Layout, draft: dict[str, Any]) -> Look:
    """The look of a draft; what it does not say is as it is kept.

    :raises Refusal: at the field that is wrong.
    """
    look = look_of(conference, layout.style)
    if "choices" in draft:
        look = Look.of(draft["choices"], css=look.css, logo=look.logo, background=look.background)
    if "css" in draft and may(Permission.WRITE_BADGE_CSS):
        look = replace(look, css=require_harmless(str(draft["css"])))
    return look


def _faults(conference: Conference, layout: Layout, name: str) -> list[str]:
    """What is wrong with the design of one example.

    :raises Refusal: when own CSS has taken away what every badge needs.
    """
    content = _example(conference, name)
    designs = designs_for(layout, with_and_without_arms(content)).values()
    (badge,) = Typesetter(layout, queries.titles(conference)).set([content])
    small = [
        _("“%(name)s” is set in %(size)s points.", name=slot_word(slot), size=number(fitted.size))
        for slot, fitted in badge.slots.items()
        if fitted.too_small and not slot.startswith("title")
    ]
    return [*design_faults(layout, designs), *small]


def _example(conference: Conference, name: str) -> Any:
    arms = arms_of(conference.host)
    every = [Mark(row.code, row.shape, row.word_ru, row.word_de) for row in queries.access_marks(conference)]
    return example(name, marks=every, arms=arms.sha256 if arms else "")


def _page(conference: Conference, template: str, form: Any, layout: Layout, draft: dict[str, Any],
          **more: Any) -> str:  # fmt: skip
    shown = form.example.data or "long"
    found: list[str] = []
    sides: list[Picture] = []
    if not any(field.errors for field in form):
        try:
            dressed = replace(layout, look=_look_at(conference, layout, draft))
            found = _faults(conference, dressed, shown)
            sides = example_pictures(conference, dressed, _example(conference, shown))
        except Refusal as refusal:
            _blame(form, refusal)
    return render_template(
        template, conference=conference, form=form, layout=layout, kinds=_kinds(), faults=found,
        sides=sides, broken=any(field.errors for field in form), **more,
    )  # fmt: skip


@desk.route("/design", methods=["GET", "POST"])
@allow(Permission.DESIGN_BADGES)
def design(slug: str) -> Any:
    """What one kind of badge shows, in which colours and sizes; a look at it before it is kept."""
    conference, layout, form = desk_conference(slug), asked_layout(), LookForm()
    if not form.is_submitted():
        row = design_of(conference, layout.style)
        form.show(row.choices if row else {})
    draft = {"choices": form.choices}
    if form.validate_on_submit() and request.form.get("deed") == "keep":
        try:
            settle_look(conference=conference, style=layout.style, choices=form.choices, actor=current_actor(),
                        at=now())  # fmt: skip
        except Refusal as refusal:
            _blame(form, refusal)
        else:
            flash(_("The look of these badges is kept."), "done")
            return redirect(url_for("printing.design", slug=slug, layout=layout.name), code=303)
    page = _page(
        conference, "printing/design.html", form, layout, draft, roles=list(ROLE_SIGNS), colour_field=colour_field,
        pictures=badge_pictures(conference), picture_form=BadgePictureForm(None),
    )  # fmt: skip
    return page, _status(wrong=any(field.errors for field in form))


@desk.post("/design/picture")
@allow(Permission.DESIGN_BADGES)
def keep_picture(slug: str) -> Any:
    """Keep a logo or a background, or remove it."""
    conference, layout = desk_conference(slug), asked_layout()
    form = BadgePictureForm()
    back = url_for("printing.design", slug=slug, layout=layout.name)
    if request.form.get("deed") == "remove":
        remove_badge_picture(conference=conference, kind=request.form.get("kind", ""), actor=current_actor(), at=now())
        return redirect(back, code=303)
    if form.validate_on_submit():
        try:
            content = form.file.data.stream.read() if form.file.data else b""
            set_badge_picture(conference=conference, kind=form.kind.data, content=content, actor=current_actor(),
                              at=now())  # fmt: skip
        except Refusal as refusal:
            _blame(form, refusal)
        else:
            flash(_("The picture is kept."), "done")
            return redirect(back, code=303)
    look = LookForm(None)
    row = design_of(conference, layout.style)
    look.show(row.choices if row else {})
    page = _page(conference, "printing/design.html", look, layout, {}, roles=list(ROLE_SIGNS),
                 colour_field=colour_field, pictures=badge_pictures(conference), picture_form=form)  # fmt: skip
    return page, 422


@desk.route("/design/css", methods=["GET", "POST"])
@allow(Permission.WRITE_BADGE_CSS)
def own_css(slug: str) -> Any:
    """Own CSS of one kind of badge, with what it may say."""
    conference, layout, form = desk_conference(slug), asked_layout(), CssForm()
    if not form.is_submitted():
        row = design_of(conference, layout.style)
        form.css.data = row.css if row else ""
    draft = {"css": form.css.data or ""}
    if form.validate_on_submit() and request.form.get("deed") == "keep":
        try:
            dressed = replace(layout, look=_look_at(conference, layout, draft))
            _faults(conference, dressed, "long")
            settle_css(conference=conference, style=layout.style, css=form.css.data or "", actor=current_actor(),
                       at=now())  # fmt: skip
        except Refusal as refusal:
            _blame(form, refusal)
        else:
            flash(_("The CSS is kept."), "done")
            return redirect(url_for("printing.own_css", slug=slug, layout=layout.name), code=303)
    page = _page(conference, "printing/own_css.html", form, layout, draft, places=PLACES, properties=PROPERTIES,
                 functions=FUNCTIONS, families=FAMILIES, longest=LONGEST)  # fmt: skip
    return page, _status(wrong=bool(form.css.errors))


def _mark(conference: Conference, mark_id: int) -> AccessMark:
    row = db.session.get(AccessMark, mark_id)
    return row if row is not None and row.conference_id == conference.id else abort(404)


def _mark_form(conference: Conference) -> MarkForm:
    form = MarkForm()
    form.delegations.choices = [
        (delegation.id, localized(delegation.municipality, "name") if delegation.municipality else delegation.name)
        for delegation, _count in queries.delegations_on_site(conference)
    ]
    return form


@desk.route("/access", methods=["GET", "POST"])
@allow(Permission.DESIGN_BADGES)
def access(slug: str) -> Any:
    """Zones and days that not everybody may enter, and who may."""
    conference = desk_conference(slug)
    mark = _mark(conference, request.args.get("mark", 0, int)) if "mark" in request.args else None
    form = _mark_form(conference)
    if mark is not None and not form.is_submitted():
        form.show(mark)
    if form.validate_on_submit():
        try:
            settle_access_mark(conference=conference, details=form.details, mark=mark, actor=current_actor(), at=now())
        except Refusal as refusal:
            _blame(form, refusal)
        else:
            flash(_("The mark is kept."), "done")
            return redirect(url_for("printing.access", slug=slug), code=303)
    names = dict(form.delegations.choices)
    page = render_template(
        "printing/access.html", conference=conference, form=form, changed=mark, names=names,
        marks=queries.access_marks(conference), words={role.value: sign.word for role, sign in ROLE_SIGNS.items()},
        shapes=SHAPES,
    )  # fmt: skip
    return page, 422 if form.is_submitted() else 200


@desk.post("/access/<int:mark_id>/forget")
@allow(Permission.DESIGN_BADGES)
def forget_mark(slug: str, mark_id: int) -> Any:
    """Keep a mark no longer."""
    forget_access_mark(mark=_mark(desk_conference(slug), mark_id), actor=current_actor(), at=now())
    return redirect(url_for("printing.access", slug=slug), code=303)
