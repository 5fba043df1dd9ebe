"""What notes of the imported data say, in the reader's language."""

from __future__ import annotations

from flask_babel import gettext as _


def told_note(note: str) -> str:
    """A note of the data in the reader's language; one that somebody wrote stays as it is."""
    known = {
        "region row, coordinates of the capital": _("A region; the coordinates are those of its capital"),
        "town within St. Petersburg": _("A town within St. Petersburg"),
        "GeoNames population implausible, dropped": _("The number of inhabitants in GeoNames is implausible and was "
                                                      "left out"),
        "rural settlement (formerly Hermsdorf)": _("A rural settlement (formerly Hermsdorf)"),
        "Kaliningrad oblast (formerly Tilsit)": _("In the Kaliningrad Region (formerly Tilsit)"),
        "part of Moscow since 2012": _("A part of Moscow since 2012"),
        "administrative okrug of Moscow": _("An administrative okrug of Moscow"),
        "coordinates of the town of Düren; population left blank (county)": _(
            "A district; the coordinates are those of the town of Düren, the number of inhabitants is left out"
        ),
        "not to be confused with Münster": _("Not to be confused with Münster"),
        "conference host 1987": _("Host of the conference of 1987"),
        "Amt Zarrentin (collective municipality)": _("Amt Zarrentin, an association of municipalities"),
    }  # fmt: skip
    return str(known.get(note.strip(), note))
