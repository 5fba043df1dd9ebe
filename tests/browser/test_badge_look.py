"""The look of badges in a real browser: pictures of both sides that follow every choice, with scripts and without."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.checks import accessibility_violations, fits_the_width
from tests.browser.conftest import OpenPage

pytestmark = pytest.mark.browser

LOOK = "/en/desk/c/xiv-krasnodar-2017/badges/design?layout=a7"
ORGANISER = "organiser@ratusha.example"


def _sides(page: Page) -> list[str]:
    """The addresses of the pictures, once both are drawn."""
    page.wait_for_function(
        "[...document.querySelectorAll('#look img')].filter(img => img.naturalWidth > 200).length === 2"
    )
    return [str(each.get_attribute("src")) for each in page.locator("#look img").all()]


def _type(page: Page, name: str, text: str) -> None:
    field = page.locator(f"[name={name}]")
    field.fill(text)
    field.press("Tab")


def test_pictures_of_a_badge_follow_every_choice_without_a_new_page(open_page: OpenPage) -> None:
    page = open_page(LOOK, staff=ORGANISER, width=360)
    page.evaluate("window.stays = true")
    seen = [_sides(page)]
    for choose in (
        lambda: page.locator("[name=hidden][value=office]").check(),
        lambda: page.locator("[name=example]").select_option("arabic"),
        lambda: _type(page, "largest", "14"),
    ):
        choose()
        page.wait_for_function(
            "was => (document.querySelector('#look img') || {src: was}).src !== was", arg=seen[-1][0]
        )
        seen.append(_sides(page))
    fronts, backs = [front for front, _back in seen], [back for _front, back in seen]
    assert len(set(fronts)) == 4
    assert backs[0] == backs[1] != backs[2] == backs[3]  # another name stands on the back of another example
    _type(page, "largest", "900")
    page.get_by_text("Please give a size from 12 to 90 points.").wait_for()
    assert page.locator("#look img").count() == 0
    assert page.evaluate("window.stays") is True
    assert (accessibility_violations(page), fits_the_width(page)) == ([], True)


def test_pictures_of_a_badge_are_shown_by_a_button_when_there_are_no_scripts(open_page: OpenPage) -> None:
    page = open_page(LOOK, staff=ORGANISER, scripts=False)
    before = page.locator("#look img").first.get_attribute("src")
    page.locator("[name=example]").select_option("short")
    page.locator("button[value=preview]").click()
    assert page.locator("#look img").count() == 2
    assert page.locator("#look img").first.get_attribute("src") != before
