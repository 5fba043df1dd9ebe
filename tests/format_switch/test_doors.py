"""The door in mails to people who register after something has moved to video."""

from __future__ import annotations

import pytest
from flask import Flask

from app.conferences.rules import ConferenceFormat
from app.database import db
from app.delegations.models import Delegate
from app.delegations.operations import register_delegate
from app.delegations.rules import DelegateDetails
from app.mailroom.models import OutgoingMail
from app.mailroom.operations import write_ordered
from tests.factories import NOW, make_conference, make_session


@pytest.mark.parametrize("moved", [True, False])
def test_confirmation_brings_the_door_to_somebody_on_site_when_a_session_has_moved_to_video(
    app: Flask, moved: bool
) -> None:
    conference = make_conference()
    make_session(conference, "K07", format=ConferenceFormat.VIDEO if moved else None)
    details = DelegateDetails(last="Orlowa", email="anna@kaluga.example", role="member")
    registered = register_delegate(
        conference=conference, details=details, consents=["processing"], nonce="", language="de", at=NOW
    )
    write_ordered(at=NOW)
    delegate = db.session.get_one(Delegate, registered.id)
    mail = db.session.query(OutgoingMail).one()
    for text in (mail.text, mail.html):
        assert (f"/join/{delegate.join_token}" in text) is moved
        assert "Der Code für den Einlass" in text
