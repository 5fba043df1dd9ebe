"""``ratusha backup`` and ``ratusha restore``: the whole house in one file, and back.

The file is a tar archive packed with Zstandard: ``manifest.json``, the database (an SQLite file, or a dump in
PostgreSQL's own format) and the data folder without what is made anew by itself (queue, locks).
"""

from __future__ import annotations

import io
import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

import click
from flask import current_app
from flask_babel import gettext as _
from sqlalchemy.engine import make_url

from app.clock import now
from app.command_line import verb
from app.database import db
from app.errors import Refusal
from app.migrations import is_empty, revision
from app.strongbox import key_is_in_the_environment

MADE_ANEW = ("queue.sqlite", "migrate.lock", "ratusha.sqlite")
FORMAT = 1


def _data() -> Path:
    folder: Path = current_app.config["SETTINGS"].data
    return folder


def _kept_files() -> Iterator[Path]:
    for path in sorted(_data().rglob("*")):
        if path.is_file() and not path.is_symlink() and not path.name.startswith(MADE_ANEW):
            yield path


def _tool(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise Refusal(_("The program %(name)s of PostgreSQL is needed and not installed.", name=name))
    return found


def _postgres(name: str, *arguments: str) -> None:
    url = make_url(current_app.config["SETTINGS"].database_url)
    plain = url.set(drivername="postgresql", password=None).render_as_string(hide_password=False)
    environment = {**os.environ, **({"PGPASSWORD": str(url.password)} if url.password else {})}
    done = subprocess.run(  # noqa: S603  # our own arguments
        [_tool(name), f"--dbname={plain}", *arguments], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        lines = done.stderr.strip().splitlines() or [""]
        raise Refusal(_("%(name)s ended with an error: %(message)s", name=name, message=lines[-1]))


def _dump(target: Path) -> None:
    if db.engine.dialect.name == "postgresql":
        _postgres("pg_dump", "--format=custom", "--no-owner", f"--file={target}")
        return
    source = sqlite3.connect(str(db.engine.url.database))
    copy = sqlite3.connect(target)
    try:
        source.backup(copy)  # a consistent picture, also while others write
    finally:
        copy.close()
        source.close()


def _add(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode, entry.mtime = len(content), 0o600, int(now().timestamp())
    archive.addfile(entry, io.BytesIO(content))


def write_backup(target: Path) -> dict[str, Any]:
    """Write the whole house into ``target``; it appears there whole or not at all.

    :raises Refusal: when the file exists already.
    """
    import zstandard

    if target.exists():
        raise Refusal(_("There is a file %(name)s already; choose another name.", name=target.name))
    manifest = {
        "format": FORMAT,
        "at": now().isoformat(timespec="seconds"),
        "database": db.engine.dialect.name,
        "revision": sorted(revision()),
        "personal_key": "outside" if key_is_in_the_environment() else "inside",
    }
    files = 0
    with tempfile.TemporaryDirectory(dir=target.resolve().parent, prefix=".backup-") as folder:
        dump, draft = Path(folder) / "database", Path(folder) / "draft"
        _dump(dump)
        with draft.open("wb") as raw:
            os.chmod(draft, 0o600)
            packer = zstandard.ZstdCompressor(level=6, threads=2)
            with packer.stream_writer(raw, closefd=False) as packed, tarfile.open(fileobj=packed, mode="w|") as archive:
                _add(archive, "manifest.json", json.dumps(manifest).encode())
                archive.add(dump, "database")
                for path in _kept_files():
                    archive.add(path, f"data/{path.relative_to(_data())}", recursive=False)
                    files += 1
            raw.flush()
            os.fsync(raw.fileno())
        os.replace(draft, target)
    return {"file": str(target), "files": files, **manifest}


def _keep(archive: tarfile.TarFile, entry: tarfile.TarInfo, target: Path) -> None:
    """One file of the archive, written by ourselves: Python 3.11.2 of Debian 12 cannot filter what it extracts."""
    content = archive.extractfile(entry)
    if content is None:
        raise tarfile.ReadError(entry.name)
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o750)
    with content, target.open("wb") as file:
        os.chmod(target, entry.mode & 0o640 | 0o600)
        shutil.copyfileobj(content, file)


def _unpack(source: Path, folder: Path) -> dict[str, Any]:
    import zstandard

    try:
        with (
            source.open("rb") as raw,
            zstandard.ZstdDecompressor().stream_reader(raw) as packed,
            tarfile.open(fileobj=packed, mode="r|") as archive,
        ):
            for entry in archive:
                place = PurePosixPath(entry.name)
                if not entry.isfile() or place.is_absolute() or ".." in place.parts:
                    raise Refusal(_("This is no backup of Ratusha, or it is damaged."))
                _keep(archive, entry, folder / place)
        manifest: dict[str, Any] = json.loads((folder / "manifest.json").read_text())
    except (OSError, tarfile.TarError, zstandard.ZstdError, ValueError) as reason:
        raise Refusal(_("This is no backup of Ratusha, or it is damaged.")) from reason
    if manifest.get("format") != FORMAT:
        raise Refusal(_("This backup was made by another version of Ratusha."))
    return manifest


def restore_backup(source: Path) -> dict[str, Any]:
    """Put a backup into an empty house. A secret kept here already gives way to the one of the backup.

    :raises Refusal: when the house is not empty, the file is damaged, or it was made on the other kind of database.
    """
    if not is_empty():
        raise Refusal(_("The database is not empty; a backup is restored into an empty one only."))
    with tempfile.TemporaryDirectory(dir=_data(), prefix=".restore-") as name:
        folder = Path(name)
        manifest = _unpack(source, folder)
        kind = db.engine.dialect.name
        if manifest["database"] != kind:
            raise Refusal(
                _("The backup was made on %(theirs)s, this house keeps its data in %(ours)s.",
                  theirs=manifest["database"], ours=kind)
            )  # fmt: skip
        files = 0
        for path in sorted((folder / "data").rglob("*")):
            if path.is_file():
                place = _data() / path.relative_to(folder / "data")
                place.parent.mkdir(parents=True, exist_ok=True, mode=0o750)
                os.replace(path, place)
                files += 1
        current_app.extensions.pop("ratusha.strongbox", None)  # its key is the backup's from now on
        db.session.remove()
        db.engine.dispose()
        if kind == "postgresql":
            _postgres("pg_restore", "--clean", "--if-exists", "--no-owner", "--single-transaction",
                      str(folder / "database"))  # fmt: skip
        else:
            target = Path(str(db.engine.url.database))
            for suffix in ("-wal", "-shm"):
                target.with_name(target.name + suffix).unlink(missing_ok=True)
            os.replace(folder / "database", target)
    return {"files": files, **manifest}


def _written(done: dict[str, Any]) -> str:
    line = f"{done['file']}: database and {done['files']} files"
    if done["personal_key"] == "outside":
        return f"{line}\nPassport data in it open with RATUSHA_PERSONAL_KEY only. It is not in the file: keep it apart."
    return f"{line}\nThe key of the passport data is in the file: keep the file as safe as the data."


@verb(None, "backup", text=_written)
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> dict[str, Any]:
    """Write database, documents and keys into one FILE.tar.zst."""
    return write_backup(file)


@verb(None, "restore", text=lambda done: f"restored: database of {done['at']} and {done['files']} files")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def restore(file: Path) -> dict[str, Any]:
    """Put a backup into an empty house."""
    return restore_backup(file)


commands = [backup, restore]
