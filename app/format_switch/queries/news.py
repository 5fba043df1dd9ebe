"""What a mail has to say: how it is now, as far as it is otherwise than its reader was told last."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from app.conferences.rules import Attendance, ConferenceFormat
from app.conferences.taking_part import has_both, has_hall, is_by_video, is_on_site
from app.format_switch.models import FormatSwitch
from app.format_switch.rules import CANCELLED, ScopeKind
from app.programme.queries.published import Item


@dataclass(frozen=True)
class Shown:
    """How a session is held (a format, or ``cancelled``), with its sign, its day and its hour."""

    form: str
    uid: str
    day: str
    hour: str


Seen = Mapping[str, Shown]  # by their code


def seen(items: Iterable[Item]) -> Seen:
    """The sessions of a release, or of the draft, as its readers know them."""
    return {
        item["id"]: Shown(
            CANCELLED if item["cancelled"] else item["held_as"], item["uid"], item["date"], item["starts_at"] or "9"
        )
        for item in items
    }  # fmt: skip


@dataclass(frozen=True)
class Saying:
    """One sentence: what is held so now, and the switch whose reason is told with it.

    :param deed: None where no switch left it so, but a person.
    :param scope_of: the part, as a switch names it; ``partly``: of a day, some of what is planned for it alone.
    """

    deed: FormatSwitch | None
    scope: ScopeKind
    scope_of: str
    to: str
    partly: bool = False


def _changed(one: FormatSwitch) -> Mapping[str, Sequence[str]]:
    """The sessions whose form a switch changed: how it was, and how it left it."""
    return {code: forms for code, forms in one.changes.get("sessions", {}).items() if forms[0] != forms[1]}


def forms_told(heard: Sequence[FormatSwitch], unheard: Sequence[FormatSwitch], now: Seen) -> dict[str, str]:
    """How sessions are held by what somebody was told, before the first release: as the last switch they heard of
    left them, else as they were before the first one they did not hear of, else as they are."""
    found = {code: shown.form for code, shown in now.items()}
    for one in reversed(unheard):
        found |= {code: forms[0] for code, forms in _changed(one).items()}
    for one in heard:
        found |= {code: forms[1] for code, forms in _changed(one).items()}
    return {code: form for code, form in found.items() if code in now}


class News:
    """What is new to all who were told the same.

    A session is told by its title where it is held otherwise than they knew, and nothing else in the mail says so: not
    that the whole conference is held so, not its day. A day is told where all that takes place on it is held alike.

    :param heard: the switches they were told of; ``unheard``: those since, without ``deed``.
    :param known: the format of the conference they know, ``before`` the programme they know (empty: none released).
    :param now: the newest programme; the draft, before the first release.
    :param listed: the mail tells each of the reader's sessions as it is now, so that what moved with the whole
        conference, and what a day lost, stands there.
    :param by_day: False where each session is told by itself.
    """

    def __init__(
        self, *, heard: Sequence[FormatSwitch], unheard: Sequence[FormatSwitch], deed: FormatSwitch,
        known: ConferenceFormat, before: Seen, now: Seen, listed: bool, by_day: bool = True,
    ) -> None:  # fmt: skip
        self._deed, self._now, self._known, self._before, self._listed = deed, now, known, before, listed
        self._deeds = (*unheard, deed)
        wholes = [one for one in self._deeds if one.scope is ScopeKind.WHOLE]
        self._format = wholes[-1].to_format if wholes else known
        self._whole = wholes[-1] if wholes and (wholes[-1] is deed or known is not self._format) else None
        self._told = {code: shown.form for code, shown in before.items()} or forms_told(heard, self._deeds, now)
        self._heard = {code for one in heard for code in _changed(one)}
        self._named = {code for one in heard if one.scope is not ScopeKind.WHOLE for code in _changed(one)}
        new = {code: cause for code in now if (cause := self._cause(code)) is not None}
        self._days: list[tuple[Saying, str]] = []
        said: set[str] = set()
        if by_day:
            for day in dict.fromkeys(one.scope_of for one in self._deeds if one.scope is ScopeKind.DAY):
                said |= self._tell_day(day, new)
        self._sessions = {code: cause[0] for code, cause in new.items() if code not in said}

    def of(
        self, codes: Collection[str], *, number: int = 0, was: Attendance | None = None, now: Attendance | None = None,
        place: bool = True,
    ) -> tuple[Saying, ...]:  # fmt: skip
        """The sentences of one mail, in order: the whole conference, then its parts as they were moved.

        :param codes: of the sessions in the reader's programme, before or now.
        :param number: of a delegate, with how they took part as they know it, and now.
        :param place: whether they have a place; who waits for one is told of the whole conference.
        """
        found = [Saying(self._whole, ScopeKind.WHOLE, "", self._format)] if self._whole else []
        if not place and found:
            return tuple(found)
        parts = [
            ((deed.id if deed else 0, self._now[code].hour, code), self._session(code, deed))
            for code, deed in self._sessions.items() if code in codes
        ]  # fmt: skip
        parts += [((one.deed.id if one.deed else 0, hour, ""), one) for one, hour in self._days]
        if (theirs := self._delegation(number, was, now)) is not None:
            parts.append(((theirs.deed.id if theirs.deed else 0, "", ""), theirs))
        told = (*found, *(one for _place, one in sorted(parts, key=lambda part: part[0])))
        return told or (self._of_the_deed(),)

    def _cause(self, code: str) -> tuple[FormatSwitch | None] | None:
        """The switch by which a session has to be told, None in it where no switch left it so; or None."""
        form, told = self._now[code].form, self._told.get(code)
        if form == told or (not self._before and code not in self._heard and form == self._known):
            return None  # before the first release all is taken to be held as the conference is
        if self._whole and form == self._format and (not has_hall(form) or told in {None, self._known.value}):
            return None  # the whole conference is held so
        moved = next((one for one in reversed(self._deeds) if code in _changed(one)), None)
        cause = moved if moved is not None and _changed(moved)[code][1] == form else None
        if cause is None or cause.scope is ScopeKind.WHOLE:
            return (cause,) if not self._lists(form) and code in self._named else None
        return None if form == CANCELLED and cause.scope is ScopeKind.DAY and self._lists(form) else (cause,)

    def _lists(self, form: str) -> bool:
        """Whether the mail tells the sessions that are held so; what is off, to those who knew of it by a release."""
        return self._listed and (form != CANCELLED or bool(self._before))

    def _tell_day(self, day: str, new: Mapping[str, tuple[FormatSwitch | None]]) -> set[str]:
        """Tell a day in one sentence where that is true; returns the sessions of which nothing more is to be said."""
        living = {code for code, one in self._now.items() if one.day == day and one.form != CANCELLED}
        forms = {self._now[code].form for code in living}
        causes = [cause for code in sorted(living) if code in new for cause in new[code]]
        last = max((one for one in causes if one is not None), key=lambda one: one.id, default=None)
        if len(forms) != 1 or None in causes or last is None:
            return set()
        if last.scope is not ScopeKind.DAY or last.scope_of != day:
            return set()
        if any(self._now[code].uid == self._deed.scope_of for code in living):
            return set()
        [form] = forms
        self._days.append((Saying(last, ScopeKind.DAY, day, form), min(self._now[code].hour for code in living)))
        return living

    def _session(self, code: str, deed: FormatSwitch | None) -> Saying:
        return Saying(deed, ScopeKind.SESSION, self._now[code].uid, self._now[code].form)

    def _of_the_deed(self) -> Saying:
        """The switch itself, for those to whom nothing is new."""
        deed = self._deed
        if deed.scope in {ScopeKind.WHOLE, ScopeKind.DELEGATION}:
            return Saying(deed, deed.scope, deed.scope_of, deed.to_format.value)
        if deed.scope is ScopeKind.SESSION:
            form = next((one.form for one in self._now.values() if one.uid == deed.scope_of), deed.to_format.value)
            return Saying(deed, deed.scope, deed.scope_of, form)
        forms = [one.form for one in self._now.values() if one.day == deed.scope_of and one.form != CANCELLED]
        told = Saying(deed, deed.scope, deed.scope_of, CANCELLED)
        if not forms:
            return told
        left = [form for code, (_was, form) in _changed(deed).items() if code in self._now and form in forms]
        form = deed.to_format.value if deed.to_format.value in forms else next(iter(left), forms[0])
        return replace(told, to=form, partly=len(set(forms)) > 1)

    def _delegation(self, number: int, was: Attendance | None, now: Attendance | None) -> Saying | None:
        """The last switch of the reader's delegation, where it is why they take part otherwise than they knew."""
        for one in reversed(self._deeds):
            if one.scope is ScopeKind.DELEGATION and str(number) in one.changes.get("delegates", {}):
                there = is_on_site(now) if has_hall(one.to_format) else is_by_video(now)
                new = there and was is not now and has_both(self._format)
                return Saying(one, one.scope, one.scope_of, one.to_format.value) if new else None
        return None
