"""The desk and the public pages of a conference: accessible, nothing sticking out, on a phone and at a desk."""

from __future__ import annotations

import pytest

from tests.browser.checks import accessibility_violations, fits_the_width
from tests.browser.conftest import OpenPage

pytestmark = pytest.mark.browser

KALUGA, KRASNODAR = "c/xvi-kaluga-2021", "c/xiv-krasnodar-2017"
PUBLIC = (f"{KALUGA}/register", f"{KRASNODAR}/", f"{KRASNODAR}/programme", f"{KALUGA}/programme", "verify/")
DESK = (
    "desk/", "desk/directory/municipalities", "desk/directory/municipalities/krasnodar", "desk/directory/import",
    "desk/organisations/", "desk/register", "desk/mail/", "desk/conferences/new", f"desk/{KALUGA}/",
    f"desk/{KALUGA}/edit", f"desk/{KALUGA}/venues", f"desk/{KALUGA}/letters", f"desk/{KALUGA}/letters/prepare",
    f"desk/{KALUGA}/letters/brief", f"desk/{KALUGA}/letters/enclosures",
    f"desk/{KALUGA}/letters/texts", f"desk/{KALUGA}/letters/texts/invitation/ru",
    f"desk/{KALUGA}/letters/texts/invitation/ru/0", f"desk/{KALUGA}/letters/texts/fields",
    f"desk/{KALUGA}/letters/forms?country=RU", f"desk/{KALUGA}/letters/sheet", f"desk/{KALUGA}/registration",
    f"desk/{KRASNODAR}/delegates", f"desk/{KRASNODAR}/delegates/D00310", f"desk/{KRASNODAR}/delegations",
    f"desk/{KRASNODAR}/programme", f"desk/{KRASNODAR}/programme/grid",
    f"desk/{KRASNODAR}/programme/release", f"desk/{KRASNODAR}/switch/",
    f"desk/{KRASNODAR}/badges/", f"desk/{KRASNODAR}/video/", f"desk/{KRASNODAR}/video/plates/?whose=all",
)  # fmt: skip


@pytest.mark.parametrize(("language", "width", "dark"), [("ru", 360, False), ("de", 1440, True), ("en", 360, True)])
@pytest.mark.parametrize("staff", [False, True], ids=["public", "desk"])
def test_page_is_accessible_and_fits_when_opened(
    open_page: OpenPage, language: str, width: int, dark: bool, staff: bool
) -> None:
    wrong = {}
    given = {"staff": "organiser@ratusha.example"} if staff else {}
    page = open_page(f"/{language}/", language=language, width=width, dark=dark, **given)
    for path in DESK if staff else PUBLIC:
        answer = page.goto(f"/{language}/{path}")
        assert answer is not None
        found = (answer.status, page.locator("h1").count(), accessibility_violations(page), fits_the_width(page))
        if found != (200, 1, [], True):
            wrong[path] = found
    assert wrong == {}
