"""The register's pattern of numbers, and the register on paper."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from app.correspondence.models import OutgoingRegister
from app.correspondence.operations.writing import fonts
from app.correspondence.rules import require_pattern
from app.database import lock, transaction
from app.directory.models import Organisation
from app.history.operations import record
from app.history.rules import Actor
from invitations.passages import mark_passages


def set_number_pattern(*, issuer: Organisation, pattern: str, year: int, actor: Actor, at: datetime) -> str:
    """Number the issuer's letters by another pattern from the next one on; numbers given stay as they are.

    :param year: the running year: its register changes too, older ones do not.
    :raises Refusal: (field ``pattern``) see :func:`require_pattern`.
    """
    tidy = require_pattern(pattern)
    with transaction() as session:
        lock(issuer)
        register = session.scalar(
            select(OutgoingRegister).where(OutgoingRegister.issuer_id == issuer.id, OutgoingRegister.year == year)
        )
        before = register.pattern if register is not None else issuer.number_pattern
        if (before, issuer.number_pattern) == (tidy, tidy):
            return tidy
        if register is not None:
            lock(register).pattern = tidy
        issuer.number_pattern = tidy
        record(deed="correspondence.set_number_pattern", subject=issuer, actor=actor, at=at,
               details={"before": before, "after": tidy, "year": year})  # fmt: skip
    return tidy


def sheets_pdf(html: str, *, title: str) -> bytes:
    """A page of ours as tagged PDF; it may use the house's fonts and nothing else."""
    from weasyprint import HTML
    from weasyprint.text.fonts import FontConfiguration

    from invitations.composer import fetcher

    mark_passages()
    page = HTML(string=html, url_fetcher=fetcher(fonts()))
    made = page.render(font_config=FontConfiguration(), pdf_variant="pdf/ua-1")
    made.metadata.title = title
    pdf: bytes = made.write_pdf(pdf_identifier=b"ratusha register", pdf_variant="pdf/ua-1")
    return pdf
