"""Papers and people of a session at the desk, and papers for their readers."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, flash, redirect, request, url_for
from flask_babel import gettext as _

from app.accounts.queries import current_actor
from app.clock import now
from app.conferences.entrance import conference_or_404, desk_conference
from app.delegations.rules import HOLDS_A_PLACE
from app.delegations.views.papers import of_token, staff_delegate
from app.delegations.views.shared import full_name, private
from app.documents.queries import path_of
from app.errors import Refusal
from app.permissions import Permission, allow, by_token, public
from app.programme.forms import MaterialForm, blame, plain
from app.programme.models import SessionMaterial
from app.programme.operations import ChangedMeanwhile
from app.programme.operations.adding import add_delegate, add_material, material_numbered, remove_material
from app.programme.queries import current_release
from app.programme.queries.content import public_part
from app.programme.rules import PersonRole
from app.programme.rules.parts import MaterialDetails
from app.programme.views.blueprint import programme
from app.programme.views.sessions import refuse_paper, session_or_404, version_of


def _file(sha256: str, media_type: str, name: str) -> Response:
    place = path_of(sha256)
    if not place.is_file():
        abort(404)
    response = Response(place.read_bytes(), content_type=media_type)
    kind = "inline" if media_type == "application/pdf" else "attachment"
    response.headers.set("Content-Disposition", kind, filename=name)
    response.headers["Content-Security-Policy"] = "sandbox"
    return response


def _back(slug: str, number: int, fragment: str) -> Any:
    return redirect(url_for("programme.edit_session", slug=slug, number=number, _anchor=fragment), code=303)


def _own(slug: str, number: int) -> SessionMaterial:
    conference, found = conference_or_404(slug), material_numbered(number)
    if found is None or found.session.conference_id != conference.id:
        abort(404)
    return found


@programme.post("/desk/c/<slug>/programme/<int:number>/people")
@allow(Permission.EDIT_PROGRAMME)
def add_person(slug: str, number: int) -> Any:
    """Give a delegate a part."""
    conference = conference_or_404(slug)
    session = session_or_404(conference, number)
    delegate = staff_delegate(conference, request.form.get("person", ""))
    role = request.form.get("role", "")
    if role not in set(PersonRole):
        abort(400)
    name = full_name(delegate)
    try:
        version = version_of(request.form.get("version"))
        added = add_delegate(session=session, delegate=delegate, name=name, role=PersonRole(role), version=version,
                             actor=current_actor(), at=now())  # fmt: skip
    except (ChangedMeanwhile, Refusal) as refusal:
        flash(str(refusal.message), "error")
    else:
        if added:
            flash(_("%(person)s has a part now.", person=name), "done")
        else:
            flash(_("%(person)s has this part already.", person=name), "information")
    return _back(slug, number, "delegates")


@programme.post("/desk/c/<slug>/programme/<int:number>/materials")
@allow(Permission.EDIT_PROGRAMME)
def add_paper(slug: str, number: int) -> Any:
    """Add a paper to a session."""
    conference = desk_conference(slug)
    session = session_or_404(conference, number)
    form = MaterialForm()
    if not form.validate():
        return refuse_paper(conference, session, form)
    upload = form.file.data
    details = MaterialDetails(
        title=plain(form.title.data), language=form.language.data or "", link=plain(form.link.data),
        file_name=plain(upload.filename) if upload else "", public=bool(form.public.data),
    )  # fmt: skip
    try:
        add_material(session=session, details=details, content=upload.stream.read() if upload else None,
                     actor=current_actor(), at=now())  # fmt: skip
    except Refusal as refusal:
        blame(form, refusal)
        return refuse_paper(conference, session, form)
    flash(_("The paper “%(title)s” has been added.", title=details.title), "done")
    return _back(slug, number, "papers")


@programme.post("/desk/c/<slug>/programme/materials/<int:number>/remove")
@allow(Permission.EDIT_PROGRAMME)
def remove_paper(slug: str, number: int) -> Any:
    """Take a paper away."""
    paper = _own(slug, number)
    session_number = paper.session_id
    remove_material(material=paper, actor=current_actor(), at=now())
    flash(_("The paper has been taken away."), "done")
    return _back(slug, session_number, "papers")


@programme.get("/desk/c/<slug>/programme/materials/<int:number>")
@allow(Permission.READ_PROGRAMME)
def desk_material(slug: str, number: int) -> Response:
    """A paper of the draft, for the staff."""
    paper = _own(slug, number)
    if not paper.sha256:
        abort(404)
    return _file(paper.sha256, paper.media_type, paper.file_name)


def _released(slug: str, sha256: str, *, everybody: bool) -> Response:
    release = current_release(conference_or_404(slug)) or abort(404)
    content = public_part(release.content) if everybody else release.content
    papers = (paper for item in content["items"] if not item["cancelled"] for paper in item.get("materials", ()))
    found = next((paper for paper in papers if paper.get("sha256") == sha256), None) or abort(404)
    return _file(sha256, found["media_type"], found["file_name"])


@programme.get("/c/<slug>/programme/papers/<sha256>")
@public
def material(slug: str, sha256: str) -> Response:
    """A paper of the newest release that everybody may read."""
    return _released(slug, sha256, everybody=True)


@programme.get("/delegate/<token>/papers/<sha256>")
@by_token
@private
def delegate_material(token: str, sha256: str) -> Response:
    """A paper of the newest release, for somebody who holds a place at the conference."""
    delegate = of_token(token)
    if delegate.accreditation not in HOLDS_A_PLACE:
        abort(404)
    return _released(delegate.conference.slug, sha256, everybody=False)
