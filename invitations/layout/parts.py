"""The pieces all layouts share. Every text of a person is escaped here; nothing else writes mark-up."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from html import escape
from itertools import groupby
from typing import Final

import segno

from invitations import typography
from invitations.dates import short_date
from invitations.layout import words
from invitations.letter import Letter
from invitations.merge import Block, Run

# A range of days («28–30 июня 2021 г.») and an e-mail address with a hyphen stay on one line, with what closes them.
_TOGETHER: Final = re.compile(r"\d{1,2}\.?–\d{1,2}\S*|[^\s,;:()<>]*-[^\s,;:()<>]*@\S+|[^\s,;:()<>]+@\S*-\S*")


_LONG_NUMBER: Final = re.compile(r"[0-9A-Fa-f]{9,}")
_GROUPS_ON_A_LINE: Final = 6
_SURELY_TWO_LINES: Final = 125  # signs that no line of any sheet holds


def text(words_of: str) -> str:
    """Escaped; ranges of days and e-mail addresses do not break over lines."""
    out, at = [], 0
    for found in _TOGETHER.finditer(words_of):
        out.append(escape(words_of[at : found.start()]))
        out.append(f'<span class="one">{escape(found[0])}</span>')
        at = found.end()
    out.append(escape(words_of[at:]))
    return "".join(out)


def _run(run: Run, language: str) -> str:
    shown = text(typography.bound(run.text, language))
    if run.bold:
        shown = f"<strong>{shown}</strong>"
    return f"<em>{shown}</em>" if run.italic else shown


def blocks(found: tuple[Block, ...], language: str) -> list[str]:
    """The body's blocks; neighbouring list items share one list, neighbouring rows one table.

    The last ones, as far as they may hold a single line, are ``kept`` with what stands before them: where the signature
    goes on to another sheet, two lines at least go with it.
    """
    out: list[str] = []
    for kind, run_of_blocks in groupby(enumerate(found, 1), key=lambda numbered: numbered[1].kind):
        shown = [
            (
                block.label,
                "".join(_run(run, language) for run in block.runs),
                ' class="kept"' if number == len(found) and len(block.text) < _SURELY_TWO_LINES else "",
            )
            for number, block in run_of_blocks
        ]
        if kind == "item":
            out.append(f"<ul>{''.join(f'<li{css}>{inside}</li>' for _label, inside, css in shown)}</ul>")
        elif kind == "row":
            rows = (
                f'<tr{css}><th scope="row">{text(typography.bound(label, language))}</th><td>{inside}</td></tr>'
                for label, inside, css in shown
            )
            out.append(f'<table class="facts">{"".join(rows)}</table>')
        else:
            out += [f"<p{css}>{inside}</p>" for _label, inside, css in shown]
    return out


def lines(shown: tuple[str, ...], css: str) -> str:
    """Lines under one another in one paragraph; nothing at all for none."""
    return f'<p class="{css}">{"<br/>".join(text(line) for line in shown)}</p>' if shown else ""


def whom(letter: Letter, shown: tuple[str, ...]) -> str:
    """The addressee."""
    css = "whom strong" if letter.house.addressee_bold else "whom"
    return lines(tuple(typography.bound(letter.house.initials(line), letter.language) for line in shown), css)


def _emblem(letter: Letter) -> str:
    logo = letter.letterhead.logo
    if logo is None:
        return ""
    described = f"{words.EMBLEM[letter.language]}: {letter.letterhead.name(letter.language)}"
    return f'<div class="emblem"><img src="{logo.url}" alt="{escape(described)}"/></div>'


def names(letter: Letter) -> str:
    """The mark and the issuer's names, the letter's language first."""
    head = letter.letterhead
    out = [_emblem(letter) if head.logo else '<div class="mark"><i class="long"></i><i class="short"></i></div>']
    for at, language in enumerate(head.languages(letter.language)):
        css = "issuer" if at == 0 else "issuer second"
        out.append(f'<p class="{css}" lang="{language}">{text(typography.bound(head.name(language), language))}</p>')
    return "".join(out)


def contacts(letter: Letter) -> tuple[str, ...]:
    """Telephone, e-mail and web of the issuer, then what else the sheet must name."""
    head = letter.letterhead
    found = []
    if head.phones:
        found.append(typography.bound(f"{words.PHONE[letter.language]}\u00a0{', '.join(head.phones)}", letter.language))
    online = ", ".join(part for part in (head.email, head.web) if part)
    if online:
        found.append(online)
    if head.registration:
        found.append(head.registration)
    return tuple(found)


def addresses(letter: Letter, *, joined: bool = False) -> str:
    """The issuer's postal addresses in both languages, then the contacts; ``joined`` sets each on one line."""
    head = letter.letterhead
    out = []
    for language in head.languages(letter.language):
        if head.address(language):
            found = [text(typography.bound(line, language)) for line in head.address(language)]
            shown = ", ".join(line.rstrip(",") for line in found) if joined else "<br/>".join(found)
            out.append(f'<p class="small" lang="{language}">{shown}</p>')
    told = contacts(letter)
    out.append(lines((" · ".join(told),) if joined and told else told, "small"))
    return "".join(out)


@lru_cache(maxsize=64)
def _code(url: str) -> str:
    """A code any reader reads; its mask is given, for trying all eight takes as long as laying out the foot."""
    return str(segno.make(url, error="m", micro=False, mask=2).png_data_uri(border=0, scale=3))


def _link(url: str) -> str:
    """A link shown without its scheme."""
    shown = escape(re.sub(r"^https?://", "", url))
    return f'<a href="{escape(url)}">{shown}</a>'


def has_foot(letter: Letter) -> bool:
    """Whether the first sheet has links at its foot."""
    return bool(letter.reply_url or letter.verify_url)


def reply(letter: Letter) -> str:
    """The personal link as a code and in letters, and where anyone checks the document."""
    language = letter.language
    code, shown = "", []
    if letter.reply_url:
        code = f'<img class="qr" src="{_code(letter.reply_url)}" alt="{escape(words.QR_ALT[language])}"/>'
        shown.append(f"{escape(words.REPLY[language])}<br/>{_link(letter.reply_url)}")
    if letter.verify_url:
        shown.append(f"{escape(words.VERIFY[language])}<br/>{_link(letter.verify_url)}")
    return f'<div class="reply">{code}<p class="link">{"<br/>".join(shown)}</p></div>' if shown else ""


def check(letter: Letter) -> str:
    """The code by which anyone checks the document, at the upper right (GOST R 7.0.97-2025, requisite 31)."""
    if not letter.verify_url:
        return ""
    described = escape(words.CHECK_ALT[letter.language])
    return f'<img class="check" src="{_code(letter.verify_url)}" alt="{described}"/>'


def watermark(letter: Letter) -> str:
    """The word that tells a draft from a letter, on every page."""
    return f'<div class="watermark">{words.DRAFT[letter.language]}</div>' if letter.is_draft else ""


def attachments(letter: Letter) -> str:
    """The attachment note with counted sheets (GOST R 7.0.97, requisite 19)."""
    if letter.attachments and letter.house.attachments_in_one_line and letter.layout.startswith("gost"):
        note = words.attachments_in_one_line([(a.title, a.sheets) for a in letter.attachments])
        shown = f"<p>{text(typography.bound(note, letter.language))}</p>"
        return (
            f'<div class="attachments"><p class="label">{words.ATTACHMENT["ru"][0]}</p>'
            f'<div class="list">{shown}</div></div>'
        )
    noted = [
        typography.bound(words.attachment(a.title, a.sheets, a.copies, letter.language), letter.language)
        for a in letter.attachments
    ]
    if not noted:
        return ""
    label = words.ATTACHMENT[letter.language][0 if len(noted) == 1 else 1]
    if len(noted) > 1 and letter.layout.startswith("gost"):
        noted = [f"{number}.\u00a0{line}" for number, line in enumerate(noted, 1)]
    shown = "".join(f"<p>{text(line)}</p>" for line in noted)
    return f'<div class="attachments"><p class="label">{label}</p><div class="list">{shown}</div></div>'


def copies(letter: Letter) -> str:
    """The organisations that get a copy: «Verteiler» below the attachments (DIN 5008), "cc" of an English letter."""
    if not letter.copies:
        return ""
    shown = "".join(f"<p>{text(typography.bound(name, letter.language))}</p>" for name in letter.copies)
    label = words.COPIES.get(letter.language, words.COPIES["en"])
    return f'<div class="attachments copies"><p class="label">{label}</p><div class="list">{shown}</div></div>'


def executor(letter: Letter) -> str:
    """Who prepared the letter (GOST R 7.0.97, requisite 25)."""
    if letter.executor is None:
        return ""
    house = letter.house if letter.layout.startswith("gost") else None
    before = words.EXECUTOR[letter.language] if house is None else house.executor_word
    phone = words.PHONE[letter.language] if house is None else house.phone_word
    name = letter.house.initials(letter.executor.name)
    shown = [f"{before} {name}".strip()]
    if letter.executor.phone:
        shown.append(f"{phone}\u00a0{letter.executor.phone}".strip())
    return lines(tuple(typography.bound(line, letter.language) for line in shown), "executor")


def closing(letter: Letter) -> str:
    """The closing phrase."""
    return f'<p class="closing">{text(letter.closing)}</p>' if letter.closing else ""


def _in_groups(number: str) -> str:
    """A certificate's number of up to 40 digits in groups of four; a long one breaks in its middle."""
    if not _LONG_NUMBER.fullmatch(number):
        return number
    even = number.zfill(len(number) + len(number) % 2)
    groups = [even[at : at + 4] for at in range(0, len(even), 4)]
    half = len(groups) if len(groups) <= _GROUPS_ON_A_LINE else (len(groups) + 1) // 2
    return " ".join("\u00a0".join(groups[at : at + half]) for at in range(0, len(groups), half))


def _signed(letter: Letter) -> str:
    """What stands where the hand would: the mark of the electronic signature, a facsimile, or room."""
    language = letter.language
    mark = letter.signature_mark
    if mark is not None:
        valid = date_span(mark.valid_from, mark.valid_to, language)
        facts = (
            (words.CERTIFICATE, _in_groups(mark.certificate)),
            (words.OWNER, mark.owner),
            (words.VALID, valid),
        )
        shown = "".join(f"<p>{word[language]}: {escape(value)}</p>" for word, value in facts)
        return f'<div class="seal"><p class="signed">{words.SIGNED[language]}</p>{shown}</div>'
    if letter.facsimile is not None:
        described = f"{words.HAND[language]}: {letter.signatory.name}"
        return f'<img class="facsimile" src="{letter.facsimile.url}" alt="{escape(described)}"/>'
    return ""


def date_span(start: date, end: date, language: str) -> str:
    """«с 01.02.2021 по 01.05.2022», "01.02.2021 bis 01.05.2022", "1 Feb 2021 to 1 May 2022"."""
    before, between = {"ru": ("с\u00a0", "по"), "de": ("", "bis"), "en": ("", "to")}[language]
    return f"{before}{short_date(start, language)} {between}\u00a0{short_date(end, language)}"


def signature(letter: Letter, *, office_first: bool) -> str:
    """Office and typed name with room for the hand: office first in Russian, name first elsewhere."""
    post = f'<p class="post">{text(letter.signatory.office)}</p>'
    shown = letter.house.initials(letter.signatory.name)
    name = f'<p class="name">{text(typography.bound(shown, letter.language))}</p>'
    by_hand = _signed(letter)
    css = "signature signed-here" if by_hand else "signature"
    if letter.signature_mark is not None:
        css += " sealed"
    if not office_first:
        return f'<div class="{css}">{by_hand}{name}{post}</div>'
    if letter.house.closing_after_post and letter.layout.startswith("gost"):
        post += closing(letter)
    if letter.signature_mark is not None:
        post = f'<div class="beside">{post}</div>'
    return f'<div class="{css}">{post}{by_hand}{name}</div>'


def foot(letter: Letter, *, one_sheet: bool) -> str:
    """The foot of the first sheet: the link, and on a single sheet the executor."""
    if not has_foot(letter):
        return ""
    inside = f"{executor(letter) if one_sheet else ''}{reply(letter)}"
    return f'<div class="foot"><div class="down">{inside}</div>{check(letter)}</div>'


def below(letter: Letter, *, one_sheet: bool) -> str:
    """The executor under the signature, unless the foot has it."""
    return "" if one_sheet and has_foot(letter) else executor(letter)


def body(letter: Letter, tail: str) -> str:
    """The body and ``tail``: closing, signature and what follows them never stand on a sheet without text above."""
    return f'<div class="body">{"".join(blocks(letter.body, letter.language))}</div><div class="end">{tail}</div>'


def opening(letter: Letter) -> tuple[str, str]:
    """Heading and salutation."""
    return (
        f'<h1 class="subject">{text(typography.bound(letter.subject, letter.language))}</h1>',
        f'<p class="salutation">{text(letter.salutation)}</p>',
    )


def slot(value: str) -> str:
    """A value on its line; an empty line where it is still to come."""
    return f'<span class="slot{"" if value else " blank"}">{escape(value)}</span>'
