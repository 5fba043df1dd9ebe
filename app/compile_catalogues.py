"""``python -m app.compile_catalogues``: make the binary catalogues whose ``.po`` is newer. Cheap when fresh."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

TRANSLATIONS = Path(__file__).parent / "translations"


def compile_catalogues(folder: Path = TRANSLATIONS) -> int:
    """Compile what is stale; returns how many. Each file is put in place whole."""
    done = 0
    for source in sorted(folder.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
            continue
        from babel.messages.mofile import write_mo
        from babel.messages.pofile import read_po

        with source.open("rb") as file:
            catalogue = read_po(file, locale=source.parts[-3])
        with tempfile.NamedTemporaryFile(dir=target.parent, suffix=".tmp", delete=False) as draft:
            write_mo(draft, catalogue)
        os.chmod(draft.name, 0o644)
        os.replace(draft.name, target)
        done += 1
    return done


if __name__ == "__main__":
    sys.stdout.write(f"catalogues compiled: {compile_catalogues()}\n")
