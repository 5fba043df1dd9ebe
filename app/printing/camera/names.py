"""Names set shorter for the second line of a plate. No database."""

from __future__ import annotations

# Titles of nobility are part of the family name.
_TITLES = frozenset(
    {"freiherr", "freifrau", "freiin", "baron", "baronin", "baronesse", "graf", "gräfin", "fürst", "fürstin", "prinz",
     "prinzessin", "herzog", "herzogin", "ritter", "фрайгерр", "фрайхерр", "фрейгерр", "фрайфрау", "фрейфрау", "барон",
     "баронин", "баронесса", "граф", "графиня", "фюрст", "князь", "княгиня", "принц", "принцесса", "герцог",
     "герцогиня", "риттер"}
)  # fmt: skip


def with_initials(name: str, *, family: int = 1) -> str:
    """The given names as initials, particles and titles whole; ``family``: how many words the family name has.

    The given names stand first, as on a badge in the reader's script.

    >>> with_initials("Anna-Maria Sophie von Hohenlohe", family=1)
    'A.-M. S. von Hohenlohe'
    """
    words = name.split()
    tail = max(1, family)
    if len(words) <= tail:
        return name
    return " ".join([*(_initial(word) for word in words[:-tail]), *words[-tail:]])


def _initial(word: str) -> str:
    if word.endswith(".") or not word[0].isupper() or word.casefold() in _TITLES:
        return word
    return "-".join(f"{piece[0]}." if piece[0].isupper() else piece for piece in word.split("-") if piece)
