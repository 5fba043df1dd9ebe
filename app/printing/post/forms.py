"""What post is printed on, and for whom."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import IntegerField, RadioField, SelectField
from wtforms.validators import NumberRange

from app.printing.post.addressees import WHOM_WORDS, Whom
from invitations.layout.labels import ARTICLE_NAMES


class PostForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is untyped
    """Envelopes of a kind, or a sheet of labels of an article."""

    whom = RadioField(
        _l("For whom"), choices=[(one.value, word) for one, word in WHOM_WORDS.items()], default=Whom.DELEGATES.value
    )
    on = SelectField(_l("On what"))
    start = IntegerField(_l("First label"), [NumberRange(min=1, max=300)], default=1)

    def offer(self, envelopes: dict[str, str]) -> None:
        """The envelopes, then the sheets of labels."""
        self.on.choices = [
            *((f"envelopes:{name}", word) for name, word in envelopes.items()),
            *((f"labels:{name}", word) for name, word in ARTICLE_NAMES.items()),
        ]
