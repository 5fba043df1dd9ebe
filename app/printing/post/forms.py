"""What post is printed on, and for whom."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, RadioField, SelectField
from wtforms.validators import InputRequired, NumberRange, ValidationError

from app.printing.post.addressees import WHOM_WORDS, Whom
from app.printing.rules import NARROWER
from app.printing.whose import WhoseForm
from invitations.layout.labels import ARTICLE_NAMES


class PostForm(WhoseForm):
    """Envelopes of a kind, or a sheet of labels of an article."""

    whom = RadioField(
        _l("For whom"), choices=[(one.value, word) for one, word in WHOM_WORDS.items()], default=Whom.DELEGATES.value
    )
    scope = RadioField(
        _l("Which delegates"), choices=(("all", _l("everyone")), *NARROWER), default="all", validators=[InputRequired()]
    )
    on = SelectField(_l("On what"))
    start = IntegerField(_l("First label"), [NumberRange(min=1, max=300)], default=1)

    def offer(self, envelopes: dict[str, str]) -> None:
        """The envelopes, then the sheets of labels."""
        self.on.choices = [
            *((f"envelopes:{name}", word) for name, word in envelopes.items()),
            *((f"labels:{name}", word) for name, word in ARTICLE_NAMES.items()),
        ]

    def validate_scope(self, field: RadioField) -> None:
        """Only delegates have a delegation, a role, an hour of arrival."""
        if self.whom.data == Whom.HEADS and field.data != "all":
            raise ValidationError(_l("Heads are written to all at once."))
