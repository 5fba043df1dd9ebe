"""Envelopes and labels as PDF, for the printer."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from invitations.composer import fetcher
from invitations.layout import envelope, labels
from invitations.layout.envelope import Envelope
from invitations.layout.labels import LabelSheet

_FACES = {
    "PT Sans": "PT_Sans-Web-Regular",
    "Noto Sans": "NotoSans-Regular",
    "Noto Sans Arabic": "NotoSansArabic-Regular",
    "Noto Sans Armenian": "NotoSansArmenian-Regular",
    "Noto Sans Georgian": "NotoSansGeorgian-Regular",
    "Noto Sans Hebrew": "NotoSansHebrew-Regular",
}


def _faces(fonts: Path) -> str:
    return "".join(
        f'@font-face{{font-family:"{family}";src:url("{path.resolve().as_uri()}")}}'
        for family, stem in _FACES.items()
        if (path := fonts / f"{stem}.ttf").is_file()
    )


def _pdf(html: str, fonts: Path, name: bytes) -> bytes:
    from weasyprint import HTML
    from weasyprint.text.fonts import FontConfiguration

    made = HTML(string=html, url_fetcher=fetcher(fonts)).render(font_config=FontConfiguration())
    pdf: bytes = made.write_pdf(pdf_identifier=name)
    return pdf


def _face(fonts: Path) -> Path:
    return fonts / f"{_FACES['PT Sans']}.ttf"


def render_envelopes(envelopes: Sequence[Envelope], *, form: str, post: str, fonts: Path, title: str) -> bytes:
    """Envelopes, or the sheets for their windows, a page each.

    :param form: one of :data:`invitations.layout.envelope.FORM_NAMES`.
    :param post: the country in which they are posted.
    """
    asked = envelope.form(form, post)
    html = envelope.html(envelopes, asked, face=_face(fonts), faces=_faces(fonts), title=title)
    return _pdf(html, fonts, b"ratusha envelopes")


def render_labels(found: Sequence[Envelope], *, sheet: LabelSheet, start: int, fonts: Path, title: str) -> bytes:
    """The addressees on labels, row by row, from the label ``start`` of the first sheet on.

    :raises ValueError: when the sheet cannot be, or has no label ``start``.
    """
    if labels.faults(sheet) or not 1 <= start <= sheet.count:
        raise ValueError("no such sheet of labels")
    shown = [(one.language, one.addressee) for one in found]
    html = labels.html(shown, sheet, start=start, face=_face(fonts), faces=_faces(fonts), title=title)
    return _pdf(html, fonts, b"ratusha labels")
