"""The change log for everyone: a page and an Atom feed (RFC 4287)."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import etree, html

from app.conferences.models import Conference
from app.database import transaction
from app.programme.operations import cancel_session, release_programme
from tests.factories import ACTOR, NOW, make_conference, make_room, make_session

FEED = "/en/c/xvi-kaluga-2021/programme/changes.atom"
PAGE = "/en/c/xvi-kaluga-2021/programme/changes"
ATOM = {"a": "http://www.w3.org/2005/Atom"}
LATER = NOW + timedelta(days=1)


def _released() -> Conference:
    conference = make_conference()
    hall = make_room(conference)
    moved = make_session(conference, "A", room=hall, title_en="Talks <& tea>\x0b")
    off = make_session(conference, "B")
    release_programme(conference=conference, name="", actor=ACTOR, at=NOW)
    with transaction():
        moved.starts_at = datetime(2021, 6, 28, 16, 0, tzinfo=UTC)
    cancel_session(session=off, actor=ACTOR, at=NOW)
    release_programme(conference=conference, names={"en": "As of 7 April", "ru": "По состоянию на 7 апреля"},
                      notes={"de": "Wir bitten um Verständnis."}, actor=ACTOR, at=LATER)  # fmt: skip
    return conference


def _all(root: Any, path: str) -> list[str]:
    return [str(found) if isinstance(found, str) else found.text for found in root.xpath(path, namespaces=ATOM)]


def test_feed_says_what_each_release_changed_when_read(app: Flask, visitor: FlaskClient) -> None:
    _released()
    answer = visitor.get(FEED)
    assert (answer.status_code, answer.content_type) == (200, "application/atom+xml; charset=utf-8")
    root = etree.fromstring(answer.data)
    assert _all(root, "/a:feed/a:entry/a:title") == ["Release 2: As of 7 April", "Release 1"]
    assert _all(root, "/a:feed/a:entry/a:summary") == ["2 sessions have changed.", "2 sessions are public now."]
    assert _all(root, "/a:feed/a:updated") == ["2021-04-07T09:00:00+00:00"]
    assert _all(root, "/a:feed/a:entry/a:updated") == ["2021-04-07T09:00:00+00:00", "2021-04-06T09:00:00+00:00"]
    assert _all(root, "/a:feed/a:link[@rel='self']/@href") == [f"http://127.0.0.1:5000{FEED}"]
    assert _all(root, "/a:feed/a:entry/a:link/@href") == [
        f"http://127.0.0.1:5000{PAGE}#release-2", f"http://127.0.0.1:5000{PAGE}#release-1",
    ]  # fmt: skip
    newest = html.fromstring(_all(root, "/a:feed/a:entry/a:content")[0])
    assert [item.text_content().replace("\u00a0", " ") for item in newest.xpath("./ul/li | self::ul/li")] == [
        "Opening of the conference (is cancelled)28 June 2021, 18:00–20:00",
        "Talks <& tea> (changed)Moved on 28 June from 18:00 to 19:00.Lasts until 20:00.",
    ]


def test_feed_has_what_atom_requires_when_empty_or_full(app: Flask, visitor: FlaskClient) -> None:
    make_conference()
    for released in (False, True):
        if released:
            _release_again()
        root = etree.fromstring(visitor.get(FEED).data)
        for place in root.xpath("/a:feed | /a:feed/a:entry", namespaces=ATOM):
            for name in ("id", "title", "updated"):
                assert len(place.xpath(f"a:{name}", namespaces=ATOM)) == 1
        assert len(_all(root, "/a:feed/a:author/a:name")) == 1
        assert all(re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", found) for found in _all(root, "//a:id"))
        assert all(datetime.fromisoformat(found).tzinfo for found in _all(root, "//a:updated | //a:published"))


def _release_again() -> None:
    from app.conferences.queries import get

    conference = get("xvi-kaluga-2021")
    make_session(conference)
    release_programme(conference=conference, name="", actor=ACTOR, at=NOW)


def test_ids_of_entries_stay_when_another_release_follows(app: Flask, visitor: FlaskClient) -> None:
    conference = _released()
    before = _all(etree.fromstring(visitor.get(FEED).data), "/a:feed/a:entry/a:id")
    make_session(conference, "C")
    release_programme(conference=conference, name="", actor=ACTOR, at=LATER)
    after = _all(etree.fromstring(visitor.get(FEED).data), "/a:feed/a:entry/a:id")
    assert (after[1:], len(set(after))) == (before, 3)


def test_feed_answers_not_modified_until_the_next_release(app: Flask, visitor: FlaskClient) -> None:
    conference = _released()
    tag = visitor.get(FEED).headers["ETag"]
    assert visitor.get(FEED, headers={"If-None-Match": tag}).status_code == 304
    assert visitor.get(FEED.replace("/en/", "/de/"), headers={"If-None-Match": tag}).status_code == 200
    make_session(conference, "C")
    release_programme(conference=conference, name="", actor=ACTOR, at=LATER)
    assert visitor.get(FEED, headers={"If-None-Match": tag}).status_code == 200


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("ru", ["Редакция 2: По состоянию на 7 апреля", "Изменено: 1", "Отменено: 1",
                "28 июня: перенесено с 18:00 на 19:00."]),
        ("de", ["Fassung 2: As of 7 April", "Wir bitten um Verständnis.", "Geändert: 1", "Abgesagt: 1",
                "Am 28. Juni von 18:00 Uhr auf 19:00 Uhr verschoben."]),
        ("en", ["Release 2: As of 7 April", "Changed: 1", "Cancelled: 1",
                "Moved on 28 June from 18:00 to 19:00."]),
    ],
)  # fmt: skip
def test_page_says_what_changed_in_the_language_of_its_reader(
    app: Flask, visitor: FlaskClient, language: str, words: list[str]
) -> None:
    _released()
    page = html.fromstring(visitor.get(PAGE.replace("/en/", f"/{language}/")).text).text_content()
    told = re.sub(r"\s+", " ", page.replace("\u00a0", " "))
    assert [word for word in words if word not in told] == []
    assert ("Wir bitten um Verständnis." in told) == (language == "de")  # nobody reads a note in a foreign language


def test_page_says_what_will_stand_there_when_nothing_is_released(app: Flask, visitor: FlaskClient) -> None:
    make_conference()
    assert "Nothing has been released yet" in visitor.get(PAGE).text
    assert visitor.get(FEED).status_code == 200
    assert visitor.get(FEED.replace("xvi-kaluga-2021", "nowhere")).status_code == 404


def test_change_log_names_the_language_of_a_title_when_the_readers_has_none(app: Flask, visitor: FlaskClient) -> None:
    conference = make_conference()
    item = make_session(conference, "A", title_en="", title_de="Empfang", title_ru="Приём")
    release_programme(conference=conference, name="", actor=ACTOR, at=NOW)
    cancel_session(session=item, actor=ACTOR, at=NOW)
    release_programme(conference=conference, name="", actor=ACTOR, at=LATER)
    assert '<strong lang="de">Empfang</strong>' in visitor.get(PAGE).text
    assert '&lt;strong lang="de"&gt;Empfang' in visitor.get(FEED).text
    assert "<strong>Приём</strong>" in visitor.get(PAGE.replace("/en/", "/ru/", 1)).text
