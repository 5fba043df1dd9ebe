"""Forms of delegations and delegates."""

from app.delegations.forms.groups import DelegationForm, DelegationSettingsForm, PaperForm, RowsForm
from app.delegations.forms.members import ImportForm, MemberForm, RosterForm, StaffDelegateForm
from app.delegations.forms.people import OwnForm, PersonForm
from app.delegations.forms.registration import RegistrationForm
from app.delegations.forms.reply import ReplyForm
from app.delegations.forms.substitute import SubstituteForm

__all__ = [
    "DelegationForm", "DelegationSettingsForm", "ImportForm", "MemberForm", "OwnForm", "PaperForm", "PersonForm",
    "RegistrationForm", "ReplyForm", "RosterForm", "RowsForm", "StaffDelegateForm", "SubstituteForm",
]  # fmt: skip
