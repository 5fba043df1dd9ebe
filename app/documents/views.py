"""``/LANG/verify/CODE``: anyone checks a document of ours."""

from __future__ import annotations

import logging
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for

from app.documents.forms import CompareForm
from app.documents.models import SealedDocument
from app.documents.queries import Altered, Proof, by_code, prove, signature_of
from app.documents.rules import tidy_code
from app.permissions import public
from app.security_headers import limiter

log = logging.getLogger("ratusha.documents")

blueprint = Blueprint("documents", __name__, url_prefix="/<language:language>/verify")
blueprints = (blueprint,)


def _page(document: SealedDocument, form: CompareForm, proof: Proof | None, status: int = 200) -> Any:
    """``missing``: our own copy cannot be read, so nothing can be said about its signature."""
    signature, missing = None, False
    try:
        signature = signature_of(document) if document.erased_at is None else None
    except Altered as reason:
        log.error("a sealed file was changed or is gone", exc_info=reason, extra={"document": document.id})
        missing = True
    page = render_template(
        "documents/verify.html", document=document, form=form, proof=proof, signature=signature, missing=missing
    )
    return page, status


@blueprint.get("/")
@public
@limiter.limit("60 per minute")
def ask() -> Any:
    """Where to type the code from the paper."""
    code = tidy_code(request.args.get("code", ""))
    if code and by_code(code) is not None:
        return redirect(url_for("documents.verify", code=code), code=303)
    return render_template("documents/ask.html", code=code), 404 if code else 200


@blueprint.get("/<code>")
@public
@limiter.limit("60 per minute")
def verify(code: str) -> Any:
    """Number, date, office of the addressee; never a name."""
    document = by_code(code)
    if document is None:
        return render_template("documents/ask.html", code=tidy_code(code)), 404
    return _page(document, CompareForm(), None)


@blueprint.post("/<code>")
@public
@limiter.limit("20 per minute")
def compare(code: str) -> Any:
    """Is the file dropped here the sealed one, byte for byte, and is the signature in it ours?"""
    document = by_code(code) or abort(404)
    form = CompareForm()
    if not form.validate_on_submit():
        return _page(document, form, None, 422)
    return _page(document, CompareForm(formdata=None), prove(form.file.data.stream.read()))
