"""Whose rooms they are."""

from __future__ import annotations

from enum import StrEnum


class Provider(StrEnum):
    """Who holds the meeting room."""

    PLAIN = "plain"
    JITSI = "jitsi"
    BIGBLUEBUTTON = "bigbluebutton"
