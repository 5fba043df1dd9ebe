"""Adding a delegate or a paper to a session, and taking a paper away."""

from __future__ import annotations

import hashlib
import zipfile
from dataclasses import replace
from datetime import datetime
from io import BytesIO

from flask_babel import lazy_gettext as _l

from app.database import db, transaction
from app.delegations.models import Delegate
from app.delegations.rules import is_cyrillic
from app.documents.operations import store_all
from app.errors import Refusal
from app.history.operations import record
from app.history.rules import Actor
from app.programme.models import ProgrammeSession, SessionMaterial
from app.programme.operations.editing import change_session, details_of
from app.programme.operations.parts import materials_of, set_materials
from app.programme.operations.steps import draft_step, locked
from app.programme.rules import PersonRole
from app.programme.rules.file_values import MAX_PEOPLE, is_link
from app.programme.rules.parts import MaterialDetails, PersonDetails

MOST_PAPERS = 50
LARGEST = 20 * 1024 * 1024
_BEGINNINGS = (
    (b"%PDF-", "application/pdf", ".pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png", ".png"),
    (b"\xff\xd8\xff", "image/jpeg", ".jpg"),
)
_OPEN_XML = {
    "word/": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", ".docx"),
    "xl/": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".xlsx"),
    "ppt/": ("application/vnd.openxmlformats-officedocument.presentationml.presentation", ".pptx"),
}
_OPEN_DOCUMENT = {
    "application/vnd.oasis.opendocument.text": ".odt",
    "application/vnd.oasis.opendocument.spreadsheet": ".ods",
    "application/vnd.oasis.opendocument.presentation": ".odp",
}


def _office_type(content: bytes) -> tuple[str, str] | None:
    try:
        with zipfile.ZipFile(BytesIO(content)) as parts:
            names = parts.namelist()
            if any(name.lower().endswith("vbaproject.bin") for name in names):
                return None
            if "mimetype" in names:
                said = parts.read("mimetype")[:200].decode("ascii", "replace").strip()
                return (said, _OPEN_DOCUMENT[said]) if said in _OPEN_DOCUMENT else None
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, RuntimeError):
        return None
    if "[Content_Types].xml" not in names:
        return None
    return next((kind for begin, kind in _OPEN_XML.items() if any(name.startswith(begin) for name in names)), None)


def type_of(content: bytes) -> tuple[str, str]:
    """Media type and ending of a file, told by what is in it and not by its name.

    :raises Refusal: when it is of no kind we hand out, or holds macros.
    """
    for begin, media_type, ending in _BEGINNINGS:
        if content.startswith(begin):
            return media_type, ending
    found = _office_type(content) if content.startswith(b"PK\x03\x04") else None
    if found is None:
        raise Refusal(
            _l("Only PDF, PNG, JPEG and documents of office programs without macros can be handed out."), field="file"
        )
    return found


def add_delegate(
    *, session: ProgrammeSession, delegate: Delegate, name: str, role: PersonRole, version: int, actor: Actor,
    at: datetime,
) -> bool:  # fmt: skip
    """Give a delegate a part in a session, after those who have one; returns whether that was new.

    :raises ChangedMeanwhile: when the session is not the ``version`` the person saw.
    """
    with draft_step(conference=session.conference, deed="change", actor=actor, at=at):
        [session] = locked([session])
        known = details_of(session)
        if any((one.delegate_id, one.role) == (delegate.id, role) for one in known.people):
            return False
        if len(known.people) >= MAX_PEOPLE:
            raise Refusal(_l("There are too many people already."))
        latin = delegate.badge_de if delegate.badge_de and not is_cyrillic(delegate.badge_de) else ""
        latin = latin or " ".join(part for part in (delegate.first_latin, delegate.last_latin) if part)
        person = PersonDetails(
            name, role, name_latin="" if latin == name else latin, delegate_id=delegate.id,
            language=delegate.language if delegate.language in {"ru", "de", "en"} else "",
        )  # fmt: skip
        people = (*(one for one in known.people if (one.name, one.role) != (name, role)), person)
        return change_session(session=session, details=replace(known, people=people), version=version,
                              actor=actor, at=at)  # fmt: skip


def add_material(
    *, session: ProgrammeSession, details: MaterialDetails, content: bytes | None, actor: Actor, at: datetime
) -> SessionMaterial:
    """Add a paper to a session: the ``content`` of a file, or the link of ``details``.

    :raises Refusal: when it is neither or both, too large, of no kind we hand out, or no link.
    """
    if not details.title:
        raise Refusal(_l("Give the paper a title."), field="title")
    if bool(content) == bool(details.link):
        raise Refusal(_l("Choose a file or give a link, one of the two."), field="file")
    if details.link and not is_link(details.link):
        raise Refusal(_l("A link begins with https:// or http://."), field="link")
    if content:
        if len(content) > LARGEST:
            raise Refusal(_l("The file is larger than 20 MB."), field="file")
        media_type, ending = type_of(content)
        stem = details.file_name.replace("\\", "/").rsplit("/", 1)[-1].rsplit(".", 1)[0][:150] or "paper"
        details = replace(
            details, sha256=hashlib.sha256(content).hexdigest(), media_type=media_type, file_name=f"{stem}{ending}"
        )
        store_all([content])
    with draft_step(conference=session.conference, deed="change", actor=actor, at=at) as step, transaction() as unit:
        [session] = locked([session])
        step.hold(session)
        papers = materials_of(session)
        if len(papers) >= MOST_PAPERS:
            raise Refusal(_l("There are too many papers already. Please take one away first."), field="file")
        set_materials(session, [*papers, details])
        session.updated_at = at
        unit.flush()
        record(deed="programme.add_material", subject=session, actor=actor, at=at,
               details={"code": session.code, "sha256": details.sha256})  # fmt: skip
    return session.materials[-1]


def remove_material(*, material: SessionMaterial, actor: Actor, at: datetime) -> None:
    """Take a paper away from its session; releases that named it keep it."""
    number, conference = material.id, material.session.conference
    with draft_step(conference=conference, deed="change", actor=actor, at=at) as step, transaction() as unit:
        [session] = locked([material.session])
        step.hold(session)
        session.materials[:] = [paper for paper in session.materials if paper.id != number]
        session.updated_at = at
        unit.flush()
        record(deed="programme.remove_material", subject=session, actor=actor, at=at, details={"code": session.code})


def material_numbered(number: int) -> SessionMaterial | None:
    """One paper."""
    return db.session.get(SessionMaterial, number)
