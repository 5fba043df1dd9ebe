"""What is said of places that are left, and of a wish for the other way of taking part."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import ngettext
from wtforms import Form

from app.conferences.models import Conference
from app.conferences.rules import Attendance
from app.conferences.taking_part import comes, is_on_site
from app.delegations.models import Delegate
from app.delegations.queries import places, wish_in_line, wish_of
from app.delegations.rules import ON_THE_SPOT, DelegateDetails, attendances_of
from app.delegations.words import attendance_word
from app.i18n import number


def left_words(conference: Conference) -> dict[str, str]:
    """The ways one may choose from, each with how many places are left."""
    counted = places(conference)
    found = {}
    for kind in attendances_of(conference.format):
        now = counted["on_site" if is_on_site(kind) else "video"]
        word = attendance_word(kind)
        if now["capacity"] is not None:
            left = max(0, now["capacity"] - (now["taken"] or 0) - (now["waiting"] or 0))
            word = f"{word}: {_left(kind, left)}"
        found[kind.value] = word
    return found


def _left(kind: Attendance, left: int) -> str:
    if left:
        return str(ngettext("%(count)s place left", "%(count)s places left", left, count=number(left)))
    if is_on_site(kind):
        return str(_("the hall is full, there is a waiting list"))
    return str(_("all places are taken, there is a waiting list"))


def tell_left(form: Form, conference: Conference) -> None:
    """Say beside each way of taking part how many places are left; ask it for a page, not for a form that is sent."""
    if "attendance" in form:
        form["attendance"].choices = left_words(conference)


def wish_words(delegate: Delegate) -> str:
    """What the person reads who keeps their place and waits for one of the other way; empty for others."""
    wish = wish_of(delegate)
    if wish is None:
        return ""
    place = number(wish_in_line(delegate))
    if is_on_site(wish):
        return str(
            _("The hall is full. Your place by video stays yours; you are number %(number)s on the waiting list for "
              "the hall, and we write to you as soon as a place there becomes free.", number=place)
        )  # fmt: skip
    return str(
        _("All places by video are taken. Your place on site stays yours; you are number %(number)s on the waiting "
          "list for video, and we write to you as soon as a place there becomes free.", number=place)
    )  # fmt: skip


def wish_words_of(delegate: Delegate) -> str:
    """The same for the contact of the delegation and the secretariat."""
    wish = wish_of(delegate)
    if wish is None:
        return ""
    place = number(wish_in_line(delegate))
    if is_on_site(wish):
        return str(_("The hall is full. The person keeps the place by video and is number %(number)s on the waiting "
                     "list for the hall.", number=place))  # fmt: skip
    return str(_("All places by video are taken. The person keeps the place on site and is number %(number)s on the "
                 "waiting list for video.", number=place))  # fmt: skip


def ignored_words(
    details: DelegateDetails, attendance: Attendance, conference: Conference, known: object = None
) -> str:
    """What is told when something was filled in that only those need who come to the spot; empty when nothing was."""
    if comes(attendance, conference.format):
        return ""
    if all(getattr(details, name) in {"", getattr(known, name, "")} for name in ON_THE_SPOT):
        return ""
    return str(_("Who takes part by video needs no journey, hotel or meals: what was filled in there is not kept."))
