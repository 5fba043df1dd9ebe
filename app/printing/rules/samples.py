"""Awkward people for a look at a design: if it holds with them, it holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from app.printing.rules import BadgeContent, Person, badge_content
from app.printing.rules.access import Mark

EXAMPLES: Mapping[str, LazyString] = {
    "long": _l("a very long name"),
    "short": _l("one letter"),
    "arabic": _l("a name in Arabic letters"),
    "usual": _l("a usual name"),
}
_FACTS = Person(
    delegate_id=0, public_id="D00000", token="Ab3dEf6hIj9l", role="member",  # noqa: S106  # opens nothing
    own_name="", badge_ru="", badge_de="",
    passport_name="", place_ru="Рождественско-Преображенское-на-Волге", place_de="Bad Homburg vor der Höhe",
    country="DE", country_ru="Германия", country_de="Deutschland",
    office="Erste Stellvertreterin der Oberbürgermeisterin und Beigeordnete für Stadtentwicklung", spoken="de;ru;en;fr",
    interpretation="ru>de",
)  # fmt: skip
_PEOPLE: Mapping[str, Person] = {
    "long": replace(
        _FACTS, own_name="Prof. Dr. Dr. h. c. Karl-Friedrich-Maximilian von Roschdestwenski-Preobraschenski",
        badge_de="Prof. Dr. Dr. h. c. Karl-Friedrich-Maximilian von Roschdestwenski-Preobraschenski",
        badge_ru="проф. д-р Карл-Фридрих-Максимилиан фон Рождественский-Преображенский",
    ),
    "short": replace(_FACTS, own_name="O O", badge_de="O O", badge_ru="О О", office="", interpretation=""),
    "arabic": replace(_FACTS, own_name="محمد عبد الرحمن", badge_de="محمد عبد الرحمن", badge_ru="Мухаммад Абд-ар-Рахман",
                      role="press"),
    "usual": replace(_FACTS, language="ru", own_name="Орлова Анна", badge_ru="Орлова Анна Сергеевна",
                     badge_de="Anna Orlowa", place_ru="Калуга", place_de="Kaluga",
                     country="RU", country_ru="Россия", country_de="Russland",
                     office="Заместитель главы города", role="head"),
}  # fmt: skip


def example(name: str, *, marks: Sequence[Mark] = (), arms: str = "") -> BadgeContent:
    """What stands on the badge of one of them; the usual one when there is none of that name."""
    return badge_content(replace(_PEOPLE.get(name, _PEOPLE["usual"]), marks=tuple(marks), arms=arms))


def with_and_without_arms(content: BadgeContent) -> list[BadgeContent]:
    """The same badge of a town that has arms and of one that has none: their designs differ."""
    return [replace(content, arms=""), replace(content, arms=content.arms or "0" * 64)]
