"""Forms of the programme."""

from app.programme.forms.parts import MaterialForm, TrackForm
from app.programme.forms.plain import ImportForm, PlainForm, blame, plain
from app.programme.forms.releasing import ReleaseForm
from app.programme.forms.session_values import form_values
from app.programme.forms.sessions import PersonForm, SessionForm

__all__ = [
    "ImportForm", "MaterialForm", "PersonForm", "PlainForm", "ReleaseForm", "SessionForm", "TrackForm", "blame",
    "form_values", "plain",
]  # fmt: skip
