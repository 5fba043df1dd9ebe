"""What to print, in which order, on which paper; what stands on backs; how printers meet the paper."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, FloatField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from app.errors import Refusal
from app.printing.models import Printer
from app.printing.operations.settings import FARTHEST, BackDetails
from app.printing.rules import DEFAULT_LAYOUT, LAYOUTS, ROLE_SIGNS
from app.printing.rules.orders import REASON_WORDS, SORTS
from app.printing.rules.sheets import ARTICLES, OnPaper, sheet_of

SCOPES = (
    ("all", _l("everyone with a place on site")),
    ("new", _l("only who is new or changed since their last badge")),
    ("delegation", _l("one delegation")),
    ("role", _l("one role")),
    ("picked", _l("the people named below")),
)
SHEETS = (
    ("", _l("the sheet of the kind of badge")),
    ("a3", _l("A3, as many as fit")),
    *((name, name) for name in ARTICLES),
    ("own", _l("own millimetres, given below")),
)
BACKS = (
    ("", _l("no backs")),
    ("long", _l("backs, turned over the long edge")),
    ("short", _l("backs, turned over the short edge")),
)


class OnPaperForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is untyped
    """The kind of badge and the sheet."""

    layout = SelectField(_l("Kind of badge"), default=DEFAULT_LAYOUT)
    sheet = SelectField(_l("Paper or labels"), choices=SHEETS, default="")
    own = StringField(_l("Own millimetres"), validators=[Optional(), Length(max=80)])
    start = IntegerField(_l("First free place of the first sheet"), default=1, validators=[Optional()])
    no_marks = BooleanField(_l("Without cut marks"))
    backs = SelectField(_l("Backs"), choices=BACKS, default="")
    dividers = BooleanField(_l("A sheet before each delegation or letter"))
    printer = SelectField(_l("Printer"), coerce=int, default=0)

    def offer(self, printers: list[Printer]) -> None:
        """The layouts and printers there are."""
        self.layout.choices = [(layout.name, layout.word) for layout in LAYOUTS.values()]
        self.printer.choices = [(0, _l("not adjusted")), *((printer.id, printer.name) for printer in printers)]

    def on_paper(self, printers: list[Printer]) -> OnPaper:
        """What was chosen."""
        machine = next((printer for printer in printers if printer.id == self.printer.data), None)
        return OnPaper(
            self.sheet.data or "",
            (self.own.data or "") if self.sheet.data == "own" else "",
            self.start.data or 1,
            not self.no_marks.data,
            self.backs.data or "",
            bool(self.dividers.data),
            (machine.right_mm, machine.down_mm) if machine else (0.0, 0.0),
        )

    def fits(self, printers: list[Printer]) -> bool:
        """Whether the badges go on the sheet; tells at the field when they do not."""
        try:
            sheet_of(LAYOUTS[self.layout.data], self.on_paper(printers))
        except Refusal as refusal:
            field: Any = self[refusal.field or "sheet"]
            field.errors = [*field.errors, str(refusal)]
            return False
        return True


class PrintForm(OnPaperForm):
    """Whose badges, in which order, on which paper."""

    scope = RadioField(_l("Whose badges"), choices=SCOPES, default="all", validators=[InputRequired()])
    delegation = SelectField(_l("Delegation"), coerce=int, default=0)
    role = SelectField(_l("Role"), choices=[("", _l("please choose"))], default="")
    people = TextAreaField(_l("Numbers or names"))
    sort = SelectField(_l("Order"), choices=list(SORTS.items()), default="delegation")

    def offer(self, printers: list[Printer]) -> None:
        """The layouts, roles and printers there are."""
        super().offer(printers)
        self.role.choices = [("", _l("please choose")), *((role.value, sign.word) for role, sign in ROLE_SIGNS.items())]

    def validate_delegation(self, field: SelectField) -> None:
        """A delegation is asked for only when one is to be printed."""
        if self.scope.data == "delegation" and not field.data:
            raise ValidationError(_l("Please choose the delegation."))

    def validate_role(self, field: SelectField) -> None:
        """A role is asked for only when one is to be printed."""
        if self.scope.data == "role" and not field.data:
            raise ValidationError(_l("Please choose the role."))

    def validate_people(self, field: TextAreaField) -> None:
        """People are asked for only when they are to be named."""
        if self.scope.data == "picked" and not (field.data or "").strip():
            raise ValidationError(_l("Please name at least one person."))


class PreviewForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is untyped
    """Whose badge to look at."""

    class Meta:
        """A question, not a deed: no token."""

        csrf = False

    layout = SelectField(_l("Kind of badge"), id="shown-layout", validate_choice=False)
    q = StringField(_l("Name or number"), validators=[Optional()])


class ReprintForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is untyped
    """Why one badge is printed again."""

    layout = SelectField(_l("Kind of badge"), id="reprint-layout", default=DEFAULT_LAYOUT)
    reason = SelectField(_l("Reason"), default="")

    def offer(self) -> None:
        """The layouts and reasons there are."""
        self.layout.choices = [(layout.name, layout.word) for layout in LAYOUTS.values()]
        self.reason.choices = [("", _l("printed for the first time"))]
        self.reason.choices += [(reason.value, word) for reason, word in REASON_WORDS.items()]


class BackForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is untyped
    """What stands on the backs of badges."""

    wifi_name = StringField(_l("Name of the Wi-Fi"), validators=[Optional(), Length(max=64)])
    wifi_password = StringField(_l("Password of the Wi-Fi"), validators=[Optional(), Length(max=64)])
    emergency_ru = TextAreaField(_l("Emergency numbers in Russian"), validators=[Optional(), Length(max=400)])
    emergency_de = TextAreaField(_l("Emergency numbers in German"), validators=[Optional(), Length(max=400)])
    emergency_en = TextAreaField(_l("Emergency numbers in English"), validators=[Optional(), Length(max=400)])

    @property
    def details(self) -> BackDetails:
        """What was given."""
        return BackDetails(
            **{
                name: (self[name].data or "").strip()
                for name in ("wifi_name", "wifi_password", "emergency_ru", "emergency_de", "emergency_en")
            }
        )


class PrinterForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is untyped
    """How far a printer is off."""

    name = StringField(_l("Name of the printer"), validators=[InputRequired(), Length(max=80)])
    right_mm = FloatField(_l("Move to the right, millimetres"), default=0.0,
                          validators=[InputRequired(), NumberRange(-FARTHEST, FARTHEST)])  # fmt: skip
    down_mm = FloatField(_l("Move down, millimetres"), default=0.0,
                         validators=[InputRequired(), NumberRange(-FARTHEST, FARTHEST)])  # fmt: skip


class CalibrationForm(OnPaperForm):
    """For which sheet and printer a calibration page is wanted."""

    class Meta:
        """A question, not a deed: no token."""

        csrf = False
