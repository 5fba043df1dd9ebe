"""What a switch would change, and what earlier ones did."""

from app.format_switch.queries.called_off import called_off
from app.format_switch.queries.letters import plan_change_letters, selection_of
from app.format_switch.queries.moving import CONCERNED
from app.format_switch.queries.past import MAIL, TOLD_BY, calendars_sent, history, last_known, moved_away
from app.format_switch.queries.whole import unreachable_people, what_will_change

__all__ = [
    "CONCERNED",
    "MAIL",
    "TOLD_BY",
    "calendars_sent",
    "called_off",
    "history",
    "last_known",
    "moved_away",
    "plan_change_letters",
    "selection_of",
    "unreachable_people",
    "what_will_change",
]
