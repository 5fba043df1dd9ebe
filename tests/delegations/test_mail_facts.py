"""The facts in mails say how the person takes part, and bring the door only to those for whom it opens."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from flask import Flask

from app.conferences.rules import Attendance, ConferenceFormat
from app.database import db, transaction
from app.delegations.models import Delegate
from app.delegations.operations import register_delegate, withdraw
from app.delegations.operations.mails import mail_changed, mail_place_granted
from app.delegations.rules import Accreditation, DelegateDetails
from app.mailroom.models import OutgoingMail
from app.mailroom.operations import write_ordered
from tests.factories import ACTOR, NOW, make_conference, make_delegate, make_session

ON_SITE, BY_VIDEO = Attendance.ON_SITE, Attendance.VIDEO
IN_PERSON, HYBRID, VIDEO = ConferenceFormat.IN_PERSON, ConferenceFormat.HYBRID, ConferenceFormat.VIDEO
DOOR = "http://127.0.0.1:5000/join/door"
HALL, SCREEN = ("Taking part", "on site"), ("Taking part", "by video")
WHERE, WAY = ("Where", "Kaluga"), ("Your way into the sessions", DOOR)
WAY_BESIDE = ("Your way into the sessions by video", DOOR)


def facts(mail: OutgoingMail | None) -> list[tuple[str, str]]:
    """The facts between the date and the number, which plain text and HTML say alike."""
    assert mail is not None
    lines = mail.text.partition("\nConference: ")[2].partition("\n\n")[0].splitlines()
    plain = [(head, said) for head, _sep, said in (line.partition(": ") for line in lines[1:])]
    rows = re.findall(r"<tr><th>(.*?)</th><td>(?:<a href=\"(.*?)\">)?(.*?)(?:</a>)?</td></tr>", mail.html)
    shown = [(html.unescape(head), link or html.unescape(said)) for head, link, said in rows]
    assert [head for head, _said in shown[:2]] == ["Conference", "When"]
    assert shown[1:] == plain
    assert (plain[0][0], plain[-1][0]) == ("When", "Registration number")
    return plain[1:-1]


@pytest.mark.parametrize(
    ("held", "moved", "way", "standing", "said"),
    [
        (HYBRID, True, ON_SITE, "granted", [HALL, WHERE, WAY_BESIDE]),
        (HYBRID, True, ON_SITE, "applied", [HALL, WHERE]),
        (HYBRID, True, ON_SITE, "waitlisted", [HALL, WHERE]),
        (HYBRID, False, ON_SITE, "granted", [HALL, WHERE]),
        (HYBRID, True, BY_VIDEO, "granted", [SCREEN, WAY]),
        (HYBRID, True, BY_VIDEO, "waitlisted", [SCREEN]),
        (HYBRID, True, BY_VIDEO, "withdrawn", []),
        (IN_PERSON, False, ON_SITE, "granted", [HALL, WHERE]),
        (IN_PERSON, True, ON_SITE, "granted", [HALL, WHERE, WAY_BESIDE]),
        (IN_PERSON, True, ON_SITE, "declined", [WHERE]),
        (VIDEO, False, ON_SITE, "granted", [SCREEN, WAY]),
    ],
)
def test_facts_follow_from_how_somebody_takes_part_and_the_door_from_their_place(
    app: Flask, held: ConferenceFormat, moved: bool, way: Attendance, standing: str, said: list[Any]
) -> None:
    conference = make_conference(format=held)
    make_session(conference, "K07", format=VIDEO if moved else None)
    person = make_delegate(
        conference, attendance=way, accreditation=Accreditation(standing), language="en", join_token="door"
    )
    with transaction():
        mails = [mail_changed(person, what="changed", at=NOW), mail_place_granted(person, at=NOW)]
    for mail in mails:
        assert facts(mail) == said
        assert mail is not None
        assert ("/join/" in mail.text, "/join/" in mail.html) == (DOOR in dict(said).values(),) * 2


def test_who_waits_for_the_hall_reads_of_the_hall_until_it_is_theirs(app: Flask) -> None:
    conference = make_conference(format=HYBRID, places_on_site=1)
    make_session(conference, "K07", format=VIDEO)
    first, _second = (
        register_delegate(
            conference=conference, consents=["processing"], nonce="", language="en", at=NOW,
            details=DelegateDetails(last=last, email=f"{last}@kaluga.example", attendance=ON_SITE),
        )
        for last in ("a", "b")
    )  # fmt: skip
    write_ordered(at=NOW)
    withdraw(delegate=db.session.get_one(Delegate, first.id), actor=ACTOR, at=NOW)
    told = {mail.kind: mail for mail in db.session.query(OutgoingMail) if mail.to == ["b@kaluga.example"]}
    assert facts(told["waiting"]) == [HALL, WHERE]
    assert [head for head, _said in facts(told["place_granted"])] == [head for head, _said in (HALL, WHERE, WAY_BESIDE)]
    assert facts(told["place_granted"])[:2] == [HALL, WHERE]
