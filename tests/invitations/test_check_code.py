"""The code by which anyone checks a letter: on every letter, readable, in nobody's way."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from invitations.letter import Letter
from invitations.pdf import Press, render

LAYOUTS = [
    ("ru", "gost-corner"),
    ("ru", "gost-lengthwise"),
    ("de", "din-5008-a"),
    ("de", "din-5008-b"),
    ("en", "plain"),
]


def codes_on(pdf: bytes, folder: Path) -> set[str]:
    """What a reader of codes finds on the first page, printed at 150 dots an inch."""
    (folder / "letter.pdf").write_bytes(pdf)
    subprocess.run(["pdftoppm", "-r", "150", "-l", "1", "-singlefile", "-gray", "letter.pdf", "page"], cwd=folder,
                   check=True)  # fmt: skip
    read = subprocess.run(["zbarimg", "-q", "--raw", "-Sdisable", "-Sqrcode.enable", "page.pgm"], cwd=folder,
                          capture_output=True, check=False)  # fmt: skip
    return set(read.stdout.decode().split())


@pytest.mark.parametrize(("language", "layout"), LAYOUTS)
def test_letter_carries_a_code_to_check_it_beside_the_one_to_answer(
    write: Callable[..., Letter], fonts: Path, tmp_path: Path, language: str, layout: str
) -> None:
    verify = f"https://ratusha.example/{language}/verify/2FV74RV9RX"
    letter = write(language, layout=layout, verify_url=verify)
    assert codes_on(render(letter, fonts=fonts), tmp_path) == {letter.reply_url, verify}
    with Press(fonts=fonts) as press:
        (pressed,) = press.each([letter])
    assert codes_on(pressed, tmp_path) == {letter.reply_url, verify}
    silent = write(language, layout=layout, verify_url=verify, reply_url=None)
    assert codes_on(render(silent, fonts=fonts), tmp_path) == {verify}
