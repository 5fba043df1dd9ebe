"""Files of another conference: refused, or their sessions taken over as new ones when that is what is meant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask_babel import lazy_gettext as _l

from app.conferences.models import Conference
from app.errors import Message, Refusal
from app.programme.queries import sessions_of
from app.programme.rules.parts import FilePerson
from app.programme.rules.programme_file import Item, ProgrammeFile
from invitations.dates import roman

TAKEN_FROM = "taken_from"  # beside a session: of which conference it was taken over
_LONGEST_CODE = 40


def of_another(file: ProgrammeFile, conference: Conference) -> bool:
    """Whether the file says that it is of another conference. One that says nothing may be of this one."""
    if file.conference:
        return file.conference not in {roman(conference.edition), str(conference.edition)}
    return bool(file.host) and file.host != conference.host.slug


def whose_file(file: ProgrammeFile, conference: Conference) -> Message:
    """Of which conference the file is, and which one this is."""
    theirs = ", ".join(filter(None, (file.conference, file.host)))
    ours = f"{roman(conference.edition)}, {conference.host.slug}"
    return _l("The file is of the conference %(theirs)s; this is the conference %(ours)s.", theirs=theirs, ours=ours)


def refuse_another(file: ProgrammeFile, conference: Conference) -> None:
    """
    :raises Refusal: when the file is of another conference.
    """
    if of_another(file, conference):
        message = _l(
            "%(whose)s Nothing was taken in. It can be taken over as new sessions when you say that this is meant.",
            whose=whose_file(file, conference),
        )
        raise Refusal(message, field="conference")


def take_over(file: ProgrammeFile, conference: Conference) -> None:
    """Make the items of another conference's file new sessions here: none of the draft is changed, but those taken over
    from there before."""
    mark = file.conference or file.host
    known = {row.code: (row.extra or {}).get(TAKEN_FROM) for row in sessions_of(conference)}
    taken = {code.casefold() for code in known}
    codes: dict[str, str] = {}
    for item in file.items:
        code = item.code
        if code.casefold() in taken and known.get(code) != mark:
            ending = f"-{mark}"[: _LONGEST_CODE // 2]
            code = f"{code[: _LONGEST_CODE - len(ending)]}{ending}"
        codes[item.code] = code
    file.items = [_new(item, codes, mark) for item in file.items]


def _new(item: Item, codes: Mapping[str, str], mark: str) -> Item:
    more: dict[str, Any] = dict(item.more)
    if more.get("part_of"):
        more["part_of"] = codes.get(more["part_of"], more["part_of"])
    return replace(
        item, code=codes[item.code], more=more, extra={**item.extra, TAKEN_FROM: mark}, seen=None,
        people=tuple(map(_by_name, item.people)),
    )  # fmt: skip


def _by_name(person: FilePerson) -> FilePerson:
    """Delegates of another conference are none here, whatever their number."""
    return replace(person, given={name: value for name, value in person.given.items() if name != "delegate"})
