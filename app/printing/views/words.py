"""How a printing is told of on its page."""

from __future__ import annotations

from flask_babel import gettext as _

from app.conferences.models import Conference
from app.i18n import localized, number
from app.printing.forms import BACKS, SHEETS
from app.printing.freshness import reason_words
from app.printing.models import PrintRun
from app.printing.queries import access_marks
from app.printing.rules import LAYOUTS, ROLE_SIGNS, BadgeContent
from app.printing.rules.orders import REASON_WORDS, SORTS, Reason


def words_of(conference: Conference, content: BadgeContent) -> list[str]:
    """The access marks on somebody's badge: sign and meaning."""
    given = {mark.code for mark in content.marks}
    known = access_marks(conference) if given else []
    return [f"{row.code} · {localized(row, 'word')}" for row in known if row.code in given]


def log_words(run: PrintRun) -> tuple[str, str]:
    """The kind of badge, and why again where it was said, for the log."""
    kind = str(LAYOUTS[run.layout].word) if run.layout in LAYOUTS else run.layout
    words = {reason.value: str(word) for reason, word in REASON_WORDS.items()}
    return kind, words.get(run.reason, "")


def run_facts(run: PrintRun) -> list[tuple[str, str]]:
    """The kind of badge, and what was not as usual."""
    said = run.options or {}
    found = [(_("Kind of badge"), str(LAYOUTS[run.layout].word) if run.layout in LAYOUTS else run.layout)]
    roles = {role.value: sign.word for role, sign in ROLE_SIGNS.items()}
    if said.get("role") in roles:
        found.append((_("Role"), str(roles[said["role"]])))
    if said.get("sort") in SORTS:
        found.append((_("Order"), str(SORTS[said["sort"]])))
    if said.get("sheet"):
        found.append((_("Paper or labels"), str(dict(SHEETS).get(said["sheet"], said["sheet"]))))
    if said.get("start"):
        found.append((_("First free place of the first sheet"), number(said["start"])))
    if said.get("backs"):
        found.append((_("Backs"), str(dict(BACKS).get(said["backs"], said["backs"]))))
    if said.get("why"):
        found.append((_("Reason"), ", ".join(reason_words(said["why"]))))
    words = {reason.value: word for reason, word in REASON_WORDS.items()}
    if run.reason in words and not (said.get("why") and run.reason == Reason.CHANGED):
        found.append((_("Reason"), str(words[run.reason])))
    for given, count in (said.get("reasons") or {}).items():
        if given in words:
            found.append((_("Reason"), f"{words[given]} · {number(count)}"))
    return found
