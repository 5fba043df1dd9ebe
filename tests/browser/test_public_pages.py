"""The pages a stranger meets first: in three languages, on a phone and a desk, light and dark."""

from __future__ import annotations

import pytest

from tests.browser.checks import accessibility_violations, fits_the_width
from tests.browser.conftest import OpenPage

pytestmark = pytest.mark.browser
STATUS = {
    "/{language}/": 200,
    "/{language}/sign-in": 200,
    "/{language}/c/xvi-kaluga-2021/": 200,
    "/{language}/no-such-page": 404,
}


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [360, 1440])
@pytest.mark.parametrize("language", ["ru", "de", "en"])
def test_public_page_is_accessible_and_fits_when_opened(
    open_page: OpenPage, language: str, width: int, dark: bool
) -> None:
    found = {}
    page = open_page(f"/{language}/", language=language, width=width, dark=dark)
    for path in STATUS:
        answer = page.goto(path.format(language=language))
        assert answer is not None
        found[path] = (
            answer.status,
            page.get_attribute("html", "lang"),
            page.locator("h1").count(),
            accessibility_violations(page),
            fits_the_width(page),
        )
    assert found == {path: (status, language, 1, [], True) for path, status in STATUS.items()}


@pytest.mark.parametrize("language", ["ru", "de", "en"])
def test_front_door_leads_to_the_language_of_the_browser_when_opened(open_page: OpenPage, language: str) -> None:
    assert open_page("/", language=language).url.endswith(f"/{language}/")


def test_staff_reaches_the_desk_when_signed_in_without_scripts(open_page: OpenPage) -> None:
    page = open_page("/en/desk/", staff="organiser@ratusha.example", scripts=False)
    assert (page.url.endswith("/en/desk/"), page.locator("h1").count()) == (True, 1)
