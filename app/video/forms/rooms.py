"""Forms about meeting rooms."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, RadioField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from app.video.operations.accounts import LONGEST_SECRET, AccountDetails
from app.video.rules.accounts import CHANNELS
from app.video.rules.rooms import Provider

_LONGEST = [Length(max=500)]


class RoomForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is untyped
    """The address behind the join links of one session, and those of its languages."""

    url = StringField(
        _l("Address of the meeting room"),
        validators=[InputRequired(_l("Give an address that begins with https://.")), Length(max=500)],
    )
    channel_ru = StringField(_l("Channel in Russian"), _LONGEST)
    channel_de = StringField(_l("Channel in German"), _LONGEST)
    channel_en = StringField(_l("Channel in English"), _LONGEST)

    @property
    def channels(self) -> dict[str, str]:
        """The addresses of the languages as typed in."""
        return {code: self[f"channel_{code}"].data or "" for code in CHANNELS}


class ServerForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is untyped
    """The meeting server of a conference. The secret is never shown again."""

    version = HiddenField()
    provider = RadioField(_l("Rooms are held by"))
    base = StringField(_l("Address of the server"), [Length(max=400)])
    secret = TextAreaField(_l("Secret"), [Length(max=LONGEST_SECRET)])
    app_id = StringField(_l("Application (iss)"), [Length(max=200)])
    audience = StringField(_l("Audience (aud)"), [Length(max=200)])
    subject = StringField(_l("Tenant or domain (sub)"), [Length(max=200)])
    key_id = StringField(_l("Name of the key (kid)"), [Length(max=200)])
    waiting_room = BooleanField(
        _l("Waiting room"), description=_l("Delegates and press are let in by a moderator; all others enter at once.")
    )
    recording = BooleanField(_l("Moderators may record"))

    TEXTS = ("base", "secret", "app_id", "audience", "subject", "key_id")

    @property
    def details(self) -> AccountDetails:
        """What was typed in."""
        texts: dict[str, Any] = {name: self[name].data or "" for name in self.TEXTS}
        return AccountDetails(
            Provider(self.provider.data) if self.provider.data else None,
            **texts, waiting_room=bool(self.waiting_room.data), recording=bool(self.recording.data),
        )  # fmt: skip

    @property
    def seen(self) -> int:
        """The version of the settings the form was filled from."""
        text = str(self.version.data or "")
        return int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else -1
