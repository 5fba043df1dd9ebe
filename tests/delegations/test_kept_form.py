"""The empty form of a registration, kept for a moment: the same for everyone but for what belongs to one visitor."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app import kept_pages
from app.database import db, is_sqlite, transaction
from app.delegations.models import Delegate
from app.delegations.rules import Accreditation
from tests.factories import make_conference
from tests.measuring import queries_of, statements_of


@pytest.fixture
def busy(app: Flask) -> Any:
    """The application as it serves a crowd: forms are guarded, pages kept."""
    before = app.config["SETTINGS"]
    app.config["SETTINGS"] = replace(before, testing=False)
    app.config["WTF_CSRF_ENABLED"] = True
    kept_pages._kept.clear()
    kept_pages._facts.clear()
    yield app
    app.config["SETTINGS"] = before
    app.config["WTF_CSRF_ENABLED"] = False
    kept_pages._kept.clear()
    kept_pages._facts.clear()


def secrets_of(page: str) -> tuple[list[str], list[str]]:
    return (
        sorted(set(re.findall(r'name="csrf_token"[^>]*value="([^"]+)"', page))),
        re.findall(r'name="nonce"[^>]*value="([^"]+)"', page),
    )


def test_kept_form_holds_other_secrets_for_everyone_and_is_taken(busy: Flask) -> None:
    conference = make_conference()
    url = f"/de/c/{conference.slug}/register"
    pages = []
    for number in range(3):
        visitor = busy.test_client()
        page = visitor.get(url).get_data(as_text=True)
        (token,), (nonce,) = secrets_of(page)
        pages.append((token, nonce))
        assert "\x00" not in page
        form = {"csrf_token": token, "nonce": nonce, "last": "Weber", "email": f"w{number}@suhl.example",
                "role": "member", "consent_processing": "y"}  # fmt: skip
        assert visitor.post(url, data=form).status_code == 303
        assert busy.test_client().post(url, data=form).status_code == 400
    assert len({token for token, _nonce in pages}) == 3
    assert len({nonce for _token, nonce in pages}) == 3
    assert "Weber" not in busy.test_client().get(url).get_data(as_text=True)


def test_kept_form_asks_the_database_for_little(busy: Flask) -> None:
    conference = make_conference()
    url = f"/de/c/{conference.slug}/register"
    busy.test_client().get(url)
    assert queries_of(lambda: busy.test_client().get(url)) == 0


def test_kept_form_is_asked_for_anew_when_it_is_a_moment_old_and_by_staff_at_once(
    busy: Flask, staff: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    conference = make_conference()
    url = f"/ru/c/{conference.slug}/register"
    organiser = staff("organiser")

    def shown(visitor: Any) -> bool:
        return "nonce" in visitor.get(url).get_data(as_text=True)

    assert shown(busy.test_client())
    with transaction():
        conference.registration_open = False
    assert (shown(busy.test_client()), shown(organiser)) == (True, False)
    monkeypatch.setattr(kept_pages, "_kept", {key: (0.0, parts) for key, (_, parts) in kept_pages._kept.items()})
    assert not shown(busy.test_client())


def posted(visitor: Any, url: str, number: int) -> Any:
    (token,), (nonce,) = secrets_of(visitor.get(url).get_data(as_text=True))
    form = {"csrf_token": token, "nonce": nonce, "last": "Weber", "email": f"w{number}@suhl.example",
            "role": "member", "consent_processing": "y"}  # fmt: skip
    return visitor.post(url, data=form)


def test_registration_asks_the_database_for_little_when_others_came_a_moment_before(busy: Flask) -> None:
    conference = make_conference()
    url = f"/de/c/{conference.slug}/register"
    assert posted(busy.test_client(), url, 1).status_code == 303
    kept_pages._facts.clear()  # the moment is over; the words of the consent are known by now
    assert posted(busy.test_client(), url, 2).status_code == 303
    sent = statements_of(lambda: posted(busy.test_client(), url, 3))
    asked = ["SELECT"] if is_sqlite() else []  # all about the conference; PostgreSQL is asked with the lock itself
    assert [statement.split()[0] for statement in sent if not statement.startswith("BEGIN")] == [
        *asked, "INSERT", "INSERT", "INSERT", "INSERT",  # the delegate, their consent, the history, the mail
    ]  # fmt: skip


def test_registration_waits_in_line_when_the_places_became_fewer_a_moment_ago(busy: Flask) -> None:
    conference = make_conference()
    url = f"/de/c/{conference.slug}/register"
    assert posted(busy.test_client(), url, 1).status_code == 303
    with transaction():
        conference.places_on_site = 1
    assert posted(busy.test_client(), url, 2).status_code == 303
    standing = select(Delegate.accreditation).order_by(Delegate.public_id)
    assert list(db.session.scalars(standing)) == [Accreditation.GRANTED, Accreditation.WAITLISTED]


def test_registration_is_refused_when_it_was_closed_a_moment_ago(busy: Flask) -> None:
    conference = make_conference()
    url = f"/de/c/{conference.slug}/register"
    assert posted(busy.test_client(), url, 1).status_code == 303
    with transaction():
        conference.registration_open = False
    assert posted(busy.test_client(), url, 2).status_code == 422
