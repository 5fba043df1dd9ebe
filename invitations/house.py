"""Habits of the house: where a sheet may differ from the standard because the issuer has always written so."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_BETWEEN: Final = re.compile(r"(?<=[А-ЯЁ]\.)[ \u00a0](?=[А-ЯЁ])")
# First words of a letter that go on in lower case after «Уважаемые коллеги,».
_VERB: Final = re.compile(r"[А-ЯЁ][а-яё]+(?:ем|им|ём)(?=[ \u00a0])")


@dataclass(frozen=True)
class HouseOptions:
    """Options of a Russian sheet; the defaults follow GOST R 7.0.97.

    * ``salutation_mark``: ``!`` or ``,`` after the salutation;
    * ``date_word``: «Дата» before the date; ``date_above_number`` puts the two on lines of their own;
    * ``closing_after_post``: «С уважением,» between the post and the name instead of above both;
    * ``initials_space``: a space between initials and surname;
    * ``executor_word`` and ``phone_word``: «Исп.:», «Тел.:»; empty leaves the word out;
    * ``attachments_in_one_line``: «Приложение: …, … на «7» лл.» instead of counted sheets and copies for each;
    * ``addressee_bold``: the addressee in bold type.
    """

    salutation_mark: str = "!"
    date_word: str = ""
    date_above_number: bool = False
    closing_after_post: bool = False
    initials_space: bool = True
    executor_word: str = "Исп.:"
    phone_word: str = "тел."
    attachments_in_one_line: bool = False
    addressee_bold: bool = False

    def __post_init__(self) -> None:
        if self.salutation_mark not in ("!", ","):
            raise ValueError("a salutation closes with ! or ,")

    def initials(self, name: str) -> str:
        """A name with or without the space after its initials."""
        return name if self.initials_space else _BETWEEN.sub("", name)

    def opening(self, salutation: str) -> str:
        """The salutation with the mark of the house."""
        return salutation[:-1] + self.salutation_mark if salutation.endswith("!") else salutation

    def goes_on(self, text: str) -> str:
        """The first words after the salutation: lower case after a comma where they open with a verb."""
        if self.salutation_mark == "," and _VERB.match(text):
            return text[0].lower() + text[1:]
        return text


# How the association has written since its first conference.
ASSOCIATION: Final = HouseOptions(
    salutation_mark=",",
    date_word="Дата",
    date_above_number=True,
    closing_after_post=True,
    initials_space=False,
    phone_word="Тел.:",
    attachments_in_one_line=True,
    addressee_bold=True,
)
