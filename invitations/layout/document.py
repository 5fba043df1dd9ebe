"""Letter -> HTML. Every text of a person is escaped here; nothing else writes mark-up."""

from __future__ import annotations

import re
from functools import cache
from html import escape
from pathlib import Path
from string import Template
from typing import Final

import segno

from invitations.dates import long_date, short_date
from invitations.layout import geometry, words
from invitations.letter import Letter
from invitations.merge import Block, Run

_FOLDER: Final = Path(__file__).parent
_TOGETHER: Final = re.compile(r"\+\d[\d\u00a0 ()\-‑]{5,}\d|[^\s,;:()<>]+@[^\s,;()<>]+[^\s,;.()<>]")


@cache
def _sheet(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8")


def _style(letter: Letter, faces: str) -> str:
    shape: geometry.Gost | geometry.Din | geometry.Plain
    if letter.layout == "gost":
        shape = geometry.gost(letter.gost_edition)
    else:
        shape = geometry.Din() if letter.layout == "din" else geometry.Plain()
    measured = geometry.measures(shape)
    if not letter.reply_url and letter.layout != "din":
        measured["first_bottom"] = measured["bottom"]
    page = words.PAGE[letter.language]
    before, _, rest = page.partition("{page}")
    between = rest.partition("{pages}")[0]
    measured["page_text"] = f'"{before}" counter(page) "{between}" counter(pages)' if page else "counter(page)"
    return (
        faces
        + Template(_sheet("common.css")).substitute(measured)
        + Template(_sheet(f"{letter.layout}.css")).substitute(measured)
    )


def _text(text: str) -> str:
    """Escaped; telephone numbers and e-mail addresses do not break over lines."""
    out, at = [], 0
    for found in _TOGETHER.finditer(text):
        out.append(escape(text[at : found.start()]))
        out.append(f'<span class="one">{escape(found[0])}</span>')
        at = found.end()
    out.append(escape(text[at:]))
    return "".join(out)


def _run(run: Run) -> str:
    shown = _text(run.text)
    if run.bold:
        shown = f"<strong>{shown}</strong>"
    return f"<em>{shown}</em>" if run.italic else shown


def _blocks(blocks: tuple[Block, ...]) -> list[str]:
    """The body's blocks; neighbouring list items share one list."""
    out: list[str] = []
    items: list[str] = []
    for block in blocks:
        inside = "".join(_run(run) for run in block.runs)
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


def _lines(lines: tuple[str, ...], tag: str = "p", css: str = "") -> str:
    shown = "<br>".join(_text(line) for line in lines)
    return f'<{tag} class="{css}">{shown}</{tag}>' if shown else ""


def _names(letter: Letter) -> str:
    head = letter.letterhead
    out = ['<div class="mark"><i class="long"></i><i class="short"></i></div>']
    for at, language in enumerate(head.languages(letter.language)):
        css = "issuer" if at == 0 else "issuer second"
        out.append(f'<p class="{css}" lang="{language}">{_text(head.name(language))}</p>')
    return "".join(out)


def _contacts(letter: Letter) -> tuple[str, ...]:
    head = letter.letterhead
    language = letter.language
    lines = []
    if head.phones:
        lines.append(f"{words.PHONE[language]}\u00a0{', '.join(head.phones)}")
    line = ", ".join(part for part in (head.email, head.web) if part)
    if line:
        lines.append(line)
    if head.registration:
        lines.append(head.registration)
    return tuple(lines)


def _addresses(letter: Letter) -> str:
    head = letter.letterhead
    out = []
    for language in head.languages(letter.language):
        if head.address(language):
            out.append(
                f'<p class="small" lang="{language}">{"<br>".join(_text(x) for x in head.address(language))}</p>'
            )
    out.append(_lines(_contacts(letter), css="small"))
    return "".join(out)


@cache
def _qr(url: str) -> str:
    return segno.make(url, error="m", micro=False).svg_data_uri(border=0, dark="#000")


def _link(url: str) -> str:
    """A link shown without its scheme; it may break after a slash."""
    shown = escape(re.sub(r"^https?://", "", url)).replace("/", "/<wbr>")
    return f'<a href="{escape(url)}">{shown}</a>'


def _reply(letter: Letter) -> str:
    if not letter.reply_url:
        return ""
    language = letter.language
    check = f"<br>{escape(words.VERIFY[language])} {_link(letter.verify_url)}" if letter.verify_url else ""
    return (
        f'<div class="reply"><img class="qr" src="{_qr(letter.reply_url)}" alt="{escape(words.QR_ALT[language])}">'
        f'<p class="link">{escape(words.REPLY[language])}<br>{_link(letter.reply_url)}{check}</p></div>'
    )


def _watermark(letter: Letter) -> str:
    return f'<div class="watermark">{words.DRAFT[letter.language]}</div>' if letter.is_draft else ""


def _attachments(letter: Letter) -> str:
    noted = [words.attachment(a.title, a.sheets, a.copies, letter.language) for a in letter.attachments]
    if not noted:
        return ""
    one, many = words.ATTACHMENT[letter.language]
    label = one if len(noted) == 1 else many
    if len(noted) == 1:
        return f'<div class="attachments"><p class="label">{label}</p><p class="list">{_text(noted[0])}</p></div>'
    items = "".join(f"<li>{_text(line)}</li>" for line in noted)
    if letter.layout != "gost":
        return f'<div class="attachments"><p class="label">{label}</p><ul class="list">{items}</ul></div>'
    numbered = "".join(f"<p>{n}.\u00a0{_text(line)}</p>" for n, line in enumerate(noted, 1))
    return f'<div class="attachments"><p class="label">{label}</p><div class="list">{numbered}</div></div>'


def _executor(letter: Letter) -> str:
    if letter.executor is None:
        return ""
    lines = [f"{words.EXECUTOR[letter.language]} {letter.executor.name}".strip()]
    if letter.executor.phone:
        lines.append(f"{words.PHONE[letter.language]}\u00a0{letter.executor.phone}")
    return _lines(tuple(lines), css="executor")


def _end(letter: Letter, body: list[str], tail: str) -> str:
    """The last paragraph stays on the sheet of the signature, so the signature never stands alone."""
    keep = body[-1:] if body else []
    return f'<div class="body">{"".join(body[:-1])}</div><div class="end"><div class="body last">{"".join(keep)}</div>{tail}</div>'


def _gost(letter: Letter, *, one_sheet: bool) -> str:
    day = short_date(letter.date, "ru") if letter.date else ""
    number = letter.number or ""
    blank = "slot" if number else "slot blank"
    head = (
        f'<div class="corner">{_names(letter)}<div class="rule"></div>{_addresses(letter)}'
        f'<p class="register"><span class="slot">{escape(day)}</span> №\u00a0<span class="{blank}">{escape(number)}</span></p>'
        "</div>"
    )
    addressee = _lines(letter.address_lines, css="whom") + _lines(letter.postal_lines, css="postal")
    executor = _executor(letter)
    foot = ""
    if letter.reply_url:
        foot = f'<div class="foot">{executor if one_sheet else ""}{_reply(letter)}</div>'
    tail = (
        _attachments(letter)
        + (f'<p class="closing">{_text(letter.closing)}</p>' if letter.closing else "")
        + f'<div class="signature"><p class="post">{_text(letter.signatory.office)}</p>'
        f'<p class="name">{_text(letter.signatory.name)}</p></div>'
    )
    below = executor if not (one_sheet and letter.reply_url) else ""
    return (
        f'{foot}<div class="top">{head}<div class="addressee">{addressee}</div></div>'
        f'<h1 class="subject">{_text(letter.subject)}</h1><p class="salutation">{_text(letter.salutation)}</p>'
        f"{_end(letter, _blocks(letter.body), tail + below)}"
    )


def _info(letter: Letter) -> str:
    """The information block: our reference, who prepared the letter, date."""
    rows = [(words.NUMBER["de"], letter.number or "")]
    if letter.executor is not None:
        rows.append((words.EXECUTOR["de"], letter.executor.name))
        if letter.executor.phone:
            rows.append((words.TELEPHONE["de"], letter.executor.phone))
    if letter.letterhead.email:
        rows.append(("E-Mail", letter.letterhead.email))
    rows.append((words.DATE["de"], long_date(letter.date, "de") if letter.date else ""))
    return "".join(
        f'<p><span class="label">{escape(label)}:</span> <span class="value{"" if value else " blank"}">{_text(value)}</span></p>'
        for label, value in rows
    )


def _din(letter: Letter, *, one_sheet: bool) -> str:
    head = letter.letterhead
    street = head.address(letter.language) or head.address("en") or head.address("ru")
    sender = " · ".join((head.name(letter.language), *street))
    addressee = "<br>".join(_text(line) for line in (*letter.address_lines, *letter.postal_lines))
    second = [
        f'<p lang="{language}">{" · ".join(_text(line) for line in head.address(language))}</p>'
        for language in head.languages(letter.language)
        if head.address(language)
    ]
    foot = (
        f'<div class="foot">{_reply(letter)}<div class="imprint">{"".join(second)}'
        f"<p>{' · '.join(_text(line) for line in _contacts(letter))}</p></div></div>"
    )
    tail = (
        (f'<p class="closing">{_text(letter.closing)}</p>' if letter.closing else "")
        + f'<div class="signature"><p class="name">{_text(letter.signatory.name)}</p>'
        f'<p class="post">{_text(letter.signatory.office)}</p></div>' + _attachments(letter)
    )
    return (
        f'{foot}<div class="sheet"><div class="fold one"></div><div class="fold two"></div><div class="hole"></div></div>'
        f'<div class="letterhead">{_names(letter)}</div>'
        f'<div class="address"><p class="return">{_text(sender)}</p><p class="whom">{addressee}</p></div>'
        f'<div class="info">{_info(letter)}</div>'
        f'<h1 class="subject">{_text(letter.subject)}</h1><p class="salutation">{_text(letter.salutation)}</p>'
        f"{_end(letter, _blocks(letter.body), tail)}"
    )


def _plain(letter: Letter, *, one_sheet: bool) -> str:
    day = long_date(letter.date, "en") if letter.date else ""
    number = letter.number or ""
    executor = _executor(letter)
    foot = ""
    if letter.reply_url:
        foot = f'<div class="foot">{executor if one_sheet else ""}{_reply(letter)}</div>'
    tail = (
        (f'<p class="closing">{_text(letter.closing)}</p>' if letter.closing else "")
        + f'<div class="signature"><p class="name">{_text(letter.signatory.name)}</p>'
        f'<p class="post">{_text(letter.signatory.office)}</p></div>'
        + _attachments(letter)
        + (executor if not (one_sheet and letter.reply_url) else "")
    )
    return (
        f'{foot}<div class="letterhead"><div class="names">{_names(letter)}</div>'
        f'<div class="contacts">{_addresses(letter)}</div></div><div class="rule"></div>'
        f'<div class="register"><p>{escape(day)}</p>'
        f'<p>{words.NUMBER["en"]}: <span class="{"slot" if number else "slot blank"}">{escape(number)}</span></p></div>'
        f'<p class="whom">{"<br>".join(_text(line) for line in (*letter.address_lines, *letter.postal_lines))}</p>'
        f'<p class="salutation">{_text(letter.salutation)}</p><h1 class="subject">{_text(letter.subject)}</h1>'
        f"{_end(letter, _blocks(letter.body), tail)}"
    )


_LAYOUTS: Final = {"gost": _gost, "din": _din, "plain": _plain}


def document(letter: Letter, faces: str, *, one_sheet: bool = True, style: str | None = None) -> str:
    """The letter as a complete HTML document.

    ``faces`` is the CSS of the fonts. ``one_sheet`` puts the executor into the foot of the first sheet; on longer
    letters it stands below the signature on the last (GOST R 7.0.97, requisite 25).
    """
    author = escape(letter.letterhead.name(letter.language))
    sheet = _style(letter, faces) if style is None else style
    made = f'<meta name="dcterms.created" content="{letter.date.isoformat()}">' if letter.date else ""
    made += f'<meta name="dcterms.modified" content="{letter.date.isoformat()}">' if letter.date else ""
    return (
        f'<!DOCTYPE html><html lang="{letter.language}"><head><meta charset="utf-8">'
        f'<title>{escape(letter.title)}</title><meta name="author" content="{author}">{made}'
        f"<style>{sheet}</style></head><body>{_watermark(letter)}"
        f"{_LAYOUTS[letter.layout](letter, one_sheet=one_sheet)}</body></html>"
    )
