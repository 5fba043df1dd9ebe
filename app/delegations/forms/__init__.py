"""Forms of delegations and delegates."""

from app.delegations.forms.people import (
    DelegationForm,
    ImportForm,
    MemberForm,
    OwnForm,
    PersonForm,
    RegistrationForm,
    RegistrationSettingsForm,
    ReplyForm,
    StaffDelegateForm,
)

__all__ = [
    "DelegationForm", "ImportForm", "MemberForm", "OwnForm", "PersonForm", "RegistrationForm",
    "RegistrationSettingsForm", "ReplyForm", "StaffDelegateForm",
]  # fmt: skip
