"""What the codes of delegations are called, in the reader's language."""

from __future__ import annotations

from flask_babel import gettext as _

from app.delegations.rules import PUBLIC_ROLES
from app.delegations.rules.groups import DelegationFunction, DelegationKind, DelegationState
from app.delegations.words import role_word
from app.i18n import LANGUAGES, speaking


def kind_word(kind: DelegationKind) -> str:
    """Who sends a delegation."""
    words: dict[DelegationKind, str] = {
        DelegationKind.MUNICIPALITY: _("Municipality"),
        DelegationKind.ASSOCIATION: _("Association or forum"),
        DelegationKind.MINISTRY: _("Ministry or authority"),
        DelegationKind.PRESS: _("Press and media"),
        DelegationKind.SPONSOR: _("Sponsor"),
        DelegationKind.MISSION: _("Diplomatic mission"),
    }
    return words[kind]


def function_word(code: str) -> str:
    """What a member is within the delegation; nothing when nobody said."""
    words: dict[str, str] = {
        DelegationFunction.HEAD.value: _("heads the delegation"),
        DelegationFunction.DEPUTY.value: _("deputy of the head"),
        DelegationFunction.CONTACT.value: _("contact person of the delegation"),
        DelegationFunction.MEMBER.value: _("member of the delegation"),
        DelegationFunction.INTERPRETER.value: _("interpreter of the delegation"),
        DelegationFunction.DRIVER.value: _("driver"),
    }
    return words.get(code, code)


def state_word(state: DelegationState) -> str:
    """How far a delegation is."""
    words: dict[DelegationState, str] = {
        DelegationState.OPEN: _("being filled in"),
        DelegationState.SUBMITTED: _("handed in"),
        DelegationState.CHECKED: _("checked"),
        DelegationState.CONFIRMED: _("confirmed"),
        DelegationState.FROZEN: _("final"),
    }
    return words[state]


STATE_TONES: dict[DelegationState, str] = {
    DelegationState.OPEN: "quiet", DelegationState.SUBMITTED: "waiting", DelegationState.CHECKED: "information",
    DelegationState.CONFIRMED: "done", DelegationState.FROZEN: "honour",
}  # fmt: skip


def function_of(text: str) -> str | None:
    """The code of a function somebody wrote, in any of the languages; None when it is none."""
    return _found(text, {code.value: function_word for code in DelegationFunction}, _FUNCTIONS)


def role_of_text(text: str) -> str | None:
    """The code of a role somebody wrote, in any of the languages; None when it is none."""
    return _found(text, {code.value: role_word for code in PUBLIC_ROLES}, {})


# How people write it beside the words of the pages.
_FUNCTIONS = {
    "глава": "head", "глава делегации": "head", "руководитель": "head", "leiter": "head", "leiterin": "head",
    "delegationsleiter": "head", "delegationsleiterin": "head", "head of delegation": "head",
    "заместитель": "deputy", "зам. главы": "deputy", "stellvertreter": "deputy", "stellvertreterin": "deputy",
    "контактное лицо": "contact", "kontaktperson": "contact", "ansprechpartner": "contact",
    "ansprechpartnerin": "contact", "contact person": "contact", "член делегации": "member", "участник": "member",
    "mitglied": "member", "переводчик": "interpreter", "переводчица": "interpreter", "dolmetscher": "interpreter",
    "dolmetscherin": "interpreter", "водитель": "driver", "fahrer": "driver", "fahrerin": "driver",
}  # fmt: skip


def _found(text: str, words: dict[str, object], more: dict[str, str]) -> str | None:
    wanted = " ".join(text.split()).casefold()
    if wanted in words:
        return wanted
    if wanted in more:
        return more[wanted]
    for language in LANGUAGES:
        with speaking(language):
            for code, word in words.items():
                if callable(word) and str(word(code)).casefold() == wanted:
                    return code
    return None
