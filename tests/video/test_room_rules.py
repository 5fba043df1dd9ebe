"""When servers are asked for rooms, and which addresses and settings are taken."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from app.errors import Refusal
from app.video.rules.accounts import require_base
from app.video.rules.making import Standing, is_due, next_try
from app.video.rules.rooms import Provider
from config import BadSetting, VideoServer, load_settings
from tests.factories import NOW

AT = NOW
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("begins", "made", "following", "due"),
    [
        (AT + 1000 * MINUTE, None, None, True),  # never asked for
        (AT + 1000 * MINUTE, AT - MINUTE, None, False),
        (AT + 44 * MINUTE, AT - 6 * MINUTE, None, True),  # once more before the session
        (AT + 44 * MINUTE, AT - 4 * MINUTE, None, False),
        (AT + 46 * MINUTE, AT - 600 * MINUTE, None, False),
        (AT - 30 * MINUTE, AT - 5 * MINUTE, None, True),  # while it runs
        (AT - 60 * MINUTE, None, None, False),  # over
        (AT + MINUTE, None, AT + MINUTE, False),  # tried a moment ago
        (AT + MINUTE, None, AT, True),
        (None, AT - 600 * MINUTE, None, False),
        (None, None, None, True),
    ],
)
def test_is_due_asks_in_time_when_a_session_is_near(
    begins: datetime | None, made: datetime | None, following: datetime | None, due: bool
) -> None:
    ends = begins + 60 * MINUTE if begins else None
    assert is_due(Standing(begins, ends, made, following), AT) is due


def test_is_due_asks_again_when_a_room_that_was_there_is_in_trouble() -> None:
    far = AT + timedelta(days=9)
    assert is_due(Standing(far, far + MINUTE, AT - MINUTE, None, in_trouble=True), AT)
    assert not is_due(Standing(far, far + MINUTE, AT - MINUTE, AT + MINUTE, in_trouble=True), AT)


def test_next_try_waits_longer_each_time_when_the_session_is_far() -> None:
    far, near = AT + timedelta(days=30), AT + timedelta(hours=1)
    pauses = [(next_try(tries=n, begins=far, at=AT) - AT).total_seconds() for n in (1, 2, 3, 6, 50)]
    assert pauses == [30, 60, 120, 900, 900]
    assert [(next_try(tries=n, begins=near, at=AT) - AT).total_seconds() for n in (1, 2, 9)] == [30, 60, 60]


@pytest.mark.parametrize(
    ("text", "provider", "expected"),
    [
        (" https://bbb.example/bigbluebutton/ ", Provider.BIGBLUEBUTTON, "https://bbb.example/bigbluebutton/api"),
        ("https://bbb.example/bigbluebutton/api", Provider.BIGBLUEBUTTON, "https://bbb.example/bigbluebutton/api"),
        ("https://meet.example", Provider.JITSI, "https://meet.example"),
        ("https://8x8.vc/tenant/", Provider.JITSI, "https://8x8.vc/tenant"),
        ("https://m.example/{room}?x=1", Provider.PLAIN, "https://m.example/{room}?x=1"),
        ("http://bbb.example/", Provider.BIGBLUEBUTTON, None), ("bbb.example", Provider.JITSI, None),
        ("https://u:p@bbb.example", Provider.JITSI, None), ("https://bbb.example/?a=b", Provider.JITSI, None),
        ("https://bbb.example:x/", Provider.JITSI, None), ("https://[::1", Provider.JITSI, None),
        ("https://bbb.example/a b", Provider.JITSI, None), ("", Provider.JITSI, None),
        ("https://bbb.example/\r\nHost: x", Provider.JITSI, None), ("https://m.example/", Provider.PLAIN, None),
        ("https://m.example/{room}/{room}", Provider.PLAIN, None), ("file:///{room}", Provider.PLAIN, None),
    ],
)  # fmt: skip
def test_require_base_gives_the_address_calls_are_made_with_when_it_is_one(
    text: str, provider: Provider, expected: str | None
) -> None:
    if expected is None:
        with pytest.raises(Refusal) as caught:
            require_base(text, provider)
        assert caught.value.field == "base"
    else:
        assert require_base(text, provider) == expected


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"RATUSHA_VIDEO_PROVIDER": "zoom"}, "RATUSHA_VIDEO_PROVIDER"),
        ({"RATUSHA_VIDEO_PROVIDER": "jitsi"}, "RATUSHA_VIDEO_BASE"),
        ({"RATUSHA_VIDEO_PROVIDER": "bigbluebutton", "RATUSHA_VIDEO_BASE": "http://b.example"}, "RATUSHA_VIDEO_BASE"),
        ({"RATUSHA_VIDEO_PROVIDER": "jitsi", "RATUSHA_VIDEO_BASE": "https://u:p@b.example"}, "RATUSHA_VIDEO_BASE"),
        ({"RATUSHA_VIDEO_PROVIDER": "jitsi", "RATUSHA_VIDEO_BASE": "https://b.example/?a"}, "RATUSHA_VIDEO_BASE"),
        ({"RATUSHA_VIDEO_PRIVATE": "yes"}, "RATUSHA_VIDEO_PRIVATE"),
        ({"RATUSHA_VIDEO_SECONDS": "0"}, "RATUSHA_VIDEO_SECONDS"),
    ],
)
def test_load_settings_names_the_setting_when_a_meeting_server_is_wrong(
    given: dict[str, str], named: str, tmp_path: Any
) -> None:
    with pytest.raises(BadSetting, match=f"^{named}: "):
        load_settings({"RATUSHA_DATA": str(tmp_path), **given})


def test_load_settings_takes_a_meeting_server_when_it_is_whole(tmp_path: Any) -> None:
    found = load_settings(
        {"RATUSHA_DATA": str(tmp_path), "RATUSHA_VIDEO_PROVIDER": "jitsi", "RATUSHA_VIDEO_BASE": "http://m.example/",
         "RATUSHA_VIDEO_SECRET": "-----BEGIN x\\ny", "RATUSHA_VIDEO_APP_ID": "a", "RATUSHA_VIDEO_PRIVATE": "1"}
    )  # fmt: skip
    assert found.video == VideoServer("jitsi", "http://m.example", "-----BEGIN x\ny", "a", True, 5.0)
    assert "BEGIN" not in repr(found)
