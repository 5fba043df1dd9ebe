"""Tables of delegations and delegates."""

from app.delegations.models.badge_codes import WithdrawnCode
from app.delegations.models.consents import Consent, ConsentWording
from app.delegations.models.desk import DistinctPeople, GroupMail, GroupMailRecipient, SavedFilter
from app.delegations.models.people import Delegate, Delegation
from app.delegations.models.photos import DelegatePhoto
from app.delegations.models.precedence import OfficeRank, by_precedence
from app.delegations.models.questions import Answer, Question, QuestionChoice
from app.delegations.models.registration import (
    DeclineReason,
    DelegateChange,
    DelegationPaper,
    DelegationQuota,
    RegistrationDraft,
    RoleRule,
)
from app.delegations.models.visa import PassportRecord, VisaRule, VisaSettings

__all__ = [
    "Answer", "Consent", "ConsentWording", "DeclineReason", "Delegate", "DelegateChange", "DelegatePhoto", "Delegation",
    "DelegationPaper", "DelegationQuota", "DistinctPeople", "GroupMail", "GroupMailRecipient", "OfficeRank",
    "PassportRecord", "Question", "QuestionChoice", "RegistrationDraft", "RoleRule", "SavedFilter", "VisaRule",
    "VisaSettings", "WithdrawnCode", "by_precedence",
]  # fmt: skip
