"""The pieces all layouts share. Every text of a person is escaped here; nothing else writes mark-up."""

from __future__ import annotations

import re
from functools import cache
from html import escape
from typing import Final

import segno

from invitations import typography
from invitations.layout import words
from invitations.letter import Letter
from invitations.merge import Block, Run

# A range of days («28–30 июня 2021 г.») and an e-mail address with a hyphen stay on one line, with what closes them.
_TOGETHER: Final = re.compile(r"\d{1,2}\.?–\d{1,2}\S*|[^\s,;:()<>]*-[^\s,;:()<>]*@\S+|[^\s,;:()<>]+@\S*-\S*")


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
    """The body's blocks; neighbouring list items share one list."""
    out: list[str] = []
    items: list[str] = []
    for block in found:
        inside = "".join(_run(run, language) for run in block.runs)
        if block.kind == "item":
            items.append(f"<li>{inside}</li>")
            continue
        if items:
            out.append(f"<ul>{''.join(items)}</ul>")
            items = []
        out.append(f"<p>{inside}</p>")
    if items:
        out.append(f"<ul>{''.join(items)}</ul>")
    return out


def lines(shown: tuple[str, ...], css: str) -> str:
    """Lines under one another in one paragraph; nothing at all for none."""
    return f'<p class="{css}">{"<br>".join(text(line) for line in shown)}</p>' if shown else ""


def whom(letter: Letter, shown: tuple[str, ...]) -> str:
    """The addressee."""
    return lines(tuple(typography.bound(line, letter.language) for line in shown), "whom")


def names(letter: Letter) -> str:
    """The mark and the issuer's names, the letter's language first."""
    head = letter.letterhead
    out = ['<div class="mark"><i class="long"></i><i class="short"></i></div>']
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


def addresses(letter: Letter) -> str:
    """The issuer's postal addresses in both languages, then the contacts."""
    head = letter.letterhead
    out = []
    for language in head.languages(letter.language):
        if head.address(language):
            shown = "<br>".join(text(line) for line in head.address(language))
            out.append(f'<p class="small" lang="{language}">{shown}</p>')
    out.append(lines(contacts(letter), "small"))
    return "".join(out)


@cache
def _code(url: str) -> str:
    return str(segno.make(url, error="m", micro=False).svg_data_uri(border=0, dark="#000"))


def _link(url: str) -> str:
    """A link shown without its scheme; it may break after a slash."""
    shown = escape(re.sub(r"^https?://", "", url)).replace("/", "/<wbr>")
    return f'<a href="{escape(url)}">{shown}</a>'


def has_foot(letter: Letter) -> bool:
    """Whether the first sheet has links at its foot."""
    return bool(letter.reply_url or letter.verify_url)


def reply(letter: Letter) -> str:
    """The personal link as a code and in letters, and where anyone checks the document."""
    language = letter.language
    code, shown = "", []
    if letter.reply_url:
        code = f'<img class="qr" src="{_code(letter.reply_url)}" alt="{escape(words.QR_ALT[language])}">'
        shown.append(f"{escape(words.REPLY[language])}<br>{_link(letter.reply_url)}")
    if letter.verify_url:
        shown.append(f"{escape(words.VERIFY[language])}<br>{_link(letter.verify_url)}")
    return f'<div class="reply">{code}<p class="link">{"<br>".join(shown)}</p></div>' if shown else ""


def watermark(letter: Letter) -> str:
    """The word that tells a draft from a letter, on every page."""
    return f'<div class="watermark">{words.DRAFT[letter.language]}</div>' if letter.is_draft else ""


def attachments(letter: Letter) -> str:
    """The attachment note with counted sheets (GOST R 7.0.97, requisite 19)."""
    noted = [
        typography.bound(words.attachment(a.title, a.sheets, a.copies, letter.language), letter.language)
        for a in letter.attachments
    ]
    if not noted:
        return ""
    label = words.ATTACHMENT[letter.language][0 if len(noted) == 1 else 1]
    if len(noted) > 1 and letter.layout == "gost":
        noted = [f"{number}.\u00a0{line}" for number, line in enumerate(noted, 1)]
    shown = "".join(f"<p>{text(line)}</p>" for line in noted)
    return f'<div class="attachments"><p class="label">{label}</p><div class="list">{shown}</div></div>'


def executor(letter: Letter) -> str:
    """Who prepared the letter (GOST R 7.0.97, requisite 25)."""
    if letter.executor is None:
        return ""
    shown = [f"{words.EXECUTOR[letter.language]} {letter.executor.name}"]
    if letter.executor.phone:
        shown.append(f"{words.PHONE[letter.language]}\u00a0{letter.executor.phone}")
    return lines(tuple(typography.bound(line, letter.language) for line in shown), "executor")


def closing(letter: Letter) -> str:
    """The closing phrase."""
    return f'<p class="closing">{text(letter.closing)}</p>' if letter.closing else ""


def signature(letter: Letter, *, office_first: bool) -> str:
    """Office and typed name with room for the hand: office first in Russian, name first elsewhere."""
    post = f'<p class="post">{text(letter.signatory.office)}</p>'
    name = f'<p class="name">{text(typography.bound(letter.signatory.name, letter.language))}</p>'
    return f'<div class="signature">{post + name if office_first else name + post}</div>'


def foot(letter: Letter, *, one_sheet: bool) -> str:
    """The foot of the first sheet: the link, and on a single sheet the executor."""
    if not has_foot(letter):
        return ""
    return f'<div class="foot">{executor(letter) if one_sheet else ""}{reply(letter)}</div>'


def below(letter: Letter, *, one_sheet: bool) -> str:
    """The executor under the signature, unless the foot has it."""
    return "" if one_sheet and has_foot(letter) else executor(letter)


def body(letter: Letter, tail: str) -> str:
    """The body and ``tail``; the last paragraph stays with the signature, which never stands on a sheet alone."""
    shown = blocks(letter.body, letter.language)
    return (
        f'<div class="body">{"".join(shown[:-1])}</div>'
        f'<div class="end"><div class="body last">{"".join(shown[-1:])}</div>{tail}</div>'
    )


def opening(letter: Letter) -> tuple[str, str]:
    """Heading and salutation."""
    return (
        f'<h1 class="subject">{text(typography.bound(letter.subject, letter.language))}</h1>',
        f'<p class="salutation">{text(letter.salutation)}</p>',
    )


def slot(value: str) -> str:
    """A value on its line; an empty line where it is still to come."""
    return f'<span class="slot{"" if value else " blank"}">{escape(value)}</span>'
