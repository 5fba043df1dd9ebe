"""Every route says who may open it, and answers others accordingly."""

from __future__ import annotations

from typing import Any

from flask import Flask
from werkzeug.routing import AnyConverter, IntegerConverter, Rule

from app.permissions import LIBRARY_ROUTES, Permission, access_of


def _routes(app: Flask) -> list[tuple[str, str]]:
    return sorted({(rule.endpoint, rule.rule) for rule in app.url_map.iter_rules()})


def _example(rule: Rule, name: str) -> Any:
    converter = rule._converters[name]
    if isinstance(converter, AnyConverter):
        return sorted(converter.items)[0]
    return 1 if isinstance(converter, IntegerConverter) else "x"


def test_every_route_states_its_permission_when_registered(house: Flask) -> None:
    silent = [
        endpoint
        for endpoint, _ in _routes(house)
        if access_of(house.view_functions[endpoint]) is None
        and endpoint not in LIBRARY_ROUTES
        and not endpoint.startswith("security.")
    ]
    assert silent == []


def test_library_routes_we_do_not_use_are_closed_when_opened(app: Flask, visitor: Any) -> None:
    answers = {}
    for endpoint, rule in _routes(app):
        if endpoint.startswith("security.") and endpoint not in LIBRARY_ROUTES and "<" not in rule.split("/", 2)[2]:
            answers[endpoint] = visitor.get(rule.replace("<language:language>", "de")).status_code
    assert set(answers.values()) <= {403, 405}


def test_staff_pages_lead_to_the_sign_in_when_nobody_is_signed_in(app: Flask, visitor: Any) -> None:
    wrong = {}
    for rule in app.url_map.iter_rules():
        stated = access_of(app.view_functions[rule.endpoint])
        if not isinstance(stated, Permission) or "GET" not in (rule.methods or set()):
            continue
        values = {name: _example(rule, name) for name in rule.arguments}
        values["language"] = "de"
        with app.test_request_context():
            address = rule.build(values)
        if address is None:
            continue
        answer = visitor.get(address[1])
        if answer.status_code != 303 or "/de/sign-in" not in answer.location:
            wrong[rule.rule] = answer.status_code
    assert wrong == {}


def test_staff_addresses_carry_desk_when_they_are_for_staff(house: Flask) -> None:
    outside = [
        rule.rule
        for rule in house.url_map.iter_rules()
        if isinstance(access_of(house.view_functions[rule.endpoint]), Permission)
        and not rule.rule.startswith("/<language:language>/desk/")
    ]
    assert outside == []
