"""Who may keep what the product sends: assets for a year, files and pages nobody."""

from __future__ import annotations

from flask import Flask
from flask.testing import FlaskClient

from app.security_headers import static_url

ONE_DATABASE = True


def test_asset_is_kept_for_a_year_when_its_address_has_the_sign_of_its_content(
    app: Flask, visitor: FlaskClient
) -> None:
    with app.test_request_context():
        address = static_url("css/ratusha.css")
    assert "?v=" in address
    answer = visitor.get(address, buffered=True)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "public, max-age=31536000")
