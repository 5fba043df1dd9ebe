"""Chains of switches drawn by chance: what each person's mail says is what is new to them, and nothing else."""

from __future__ import annotations

import random
import re
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from app.conferences.models import Conference
from app.conferences.rules import Attendance, ConferenceFormat
from app.database import db, transaction
from app.delegations.models import Delegate
from app.errors import Refusal
from app.format_switch.models import FormatSwitch
from app.format_switch.operations.apply import switched
from app.format_switch.rules import CANCELLED, WHOLE, Decision, Scope, ScopeKind
from app.format_switch.rules.sessions import forms_offered
from app.mailroom.models import OutgoingMail
from app.mailroom.operations import release_held
from app.mailroom.rules import MailState
from app.programme.models import ProgrammeSession, SessionPerson, SessionSignUp
from app.programme.operations import release_programme
from app.programme.rules import PersonRole, SessionKind, SignUpStanding, held_as
from tests.conftest import empty_house
from tests.factories import (
    ACTOR,
    NOW,
    keep,
    make_conference,
    make_delegate,
    make_delegation,
    make_municipality,
    make_session,
)

ONE_DATABASE = True  # what is drawn is the same on both
IN_PERSON, HYBRID, VIDEO = ConferenceFormat.IN_PERSON, ConferenceFormat.HYBRID, ConferenceFormat.VIDEO
DAYS = {"28": "2021-06-28", "29": "2021-06-29"}
TITLES = {"K07": "Opening", "K09": "Reception", "K10": "Working group", "K11": "Results"}
CODES = {title: code for code, title in TITLES.items()}
OWN = {"lutz": {"K07", "K09", "K10", "K11"}, "anna": {"K07", "K09", "K11"}, "eva": {"K07"}}
WORDS = {
    "entirely by video": "video", "by video": "video", "on site and by video at the same time": "hybrid",
    "in person": "in-person", "on site": "in-person",
}  # fmt: skip
WHOLE_SAID = re.compile(r"^The conference will be held (.+?)\.(?: Until now it was planned (.+)\.)?$", re.M)
SESSION_SAID = re.compile(r"^“(.+)” will (?:be held (.+)|(not) take place)\.$", re.M)
DAY_SAID = re.compile(
    r"^(Part of w|W)hat is planned for (\d\d) June 2021 will (?:be held (.+)|(not) take place)\.$", re.M
)
DELEGATION_SAID = re.compile(r"^Your delegation will take part (.+)\.$", re.M)


@dataclass
class Told:
    """What somebody was last told, and what has changed since: by code, what moved it last."""

    format: ConferenceFormat
    forms: dict[str, str]
    way: Attendance
    listed: bool = False  # a programme was released then
    named: frozenset[str] = frozenset()  # what switches they heard of moved
    mover: dict[str, ScopeKind] = field(default_factory=dict)


def _scene(draw: random.Random) -> Conference:
    """Lutz chairs the working group, Anna comes with a delegation, Eva Berg, a guest, chairs the opening."""
    conference = make_conference(contact_email="info@twincities.example")
    on = {code: draw.choice(["28", "29"]) for code in ("K09", "K10")} | {"K07": "28", "K11": "29"}
    kinds = {"K09": SessionKind.RECEPTION, "K10": SessionKind.WORKING_GROUP}
    for hour, (code, title) in enumerate(TITLES.items(), 6):
        day = int(on[code])
        make_session(
            conference, code, title_ru=title, title_de=title, title_en=title,
            kind=kinds.get(code, SessionKind.PLENARY), audience="experts" if code == "K10" else "all",
            format=draw.choice([None, None, None, *ConferenceFormat]) if code != "K09" else None,
            starts_at=datetime(2021, 6, day, hour, 0, tzinfo=UTC), ends_at=datetime(2021, 6, day, hour, 50, tzinfo=UTC),
        )  # fmt: skip
    suhl = make_municipality("suhl", name_ru="Зуль", name_de="Suhl", country="DE", timezone="Europe/Berlin")
    given: dict[str, Any] = {"language": "en", "created_at": NOW - timedelta(days=9)}
    lutz = make_delegate(conference, "D1", email="lutz@x.example", **given)
    group = make_delegation(conference, suhl)
    make_delegate(conference, "D2", email="anna@x.example", delegation_id=group.id, **given)
    sessions = {one.code: one for one in db.session.query(ProgrammeSession)}
    keep(SessionPerson(session_id=sessions["K10"].id, name="L W", role=PersonRole.CHAIR, delegate_id=lutz.id))
    keep(SessionSignUp(session_id=sessions["K09"].id, delegate_id=lutz.id, standing=SignUpStanding.HAS_PLACE, at=NOW))
    with transaction():
        sessions["K07"].people.append(
            SessionPerson(name="Eva Berg", role=PersonRole.CHAIR, email="eva@x.example", language="en")
        )
    return conference


def _forms(conference: Conference) -> dict[str, str]:
    return {
        one.code: CANCELLED if one.cancelled else held_as(one, conference.format).value
        for one in db.session.query(ProgrammeSession)
    }


def _ways() -> dict[str, Attendance]:
    found = {one.email.partition("@")[0]: one.attendance for one in db.session.query(Delegate)}
    return found | {"eva": Attendance.ON_SITE}


def _drawn(draw: random.Random, conference: Conference) -> dict[str, Any]:
    """A switch: to what, of what, and what is decided otherwise."""
    kind = draw.choice([ScopeKind.WHOLE, ScopeKind.DAY, ScopeKind.SESSION, ScopeKind.DELEGATION])
    to, sessions = draw.choice(list(ConferenceFormat)), db.session.query(ProgrammeSession).all()
    anna = db.session.query(Delegate).filter_by(public_id="D2").one()
    of = {
        ScopeKind.WHOLE: WHOLE, ScopeKind.DAY: Scope(kind, draw.choice(list(DAYS.values()))),
        ScopeKind.SESSION: Scope(kind, draw.choice(sessions).uid),
        ScopeKind.DELEGATION: Scope(kind, str(anna.delegation_id)),
    }  # fmt: skip
    decided = {}
    if draw.random() < 0.5:
        forms = forms_offered(to if kind is ScopeKind.WHOLE else conference.format)
        decided[draw.choice(sessions).uid] = Decision(draw.choice(forms))
    return {"to": to, "scope": of[kind], "decisions": decided}


def _day_of() -> dict[str, str]:
    return {one.code: f"{one.starts_at:%d}" for one in db.session.query(ProgrammeSession) if one.starts_at is not None}


def _check(text: str, who: str, told: Told, conference: Conference, deed: Any) -> None:
    """Nothing untrue, nothing twice, nothing missing."""
    now, day_of, way = _forms(conference), _day_of(), _ways()[who]
    wholes, days = WHOLE_SAID.findall(text), DAY_SAID.findall(text)
    sessions = [(CODES[title], CANCELLED if off else WORDS[held]) for title, held, off in SESSION_SAID.findall(text)]
    whole = WORDS[wholes[0][0]] if wholes else ""

    assert len(wholes) <= 1
    assert wholes or days or sessions or DELEGATION_SAID.search(text), "a mail without news"
    if wholes:
        assert whole == conference.format
        assert wholes[0][1] == "" or WORDS[wholes[0][1]] == told.format
        assert bool(wholes[0][1]) == (told.format is not conference.format)
    else:
        assert told.format is conference.format
    assert len({code for code, _form in sessions}) == len(sessions), "a session twice"
    for code, form in sessions:
        assert now[code] == form
        assert code in OWN[who] or code in {one for one in now if deed.scope is ScopeKind.SESSION}
        own_deed = deed.scope is ScopeKind.SESSION and deed.scope_of.endswith(f"-{code}@ratusha.example")
        assert told.forms[code] != form or own_deed, "no news"
    assert len({day for _part, day, _held, _off in days}) == len(days), "a day twice"
    for part, day, held, off in days:
        living = {code for code, on in day_of.items() if on == day and now[code] != CANCELLED}
        if off:
            assert not living
        elif part.startswith("Part"):
            forms = {now[code] for code in living}
            assert len(forms) > 1
            assert WORDS[held] in forms
        else:
            assert {now[code] for code in living} == {WORDS[held]}
            assert not living & {code for code, _form in sessions}, "a session beside its day"
    for held in DELEGATION_SAID.findall(text):
        assert (way is Attendance.VIDEO) == (held == "by video")
    sure = {day: WORDS[held] for part, day, held, off in days if held and not part.startswith("Part")}
    named, listed = dict(sessions), "Your programme:" in text or "Your part in the programme:" in text
    can_come = way is Attendance.ON_SITE or conference.format is VIDEO
    for code in OWN[who] if can_come else ():
        if told.forms[code] == now[code] or (not told.listed and now[code] == told.format and code not in told.named):
            continue
        in_list = listed and (told.listed or now[code] != CANCELLED)
        if in_list and {told.forms[code], now[code]} != {"hybrid", "in-person"}:
            assert f"* {TITLES[code]}" in text
        whole_says = whole == now[code] and (whole == VIDEO or told.forms[code] == told.format)
        by_part = told.mover.get(code, ScopeKind.WHOLE) is not ScopeKind.WHOLE
        if by_part and not (listed and now[code] == CANCELLED):
            assert whole_says or code in named or sure.get(day_of[code]) == now[code], f"{code} is missing"


@pytest.mark.parametrize("seed", range(3))
def test_mails_say_what_is_new_and_true_when_switches_follow_each_other(app: Flask, seed: int) -> None:
    draw = random.Random(seed)
    for chain in range(4):
        empty_house(app)
        conference = _scene(draw)
        released = draw.choice([0, 1, 2, 9])  # before which switch; 0: from the beginning; 9: never
        told = {who: Told(conference.format, _forms(conference), way, released == 0) for who, way in _ways().items()}
        for step in range(draw.randint(2, 4)):
            at = NOW + timedelta(hours=step)
            if step == released:
                release_programme(conference=conference, name="", actor=ACTOR, at=at - timedelta(minutes=1))
            before, deed = _forms(conference), None
            while deed is None:
                with suppress(Refusal):
                    drawn = _drawn(draw, conference)
                    deed = switched(
                        conference=conference, plan=None, reason=f"Why {step}", actor=ACTOR, at=at, **drawn
                    )[1]
            now = _forms(conference)
            for one in told.values():
                one.mover |= {code: deed.scope for code in now if now[code] != before[code]}
            mails = db.session.query(OutgoingMail).filter_by(kind="format_changed", state=MailState.HELD).all()
            by_who = {mail.to[0].partition("@")[0]: mail for mail in mails}
            assert len(by_who) == len(mails), "two mails to one"
            for who, one in told.items():
                mail = by_who.get(who)
                new = {
                    code
                    for code in OWN[who]
                    if one.forms[code] != now[code] and (one.listed or now[code] != one.format or code in one.named)
                }
                if mail is None:
                    heard = who == "eva" and not new  # a guest hears of their part alone
                    assert heard or (one.format is conference.format and not new), (seed, chain, step, who)
                    continue
                by = db.session.get_one(FormatSwitch, int(str(mail.deed_key).split("-")[1]))
                _check(mail.text.replace("\u00a0", " "), who, one, conference, by)
            if draw.random() < 0.4:
                release_held(conference_id=conference.id, actor=ACTOR, at=at)
                with transaction():
                    for mail in db.session.query(OutgoingMail).filter_by(state=MailState.WAITING):
                        mail.state = MailState.SENT
                for who in by_who:
                    told[who] = Told(
                        conference.format, now, _ways()[who], released <= step, told[who].named | told[who].mover.keys()
                    )
