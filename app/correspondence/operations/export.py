"""Letters as files: each as it was sealed, and all of them for the printer."""

from __future__ import annotations

import os
import secrets
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from app.conferences.models import Conference
from app.correspondence.models import Letter
from app.correspondence.queries import issued_letters
from app.correspondence.rules import LetterKind, file_name
from app.documents.queries import content

if TYPE_CHECKING:
    from pikepdf import Pdf


def export_name(letter: Letter) -> str:
    """``69_kaluga.pdf``: the number in the register and the municipality; ``69_general.pdf`` of a general letter."""
    number = letter.register_entry.number if letter.register_entry is not None else 0
    return file_name(f"{number}_{'general' if letter.addressed_as else letter.municipality.slug}")


def _put(path: Path, data: bytes) -> None:
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        draft.write_bytes(data)
        os.replace(draft, path)
    finally:
        draft.unlink(missing_ok=True)


def export_letters(*, conference: Conference, kind: LetterKind | None, folder: Path) -> list[Path]:
    """Write the issued letters into ``folder``: one PDF each, byte for byte the sealed one, and ``all.pdf``.

    A visa letter whose pages are erased is left out. Letters that share a number (of two years or issuers) keep apart
    by the year in their names.
    """
    letters = issued_letters(conference, kind)
    folder.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    for letter in letters:
        if letter.document is None or letter.register_entry is None or letter.document.erased_at is not None:
            continue
        path = folder / export_name(letter)
        if path in written:
            path = folder / file_name(f"{letter.register_entry.dated.year}_{path.stem}")
        _put(path, content(letter.document))
        written.append(path)
    if written:
        _put(folder / "all.pdf", joined(written))
    return [*written, folder / "all.pdf"] if written else []


def joined(parts: Sequence[Path | BytesIO], *, two_sided: bool = False) -> bytes:
    """The pages of all files one after the other.

    :param two_sided: a blank page follows a file with an odd number of pages, so that each begins a sheet.
    """
    import pikepdf

    out = BytesIO()
    with pikepdf.new() as whole:
        for part in parts:
            with pikepdf.open(part) as one:
                _take_out_signature(one)
                whole.pages.extend(one.pages)
                if two_sided and len(one.pages) % 2:
                    _x, _y, width, height = (float(edge) for edge in one.pages[-1].mediabox)
                    whole.add_blank_page(page_size=(width, height))
        whole.save(out, deterministic_id=True)
    return out.getvalue()


def _take_out_signature(pdf: Pdf) -> None:
    """For the printer: a signature holds in the file it was made for, and in no other."""
    if "/AcroForm" not in pdf.Root:
        return
    del pdf.Root["/AcroForm"]
    for page in pdf.pages:
        if "/Annots" in page.obj:
            page.obj["/Annots"] = [mark for mark in page.obj["/Annots"] if mark.get("/Subtype") != "/Widget"]
