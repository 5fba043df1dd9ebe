"""The reason of a switch in the languages of its readers."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask

from app.database import db
from app.errors import Refusal
from app.format_switch.models import SwitchDraft
from app.format_switch.operations import draft_plan, switch
from app.format_switch.rules.reasons import by_language, cleaned, told_in
from app.mailroom.models import OutgoingMail
from app.programme.operations import release_programme
from app.programme.queries import current_release
from tests.factories import ACTOR, NOW, make_conference, make_delegate, make_session
from tests.format_switch.test_mails import VIDEO


@pytest.mark.parametrize(
    ("reason", "others", "told"),
    [
        ("Въезд закрыт", {}, {"ru": "Въезд закрыт"}),
        ("Einreise gesperrt", {}, {"de": "Einreise gesperrt", "en": "Einreise gesperrt"}),
        ("Въезд закрыт", {"de": "Einreise gesperrt"}, {"ru": "Въезд закрыт", "de": "Einreise gesperrt"}),
        ("Einreise gesperrt", {"de": "Einreise gesperrt"}, {"de": "Einreise gesperrt"}),
        ("Einreise gesperrt", {"en": "No entry", "ru": "Въезд закрыт"},
         {"ru": "Въезд закрыт", "de": "Einreise gesperrt", "en": "No entry"}),
    ],
)  # fmt: skip
def test_reason_is_told_where_there_are_words_when_it_is_said_in_some_languages(
    reason: str, others: dict[str, str], told: dict[str, str]
) -> None:
    assert by_language(reason, others) == told


def test_reason_is_refused_when_it_is_too_long_in_one_language() -> None:
    with pytest.raises(Refusal) as refused:
        cleaned({"de": "x" * 1001})
    assert refused.value.field == "reason_de"
    assert cleaned({"de": " a \n b ", "ru": "", "fr": "c"}) == {"de": "a b"}


@pytest.mark.parametrize(
    ("reason", "others", "told"),
    [
        ("Въезда нет", {"ru": "Въезда нет", "de": "Zu"}, [("Въезда нет", "ru"), ("Zu", "de"), ("Въезда нет", "ru")]),
        ("Въезда нет", {}, [("Въезда нет", ""), ("Въезда нет", "ru"), ("Въезда нет", "ru")]),
        ("Zu", {"de": "Zu"}, [("Zu", "de"), ("Zu", "de"), ("Zu", "de")]),
        ("Zu", {}, [("Zu", ""), ("Zu", ""), ("Zu", "")]),
    ],
)  # fmt: skip
def test_reader_gets_the_words_of_another_language_by_its_name_when_there_are_none_of_theirs(
    reason: str, others: dict[str, str], told: list[tuple[str, str]]
) -> None:
    assert [told_in(code, reason, others) for code in ("ru", "de", "en")] == told


def test_mail_and_release_tell_the_reason_in_the_readers_language_when_it_is_said_there(app: Flask) -> None:
    conference = make_conference()
    make_session(conference)
    for code in ("ru", "de", "en"):
        make_delegate(conference, code, email=f"{code}@kaluga.example", language=code)
    release_programme(conference=conference, name="", actor=ACTOR, at=NOW)
    switch(conference=conference, to=VIDEO, plan=None, reason="Въезд закрыт", reasons={"de": "Einreise gesperrt"},
           actor=ACTOR, at=NOW)  # fmt: skip
    lines = {
        mail.language: re.findall("^(?:Причина|Grund|Reason).*\n.*$", mail.text, re.MULTILINE)
        for mail in db.session.query(OutgoingMail)
    }
    assert lines == {"ru": ["Причина:\nВъезд закрыт"], "de": ["Grund:\nEinreise gesperrt"],
                     "en": ["Reason (in Russian):\nВъезд закрыт"]}  # fmt: skip
    [marked] = [mail.html for mail in db.session.query(OutgoingMail) if mail.language == "en"]
    assert '<span lang="ru">Въезд закрыт</span>' in marked
    release = current_release(conference)
    assert release is not None
    assert release.notes == {"ru": "Въезд закрыт", "de": "Einreise gesperrt"}


def test_page_keeps_the_reason_in_other_languages_when_it_is_saved(app: Flask, staff: Any) -> None:
    conference = make_conference()
    make_session(conference)
    plan = draft_plan(conference=conference, to=VIDEO, reason="Въезд закрыт", actor=ACTOR, at=NOW)
    address = f"/de/desk/c/{conference.slug}/switch/plans/{plan.id}"
    sent = {"version": plan.version, "reason": "Въезд закрыт", "reason_de": "Einreise gesperrt", "notes": ""}
    client = staff("organiser")
    assert client.post(f"{address}/words", data=sent).status_code == 303
    db.session.expire_all()
    assert db.session.query(SwitchDraft).one().reasons == {"de": "Einreise gesperrt"}
    assert ">Einreise gesperrt</textarea>" in client.get(f"{address}?view=costs").text.replace("\r\n", "")


def test_plan_begins_when_the_reason_is_said_in_any_one_language_and_is_refused_when_in_none(
    app: Flask, staff: Any
) -> None:
    conference = make_conference()
    make_session(conference)
    url, client = f"/de/desk/c/{conference.slug}/switch/", staff("organiser")
    sent = {"to": "video", "part": "whole", "reason": "", "reason_language": "de", "reason_en": ""}
    assert client.post(url, data=sent).status_code == 422
    page = client.get(client.post(url, data=sent | {"reason_en": "No entry"}).location).text
    plan = db.session.query(SwitchDraft).one()
    assert (plan.reason, plan.reasons) == ("No entry", {"en": "No entry"})
    assert '<p class="lead"><span lang="en">No entry</span></p>' in page


def test_plan_knows_the_language_of_the_reason_and_warns_of_those_without_when_it_begins(
    app: Flask, staff: Any
) -> None:
    conference = make_conference()
    make_session(conference)
    for code in ("ru", "de", "en"):
        make_delegate(conference, code, email=f"{code}@kaluga.example", language=code)
    url, client = f"/de/desk/c/{conference.slug}/switch/", staff("organiser")
    assert '<option selected value="de">' in client.get(url).text
    sent = {"to": "video", "part": "whole", "reason": " Neue  Lage", "reason_language": "de", "reason_en": "New state"}
    page = client.get(client.post(url, data=sent).location).text
    assert "In Mails auf Russisch steht er in einer anderen Sprache." in page
    plan = db.session.query(SwitchDraft).one()
    assert (plan.reason, plan.reasons) == ("Neue Lage", {"de": "Neue Lage", "en": "New state"})
    words = {"version": plan.version, "reason": "Neue Lage", "reason_language": "de", "reason_ru": "Въезд", "notes": ""}
    assert client.post(f"{url}plans/{plan.id}/words", data=words).status_code == 303
    assert "In Mails auf Englisch steht er in einer anderen Sprache." in client.get(f"{url}plans/{plan.id}").text
