"""Asking why badges are printed again: of all at once, and of single people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import request

from app.conferences.models import Conference
from app.errors import Refusal
from app.printing.choosing import chosen, printed_before
from app.printing.forms import PrintForm
from app.printing.rules import Layout
from app.printing.rules.orders import reasons_for

MOST_EACH = 60  # people of whom each is asked about; of more only all at once


def ask_why(conference: Conference, layout: Layout, form: PrintForm, whose: Mapping[str, Any]) -> dict[str, Any]:
    """What the order says of why; when nobody said it the form has an error, and the fields by which it is said."""
    try:
        before = printed_before(conference, chosen(conference, layout, **whose))
    except Refusal:
        return {}  # nobody is there to be asked about; the run says so
    if not before:
        return {}
    if len(before) <= MOST_EACH:
        people = [(one.delegate_id, f"{one.name_first} ({one.public_id})", bool(why)) for one, why in before]
        form.ask_each(people, request.form)
    each = {number: field.data for number, field in form.each if field.data}
    stale = {one.delegate_id: why is not None for one, why in before}
    try:
        reasons_for(list(stale), before=stale, reason=form.reason.data or "", each=each, asks=True)
    except Refusal as refusal:
        form.reason.errors = [*form.reason.errors, str(refusal)]
    return {"reason": form.reason.data or "", "each": {str(number): said for number, said in each.items()}}
