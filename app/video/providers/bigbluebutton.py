"""BigBlueButton: every call carries a checksum made with the secret shared with the server.

After its public API reference (docs.bigbluebutton.org, "API Reference"): checksum = hash(call + query + secret);
``create`` is idempotent and comes before every ``join``; a join address is bound to one meeting by ``createTime``.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlencode
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from app.video.providers.calls import Answer, Limits, call
from app.video.providers.interface import Ability, PersonInside, Recording
from app.video.providers.patience import patiently
from app.video.rules.accounts import FLOOR, Account, RoomPlan, meeting_name
from app.video.rules.trouble import Finding, Trouble, TroubleKind
from app.video.rules.visitors import Visitor, VisitorRole

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

Parameters = Sequence[tuple[str, str]]
MOST_SHOWN = 200  # recordings, people


def signed(name: str, query: str, secret: str) -> str:
    """The query with its checksum."""
    checksum = hashlib.sha256(f"{name}{query}{secret}".encode()).hexdigest()
    return f"{query}&checksum={checksum}" if query else f"checksum={checksum}"


def read_answer(body: bytes) -> Element:
    """What the server said.

    :raises Trouble: when it is no XML of ours, holds entities, or tells of a failure.
    """
    try:
        said: Element = fromstring(body, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as reason:
        raise Trouble(TroubleKind.GARBAGE) from reason
    outcome = (said.findtext("returncode") or "").strip().upper()
    if said.tag != "response" or outcome not in {"SUCCESS", "FAILED"}:
        raise Trouble(TroubleKind.GARBAGE)
    if outcome == "FAILED":
        key = (said.findtext("messageKey") or "").strip()
        if key == "checksumError":
            raise Trouble(TroubleKind.WRONG_SECRET)
        raise Trouble(TroubleKind.FAILED, key=re.sub(r"[^A-Za-z0-9_.-]", "", key)[:60] or "FAILED")
    return said


def _moment(text: str | None) -> datetime | None:
    """Milliseconds since 1970; None when unknown or no such number."""
    if text is None or not re.fullmatch(r"[0-9]{1,14}", text.strip()) or int(text) == 0:
        return None
    return datetime.fromtimestamp(int(text) / 1000, UTC)


class BigBlueButton:
    """A server with BigBlueButton's API at ``account.base``."""

    abilities = frozenset(
        {Ability.MAKES_ROOMS, Ability.CHANNELS, Ability.ENDS, Ability.RECORDS, Ability.TELLS_WHO}
    )  # fmt: skip

    def __init__(self, account: Account, limits: Limits | None = None) -> None:
        self._account = account
        self._limits = limits or Limits.of(account.seconds)

    def raw_address(self, key: str) -> str:
        """Leads nowhere without a checksum."""
        return f"{self._account.base}/join?{urlencode({'meetingID': key})}"

    def _address(self, name: str, parameters: Parameters) -> str:
        if not self._account.secret:
            raise Trouble(TroubleKind.NO_SECRET)
        return f"{self._account.base}/{name}?{signed(name, urlencode(parameters), self._account.secret)}"

    def _ask(self, name: str, parameters: Parameters, *, anyway: bool = False) -> tuple[Element, Answer]:
        address = self._address(name, parameters)
        answer = patiently(
            self._account.base, lambda: call(address, limits=self._limits, inside=self._account.inside), anyway=anyway
        )
        try:
            return read_answer(answer.body), answer
        except Trouble as trouble:
            if trouble.kind is TroubleKind.GARBAGE and answer.status != 200:
                raise Trouble(TroubleKind.STATUS, status=answer.status) from trouble
            raise

    def check(self, *, at: datetime) -> Finding:  # noqa: ARG002  # other servers sign a token for it
        """Ask whether a meeting runs that nobody has."""
        try:
            said, answer = self._ask(
                "isMeetingRunning", [("meetingID", f"ratusha-{secrets.token_hex(8)}")], anyway=True
            )
            if (said.findtext("running") or "").strip().lower() not in {"true", "false"}:
                raise Trouble(TroubleKind.GARBAGE)
        except Trouble as trouble:
            return Finding.of(trouble)
        return Finding(True, Finding.ACCEPTED, {"clock": answer.clock})

    def _create(self, room: RoomPlan) -> str:
        """Make the room, or find it made; returns its ``createTime``, empty when the server tells none.

        :raises Trouble: also when the server says that it made something, but not what.
        """
        record = self._account.recording and room.channel == FLOOR
        parameters = [
            ("name", meeting_name(room.title)),
            ("meetingID", room.key),
            ("record", "true" if record else "false"),
            ("autoStartRecording", "false"),
            ("allowStartStopRecording", "true" if record else "false"),
            ("muteOnStart", "true"),
            ("guestPolicy", "ASK_MODERATOR" if self._account.waiting_room else "ALWAYS_ACCEPT"),
            ("meetingExpireIfNoUserJoinedInMinutes", "60"),
            ("meetingExpireWhenLastUserLeftInMinutes", "15"),
        ]
        if room.return_to:
            parameters.append(("logoutURL", room.return_to))
        if room.channel != FLOOR:  # heard there: the interpreters, who are moderators of it, and nobody else
            parameters += [("lockSettingsDisableMic", "true"), ("lockSettingsDisableCam", "true")]
        said, _answer = self._ask("create", parameters)
        if (said.findtext("meetingID") or "").strip() != room.key:
            raise Trouble(TroubleKind.GARBAGE)
        created = (said.findtext("createTime") or "").strip()
        return created if re.fullmatch(r"[0-9]{1,16}", created) else ""

    def ensure(self, room: RoomPlan) -> None:
        """``create``: the server makes one meeting however often it is asked."""
        self._create(room)

    def address_for(self, room: RoomPlan, visitor: Visitor, *, at: datetime) -> str:  # noqa: ARG002  # bound by createTime
        """``create``, then the address of ``join`` with the person's name, role and language.

        When many click at once and the server is slow with them, a room made minutes ago is entered unasked.
        """
        try:
            created = self._create(room)
        except Trouble as trouble:
            if trouble.kind is not TroubleKind.BUSY or not room.made_lately:
                raise
            created = ""
        moderator = visitor.role is VisitorRole.MODERATOR or (
            room.channel != FLOOR and visitor.role is VisitorRole.INTERPRETER
        )
        parameters = [
            ("fullName", " ".join(visitor.name.split())[:120] or "–"),
            ("meetingID", room.key),
            ("role", "MODERATOR" if moderator else "VIEWER"),
            ("userID", visitor.id),
            ("redirect", "true"),
            ("userdata-bbb_override_default_locale", visitor.language),
        ]
        if created:
            parameters.append(("createTime", created))
        if self._account.waiting_room and visitor.waits:
            parameters.append(("guest", "true"))
        if room.return_to:
            parameters.append(("errorRedirectUrl", room.return_to))
        if not moderator and (visitor.only_listens or room.channel != FLOOR):
            parameters += [
                ("userdata-bbb_force_listen_only", "true"),
                ("userdata-bbb_auto_join_audio", "true"),
                ("userdata-bbb_enable_video", "false"),
            ]
        return self._address("join", parameters)

    def end(self, room: RoomPlan) -> bool:
        """``end``: everybody is sent home within seconds."""
        try:
            self._ask("end", [("meetingID", room.key)])
        except Trouble as trouble:
            if trouble.kind is TroubleKind.FAILED and trouble.values.get("key") in {"notFound", "invalidMeetingId"}:
                return False
            raise
        return True

    def recordings(self, room: RoomPlan) -> list[Recording]:
        """``getRecordings`` of the room's meeting."""
        said, _answer = self._ask("getRecordings", [("meetingID", room.key), ("state", "any")])
        found = [
            Recording(
                id=(row.findtext("recordID") or "")[:200],
                name=(row.findtext("name") or "")[:200],
                begins=_moment(row.findtext("startTime")),
                ends=_moment(row.findtext("endTime")),
                published=(row.findtext("published") or "").strip() == "true",
                addresses=tuple(
                    ((part.findtext("type") or "").strip()[:40], address)
                    for part in row.iterfind("playback/format")
                    if (address := (part.findtext("url") or "").strip()).startswith("https://")
                ),
            )
            for row in list(said.iterfind("recordings/recording"))[:MOST_SHOWN]
        ]
        return sorted(found, key=lambda one: (one.begins or datetime.min.replace(tzinfo=UTC), one.id))

    def people_in(self, room: RoomPlan) -> list[PersonInside]:
        """``getMeetingInfo``; nobody is in a meeting that does not run."""
        try:
            said, _answer = self._ask("getMeetingInfo", [("meetingID", room.key)])
        except Trouble as trouble:
            if trouble.kind is TroubleKind.FAILED and trouble.values.get("key") == "notFound":
                return []
            raise
        return [
            PersonInside(
                id=(row.findtext("userID") or "")[:100],
                name=(row.findtext("fullName") or "")[:200],
                moderator=(row.findtext("role") or "").strip().upper() == "MODERATOR",
                speaks=(row.findtext("hasJoinedVoice") or "").strip() == "true",
            )
            for row in said.iterfind("attendees/attendee")
        ]
