"""Photographs of many at once: a ZIP file whose pictures are named after people."""

from __future__ import annotations

import io
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import IO

from flask_babel import gettext as _
from sqlalchemy import select

from app.conferences.models import Conference
from app.database import db
from app.delegations.models import Delegate, DelegatePhoto
from app.delegations.operations.photos import set_photo
from app.delegations.rules.photo_names import Known, Owners
from app.errors import Refusal
from app.history.rules import Actor
from app.pictures import MAX_BYTES

MOST = 2_000  # files in one ZIP
MOST_BYTES = 4 * 1024**3  # of all of them, unpacked
_BESIDE = ("__macosx/", ".ds_store", "thumbs.db", "desktop.ini")  # what systems put into archives by themselves
_BEGINS = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF")

Told = Callable[[int, int], None]


@dataclass(frozen=True)
class Fits:
    """A picture and whose it is. ``entry``: what the ZIP file calls it; ``replaces``: they have a photograph."""

    entry: str
    file: str
    delegate_id: int
    public_id: str
    name: str
    replaces: bool


@dataclass(frozen=True)
class LeftOut:
    """A file that is not taken, and why."""

    file: str
    why: str


@dataclass(frozen=True)
class PhotoPlan:
    """What would become of the files."""

    fits: list[Fits]
    left: list[LeftOut]


@dataclass(frozen=True)
class TakenPhotos:
    """What became of them."""

    taken: int
    left: list[LeftOut]

    def as_json(self) -> dict[str, object]:
        """As jobs keep it and ``--json`` prints it."""
        return {"taken": self.taken, "left_out": [{"file": one.file, "why": one.why} for one in self.left]}


def packed(files: Iterable[tuple[str, bytes]]) -> IO[bytes]:
    """Single files as the ZIP file they might have come in."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name, content in files:
            archive.writestr(zipfile.ZipInfo(name.replace("\\", "/").rsplit("/", 1)[-1] or "-"), content)
    target.seek(0)
    return target


def pack_folder(folder: Path, target: Path) -> None:
    """The files of a folder as a ZIP file."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for path in sorted(folder.iterdir()):
            if path.is_file():
                archive.write(path, path.name)


def plan_photos(*, conference: Conference, path: Path) -> PhotoPlan:
    """Whose the pictures of a ZIP file are. Changes nothing.

    :raises Refusal: (field ``files``) when it is no ZIP file, or holds more than can be photographs.
    """
    with _opened(path) as archive:
        return _plan(conference, archive, _entries(archive))


def take_photos(
    *, conference: Conference, path: Path, actor: Actor, at: datetime, tell: Told | None = None
) -> TakenPhotos:
    """Keep every picture of a ZIP file that is clearly somebody's; a second time changes nothing more.

    :param tell: told how far it is; may raise to stop, what was kept before stays.
    :raises Refusal: see :func:`plan_photos`.
    """
    with _opened(path) as archive:
        entries = _entries(archive)
        plan = _plan(conference, archive, entries)
        by_name = {entry.filename: entry for entry in entries}
        taken, left = 0, list(plan.left)
        for done, fits in enumerate(plan.fits):
            if tell is not None:
                tell(done, len(plan.fits))
            try:
                row = db.session.get(Delegate, fits.delegate_id)
                if row is None:
                    raise Refusal(_("This person is not at the conference any more."))
                set_photo(delegate=row, content=_read(archive, by_name[fits.entry]), crop=None, actor=actor, at=at)
            except Refusal as refusal:
                left.append(LeftOut(fits.file, str(refusal)))
            else:
                taken += 1
        return TakenPhotos(taken, left)


def _opened(path: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise Refusal(_("This is no ZIP file that can be read."), field="files") from error


def _entries(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    found = [one for one in archive.infolist() if not one.is_dir() and not _is_beside(one.filename)]
    if len(found) > MOST:
        raise Refusal(_("There are more than 2000 files in it. Please divide them."), field="files")
    if sum(one.file_size for one in found) > MOST_BYTES:
        raise Refusal(_("Unpacked, the files are larger than 4 GB. Please divide them."), field="files")
    if not found:
        raise Refusal(_("There is no file in it."), field="files")
    return found


def _is_beside(name: str) -> bool:
    name = name.casefold()
    return name.startswith(_BESIDE[0]) or name.rsplit("/", 1)[-1] in _BESIDE[1:] or "/._" in f"/{name}"


def _plan(conference: Conference, archive: zipfile.ZipFile, entries: Sequence[zipfile.ZipInfo]) -> PhotoPlan:
    people = {row.id: row for row in db.session.scalars(
        select(Delegate).where(Delegate.conference_id == conference.id)
    )}  # fmt: skip
    with_photo = set(db.session.scalars(
        select(DelegatePhoto.delegate_id).join(Delegate).where(Delegate.conference_id == conference.id)
    ))  # fmt: skip
    owners = Owners(Known(row.id, row.public_id, _forms(row)) for row in people.values())
    names = Counter(one.filename for one in entries)
    left, clear = [], []
    for entry in entries:
        why = _("Several files have this name.") if names[entry.filename] > 1 else _odd(archive, entry)
        name = _name(entry, owners)
        whose = owners.of(name) if not why else frozenset()
        if not why and not whose:
            why = _("Nobody here has this number or this family name and given name.")
        elif len(whose) > 1:
            numbers = ", ".join(sorted(people[one].public_id for one in whose))
            why = _("It may be several people: %(numbers)s. Please name the file after the number.", numbers=numbers)
        if why:
            left.append(LeftOut(_shown(name), why))
        else:
            clear.append((entry.filename, name, next(iter(whose))))
    often = Counter(number for *_names, number in clear)
    fits = []
    for file, name, number in clear:
        row = people[number]
        if often[number] > 1:
            left.append(LeftOut(_shown(name), _("There are several photographs of %(number)s.", number=row.public_id)))
        else:
            called = f"{row.first} {row.last}".strip()
            fits.append(Fits(file, name, number, row.public_id, called, number in with_photo))
    return PhotoPlan(sorted(fits, key=lambda one: one.file), sorted(left, key=lambda one: one.file))


def _name(entry: zipfile.ZipInfo, owners: Owners) -> str:
    """The name of a file. Old archives do not say in which letters it is written: then whichever somebody has."""
    if entry.flag_bits & 0x800 or entry.filename.isascii():
        return entry.filename
    found = []
    for letters in ("utf-8", "cp866", "cp850"):
        try:
            found.append(entry.filename.encode("cp437").decode(letters))
        except UnicodeError:
            continue
    return next((name for name in found if owners.of(name)), found[0] if found else entry.filename)


def _forms(row: Delegate) -> tuple[str, ...]:
    """The name in every form; the given name may be all a file has beside the family name."""
    return (f"{row.last} {row.first} {row.patronymic}", f"{row.last} {row.first}", row.badge_ru, row.badge_de,
            f"{row.last_latin} {row.first_latin}")  # fmt: skip


def _shown(name: str) -> str:
    return name if len(name) <= 120 else f"…{name[-119:]}"


def _odd(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> str:
    """Why a file is not even looked at; empty when it may be a picture."""
    way = PurePosixPath(entry.filename.replace("\\", "/"))
    if way.is_absolute() or ".." in way.parts or ":" in way.parts[0]:
        return str(_("Its name leads out of the ZIP file."))
    if entry.flag_bits & 0x1:
        return str(_("It is locked with a password."))
    if entry.file_size > MAX_BYTES:
        return str(_("The picture is larger than 25 MB. Please choose a smaller one."))
    try:
        with archive.open(entry) as file:
            begins = file.read(12)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError, EOFError):
        return str(_("It cannot be unpacked."))
    if not begins.startswith(_BEGINS):
        return str(_("This is no picture we can read. Please choose a JPEG, PNG or WebP file."))
    return ""


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """Never more than a picture may have, whatever the ZIP file says of its size."""
    try:
        with archive.open(entry) as file:
            return file.read(MAX_BYTES + 1)
    except Exception as error:  # zipfile and zlib raise what they like on files made to harm
        raise Refusal(_("It cannot be unpacked.")) from error
