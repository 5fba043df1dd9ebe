"""Pages of a long list: counted and cut in SQL, numbered for people."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request, url_for

PER_PAGE = 50


@dataclass(frozen=True)
class Page:
    """One page of ``total`` rows; what the ``pager`` component draws."""

    number: int
    total: int
    per_page: int = PER_PAGE

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // self.per_page))

    @property
    def offset(self) -> int:
        """Rows before this page."""
        return (self.number - 1) * self.per_page

    def _url(self, number: int) -> str | None:
        if not 1 <= number <= self.pages or request.endpoint is None:
            return None
        values = {**(request.view_args or {}), **request.args.to_dict(flat=False), "page": number}
        return url_for(request.endpoint, **values)

    @property
    def previous_url(self) -> str | None:
        """Where the page before is."""
        return self._url(self.number - 1)

    @property
    def next_url(self) -> str | None:
        """Where the next page is."""
        return self._url(self.number + 1)


def page_number() -> int:
    """The ``page`` of the address; 1 when it is missing or nonsense."""
    text = request.args.get("page", "1")
    return max(1, int(text)) if text.isdecimal() and len(text) < 7 else 1
