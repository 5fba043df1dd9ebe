"""Looks into a PDF of unknown origin, in a process of its own with little time and memory.

Run as a script (:func:`app.documents.rules.check_pdf` does): the PDF on standard input, one JSON value on standard
output, ``{"pages": 7, "odd": [3]}`` or ``{"fault": "encrypted"}``. A file made to exhaust the reader ends this process
and nothing else. It imports nothing of the house.
"""

from __future__ import annotations

import contextlib
import io
import json
import re
import sys
import zlib
from collections.abc import Iterator
from typing import Any

SECONDS = 2  # of processor time
MEMORY = 280_000_000  # bytes of private memory
PAGES = 200
IMAGE_PIXELS = 100_000_000  # A3 in 600 dpi has 70 million
CONTENT_BYTES = 200_000_000  # of all streams but images, unpacked
A4 = (210.0, 297.0)
TOLERANCE = 3.0  # mm
_MM = 25.4 / 72

# Names as qpdf writes them: without escapes, one blank between key and value. Strings are taken out before.
_ACTIVE = re.compile(
    rb"/(?:JavaScript|JS|Launch|SubmitForm|ImportData|GoToE|GoToR|Rendition|GoTo3DView|RichMedia\w*|XFA|AA) "
    rb"|/S /(?:JavaScript|Launch|SubmitForm|ImportData|GoToE|GoToR|Rendition|Movie|Sound|GoTo3DView"
    rb"|RichMediaExecute)\b"
    rb"|/Subtype /(?:Screen|Movie|Sound|RichMedia|3D)\b"
)
_EMBEDDED = re.compile(rb"/(?:EmbeddedFiles|EF|AF) |/Subtype /FileAttachment\b|/Type /EmbeddedFile\b")
_ODD_LINK = re.compile(rb"/URI \((?:\\.|[\s\x00-\x20])*(?:javascript|vbscript|data|file):", re.IGNORECASE)
_STRING = re.compile(rb"\((?:[^()\\]|\\.)*\)", re.DOTALL)

_HARMLESS = "reported number of objects"  # a wrong count, which no reader needs


class Fault(Exception):
    """Why the file may not go with a letter: a word :func:`app.documents.rules.check_pdf` knows."""


def _limit() -> None:
    with contextlib.suppress(ImportError, ValueError, OSError):  # not every system knows them
        import resource

        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _is_a4(page: Any) -> bool:
    """Upright or across; the size on paper, that is of the crop box."""
    left, bottom, right, top = (float(edge) for edge in page.cropbox)
    unit = float(page.obj.get("/UserUnit", 1)) * _MM
    sides = sorted((abs(right - left) * unit, abs(top - bottom) * unit))
    return all(abs(side - wanted) <= TOLERANCE for side, wanted in zip(sides, A4, strict=True))


def _parts(pdf: Any) -> Iterator[tuple[Any, bytes]]:
    """Every object of the file, used or not, with its text; of a stream the dictionary."""
    import pikepdf

    for part in pdf.objects:
        if isinstance(part, pikepdf.Stream):
            yield part, bytes(part.stream_dict.unparse(resolved=True))
        elif isinstance(part, pikepdf.Dictionary | pikepdf.Array):
            yield part, bytes(part.unparse(resolved=True))


def _unpacked(stream: Any, left: int) -> int:
    """How many bytes the stream gives, counted up to ``left`` and never held at once."""
    import pikepdf

    filters: Any = stream.get("/Filter")
    names = [str(name) for name in filters] if isinstance(filters, pikepdf.Array) else [str(filters)]
    if names.count("/FlateDecode") > 1 or names.count("/LZWDecode") > 1:
        raise Fault("intricate")
    raw = stream.read_raw_bytes()
    if names[0] != "/FlateDecode":
        return len(raw)
    machine, count = zlib.decompressobj(), 0
    with contextlib.suppress(zlib.error):  # readers show what there is
        while raw and count <= left:
            count += len(machine.decompress(raw, 1 << 20))
            if machine.eof:
                break
            raw = machine.unconsumed_tail
    return count


def _look(pdf: Any) -> None:
    import pikepdf

    opening: Any = pdf.Root.get("/OpenAction")
    if isinstance(opening, pikepdf.Dictionary) and str(opening.get("/S")) != "/GoTo":
        raise Fault("active")
    left = CONTENT_BYTES
    for part, text in _parts(pdf):
        if _ODD_LINK.search(text):
            raise Fault("active")
        plain = _STRING.sub(b"()", text)
        if _ACTIVE.search(plain):
            raise Fault("active")
        if _EMBEDDED.search(plain):
            raise Fault("embedded")
        if not isinstance(part, pikepdf.Stream):
            continue
        if "/F" in part:  # its content lies in another file
            raise Fault("embedded")
        if str(part.get("/Subtype")) == "/Image":
            if int(part.get("/Width", 0)) * int(part.get("/Height", 0)) > IMAGE_PIXELS:
                raise Fault("image")
        else:
            left -= _unpacked(part, left)
            if left < 0:
                raise Fault("intricate")


def inspect(content: bytes) -> dict[str, Any]:
    """What ``content`` is.

    :raises Fault: naming the first thing that keeps it from going with a letter.
    """
    import pikepdf

    try:
        # Without repair: a file that opens only in a reader that mends it may look different in another one.
        with pikepdf.open(io.BytesIO(content), attempt_recovery=False) as pdf:
            if pdf.is_encrypted:
                raise Fault("encrypted")
            pages = len(pdf.pages)
            if pages == 0:
                raise Fault("empty")
            if pages > PAGES:
                raise Fault("long")
            _look(pdf)
            # What qpdf could not read it takes for nothing, while another reader may see something there.
            if any(_HARMLESS not in str(warning) for warning in pdf.get_warnings()):
                raise Fault("damaged")
            odd = [number for number, page in enumerate(pdf.pages, start=1) if not _is_a4(page)]
            return {"pages": pages, "odd": odd}
    except pikepdf.PasswordError as reason:
        raise Fault("encrypted") from reason
    except (pikepdf.PdfError, ValueError, TypeError, KeyError, ArithmeticError) as reason:
        raise Fault("damaged") from reason


def main() -> None:
    """Read, look, tell."""
    _limit()
    try:
        found = inspect(sys.stdin.buffer.read())
    except Fault as fault:
        found = {"fault": fault.args[0]}
    except (MemoryError, RecursionError):
        found = {"fault": "intricate"}
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main()
