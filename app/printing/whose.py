"""For whom a printing is, as it is asked on pages and on the command line: the same words everywhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import click
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_wtf import FlaskForm
from wtforms import SelectField, TextAreaField
from wtforms.validators import ValidationError

from app.conferences.models import Conference
from app.database import fold
from app.delegations.queries.people import delegation_for
from app.directory.queries import find
from app.errors import Refusal
from app.i18n import localized
from app.printing.choosing import meant, people_named
from app.printing.queries import delegations_on_site
from app.printing.rules import ROLE_SIGNS, BadgeContent


class WhoseForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is untyped
    """A delegation, a role, or people named by hand; the field ``scope`` is the printing's own."""

    delegation = SelectField(_l("Delegation"), coerce=int, default=0)
    role = SelectField(_l("Role"), choices=[("", _l("please choose"))], default="")
    people = TextAreaField(_l("Numbers or names"))

    def offer_people(self, conference: Conference) -> None:
        """The delegations with somebody on site, and the roles."""
        groups = [
            (one.id, f"{localized(one.municipality, 'name') if one.municipality else one.name}"
                     f" ({ngettext('%(num)s person', '%(num)s persons', count)})")
            for one, count in delegations_on_site(conference)
        ]  # fmt: skip
        self.delegation.choices = [(0, _("please choose")), *sorted(groups, key=lambda group: fold(group[1]) or "")]
        self.role.choices = [("", _("please choose")), *((role.value, sign.word) for role, sign in ROLE_SIGNS.items())]

    def whose(self, conference: Conference, people: Sequence[BadgeContent]) -> dict[str, Any] | None:
        """What was asked, as printings take it; None, told at the field, when nobody of the people is meant."""
        scope, ids = str(self.scope.data), list[int]()
        if scope == "picked":
            ids, unclear = people_named(people, (self.people.data or "").splitlines())
            if unclear:
                told = ", ".join(unclear)
                self.people.errors = [_("Nobody, or more than one person, fits: %(lines)s.", lines=told)]
                return None
        role = self.role.data if scope == "role" else ""
        try:
            meant(conference, people, scope=scope, role=role)
        except Refusal as refusal:
            self.scope.errors = [str(refusal)]
            return None
        group = self.delegation.data if scope == "delegation" else None
        return {"scope": scope, "delegation_id": group, "delegate_ids": ids, "role": role}

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


MOST_IN_ADDRESS = 200  # people named by hand; a server takes no address without end


def in_address(whose: Mapping[str, Any]) -> dict[str, Any]:
    """What was asked, as an address says it; what is not asked for stands not in it."""
    people = "-".join(str(number) for number in whose["delegate_ids"][:MOST_IN_ADDRESS])
    said = {"scope": whose["scope"], "delegation": whose["delegation_id"], "role": whose["role"], "people": people}
    return {name: value for name, value in said.items() if value and value != "all"}


def _is_number(text: str) -> bool:
    return text.isdecimal() and len(text) < 10


def whose_of(args: Mapping[str, str]) -> dict[str, Any]:
    """What an address of :func:`in_address` says, as printings take it."""
    group, people = args.get("delegation", ""), args.get("people", "")
    return {
        "scope": args.get("scope", "all"),
        "delegation_id": int(group) if _is_number(group) else None,
        "delegate_ids": [int(number) for number in people.split("-") if _is_number(number)],
        "role": args.get("role", ""),
    }


Verb = Callable[..., Any]


_ROLES = click.Choice(["", *(role.value for role in ROLE_SIGNS)])


def for_whom(function: Verb) -> Verb:
    """The options of a verb that prints for people; :func:`asked` makes of them what printings take."""
    for option in (
        click.option("--only", multiple=True, metavar="NUMBER|NAME", help="Only this person; may be given often."),
        click.option("--not-arrived", is_flag=True, help="Only who has not arrived yet."),
        click.option("--checked-in", is_flag=True, help="Only who has arrived at the entrance."),
        click.option("--role", default="", type=_ROLES, metavar="ROLE", help="Only people of this role."),
        click.option("--delegation", default="", metavar="TOWN", help="Only the delegation of this town, by its slug."),
    ):
        function = option(function)
    return function


def asked(
    conference: Conference,
    people: Callable[[], Sequence[BadgeContent]],
    *,
    delegation: str,
    role: str,
    checked_in: bool,
    not_arrived: bool,
    only: Sequence[str],
) -> dict[str, Any]:
    """What the options of :func:`for_whom` say, as printings take it.

    :param people: those among whom ``only`` names somebody.
    :raises Refusal: when more than one of them is given, or somebody cannot be found.
    """
    said = {"delegation": bool(delegation), "role": bool(role), "checked-in": checked_in, "expected": not_arrived,
            "picked": bool(only)}  # fmt: skip
    scopes = [scope for scope, given in said.items() if given]
    if len(scopes) > 1:
        raise Refusal(_("Say in one way for whom: --delegation, --role, --checked-in, --not-arrived or --only."))
    group, ids = None, list[int]()
    if delegation:
        town = find(delegation)
        group = delegation_for(conference.id, town.id) if town is not None else None
        if group is None:
            raise Refusal(_("There is no delegation of “%(town)s”.", town=delegation), field="delegation")
    if only:
        ids, unclear = people_named(people(), only)
        if unclear:
            told = ", ".join(unclear)
            raise Refusal(_("Nobody, or more than one person, fits: %(lines)s.", lines=told), field="only")
    return {"scope": scopes[0] if scopes else "all", "delegation_id": group.id if group else None,
            "delegate_ids": ids, "role": role}  # fmt: skip
