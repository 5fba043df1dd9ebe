"""What the technician's table says of plates and equipment."""

from __future__ import annotations

from flask_babel import gettext as _

from app.printing.camera.technician import Guest


def plate_words(guest: Guest) -> tuple[str, str]:
    """Whether the plate is drawn, as word and tone."""
    if guest.plate is None:
        return _("not drawn"), "quiet"
    return (_("drawn"), "done") if guest.plate else (_("to be drawn anew"), "waiting")


def test_words(guest: Guest) -> tuple[str, str]:
    """What the test of camera and microphone found, as word and tone."""
    if guest.tested is None:
        return _("not tested"), "waiting"
    camera, microphone = guest.tested
    if camera and microphone:
        return _("camera and microphone work"), "done"
    if camera:
        return _("no microphone"), "stop"
    return (_("no camera"), "stop") if microphone else (_("neither camera nor microphone"), "stop")
