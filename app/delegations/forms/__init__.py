"""Forms of delegations and delegates."""

from app.delegations.forms.groups import DelegationForm, DelegationSettingsForm, PaperForm, RowsForm
from app.delegations.forms.people import (
    ImportForm,
    MemberForm,
    OwnForm,
    PersonForm,
    RegistrationForm,
    RegistrationSettingsForm,
    ReplyForm,
    RosterForm,
    StaffDelegateForm,
)
from app.delegations.forms.substitute import SubstituteForm

__all__ = [
    "DelegationForm", "DelegationSettingsForm", "ImportForm", "MemberForm", "OwnForm", "PaperForm", "PersonForm",
    "RegistrationForm", "RegistrationSettingsForm", "ReplyForm", "RosterForm", "RowsForm", "StaffDelegateForm",
    "SubstituteForm",
]  # fmt: skip
