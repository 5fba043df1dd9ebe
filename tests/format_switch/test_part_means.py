"""What a part that moves means for somebody: pure."""

from __future__ import annotations

from typing import Any

import pytest

from app.conferences.rules import Attendance, ConferenceFormat
from app.delegations.rules import Accreditation
from app.format_switch.operations.mail_frames import part_means
from app.format_switch.operations.mails import follows_from_home
from app.format_switch.queries.told import OwnSession
from app.format_switch.rules import Standing

ON_SITE, BY_VIDEO = Attendance.ON_SITE, Attendance.VIDEO
IN_PERSON, HYBRID, VIDEO = ConferenceFormat.IN_PERSON, ConferenceFormat.HYBRID, ConferenceFormat.VIDEO


def _session(was: str, now: str | None, *, on_video: bool = False) -> OwnSession:
    """A session held so before and now; None: not theirs any more."""

    def item(held: str) -> dict[str, Any]:
        return {"id": "K01", "starts_at": None, "ends_at": None, "date": "", "cancelled": held == "cancelled"}

    def online(held: str | None) -> bool:
        return held == "video" or (on_video and held == "hybrid")

    def door(held: str | None) -> bool:
        return held in {"video", "hybrid"}

    return OwnSession(item(was), item(now) if now else None, online(was), online(now), had_door=door(was),
                      has_door=door(now))  # fmt: skip


@pytest.mark.parametrize(
    ("sessions", "on_video", "to_screen", "means"),
    [
        ([("in-person", "video"), ("in-person", "in-person")], False, True, "some-online"),
        ([("in-person", "video"), ("in-person", "cancelled")], False, True, "all-online"),
        ([("video", "in-person")], False, False, "hall-again"),
        ([("in-person", "hybrid")], False, False, "stays"),
        ([("in-person", "in-person")], False, True, "stays"),  # nothing of theirs is on that day
        ([("in-person", "cancelled"), ("in-person", "in-person")], False, True, "other"),
        ([], False, True, "some-online"),
        ([("hybrid", "video")], True, True, "joins"),
        ([("in-person", "hybrid")], True, False, "joins"),
        ([("hybrid", None)], True, False, "hall-only"),
    ],
)
def test_part_says_what_it_means_when_sessions_of_somebody_move(
    sessions: list[tuple[str, str | None]], on_video: bool, to_screen: bool, means: str
) -> None:
    own = [_session(was, now, on_video=on_video) for was, now in sessions]
    assert part_means(own, on_video=on_video, to_screen=to_screen) == means


@pytest.mark.parametrize(
    ("attendance", "conference", "sessions", "from_home"),
    [
        (ON_SITE, HYBRID, [("hybrid", "video"), ("hybrid", "hybrid")], False),  # in the host's town on that day
        (ON_SITE, HYBRID, [("hybrid", "video"), ("hybrid", "cancelled")], True),  # nothing is left to come for
        (ON_SITE, IN_PERSON, [], False),
        (BY_VIDEO, HYBRID, [("hybrid", "hybrid")], True),
        (ON_SITE, VIDEO, [("hybrid", "video")], True),
    ],
)
def test_own_hours_are_told_only_when_somebody_follows_the_sessions_from_home(
    attendance: Attendance, conference: ConferenceFormat, sessions: list[tuple[str, str | None]], from_home: bool
) -> None:
    now = Standing(attendance, Accreditation.GRANTED)
    own = [_session(was, now_, on_video=attendance is BY_VIDEO) for was, now_ in sessions]
    assert follows_from_home(now, conference, own) is from_home
