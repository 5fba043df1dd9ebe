"""Troubles and findings of meeting servers in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from app.i18n import number
from app.video.rules.rooms import Provider
from app.video.rules.trouble import Finding, TroubleKind


def provider_name(provider: Provider) -> str:
    """What people call it."""
    if provider is Provider.PLAIN:
        return str(_("Plain addresses of any service"))
    return {Provider.JITSI: "Jitsi", Provider.BIGBLUEBUTTON: "BigBlueButton"}[provider]


def recording_word(kind: str) -> str:
    """What a server's kind of recording is."""
    known = {
        "presentation": _("Slides with sound"),
        "video": _("Video recording"),
        "podcast": _("Sound"),
        "screenshare": _("Shared screen"),
        "notes": _("Shared notes"),
    }
    return str(known.get(kind, kind))


def trouble_words(kind: str, values: Mapping[str, Any]) -> str:
    """One sentence: what went wrong. A kind that is not known any more is told in general."""
    host = str(values.get("host", ""))
    seconds = int(values.get("seconds", 0) or 0)
    said = {
        TroubleKind.NO_ANSWER: lambda: ngettext(
            "No answer in %(seconds)s second.", "No answer in %(seconds)s seconds.", seconds, seconds=number(seconds)
        ),
        TroubleKind.UNREACHABLE: lambda: _("Nobody answers at %(host)s.", host=host),
        TroubleKind.UNKNOWN_NAME: lambda: _("There is no machine named %(host)s.", host=host),
        TroubleKind.CERTIFICATE: lambda: _("The certificate of %(host)s is not valid.", host=host),
        TroubleKind.INSIDE: lambda: _(
            "%(host)s lies in the inner network. Whoever runs this machine can allow it with RATUSHA_VIDEO_PRIVATE=1.",
            host=host,
        ),
        TroubleKind.ELSEWHERE: lambda: _(
            "The server wants to lead us to %(host)s. Give the address it leads to, if that is right.", host=host
        ),
        TroubleKind.STATUS: lambda: _(
            "The server answered with the error %(status)s.", status=values.get("status", "")
        ),
        TroubleKind.TOO_BIG: lambda: _("The answer was far too long; this is hardly a meeting server."),
        TroubleKind.GARBAGE: lambda: _("The answer makes no sense; this is hardly the address of a meeting server."),
        TroubleKind.WRONG_SECRET: lambda: _("Checksum refused: the secret is wrong."),
        TroubleKind.NO_SECRET: lambda: _("There is no secret yet."),
        TroubleKind.BAD_KEY: lambda: _("The private key cannot be read."),
        TroubleKind.FAILED: lambda: _("The server refused: %(key)s.", key=values.get("key", "")),
        TroubleKind.BUSY: lambda: _("Too many calls to the server at once."),
        TroubleKind.NO_ADDRESS: lambda: _("No address has been given yet."),
    }
    try:
        return str(said[TroubleKind(kind)]())
    except ValueError:
        return str(_("The meeting server could not be asked."))


def clock_words(ahead: int | None) -> str:
    """One sentence about the clock of the server, ``ahead`` seconds before ours; empty when it told none."""
    if ahead is None:
        return ""
    if abs(ahead) <= 1:
        return str(_("Its clock is right."))
    if ahead > 0:
        return str(_("Its clock is %(seconds)s s ahead.", seconds=number(ahead)))
    return str(_("Its clock is %(seconds)s s behind.", seconds=number(-ahead)))


def finding_words(finding: Finding) -> str:
    """What a test call found, in one or a few sentences."""
    if not finding.ok:
        return trouble_words(finding.kind, finding.values)
    first = {
        Finding.ACCEPTED: _("The server answered and took the secret."),
        Finding.TOKEN_UNPROVED: _(
            "The server answered. Whether it takes our tokens shows when somebody enters: it has no call to ask that."
        ),
    }.get(finding.kind, _("The server answered."))
    ahead = finding.values.get("clock")
    sentences = [first, clock_words(int(ahead) if ahead is not None else None)]
    if finding.values.get("short_secret"):
        sentences.append(_("The secret is shorter than 32 signs; a longer one would be safer."))
    return " ".join(sentence for sentence in sentences if sentence)
