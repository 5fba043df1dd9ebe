"""The grid of a day in Chromium: by pointer, by keys, by buttons, by form, with two at once, on a phone."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.checks import accessibility_violations, fits_the_width
from tests.browser.conftest import OpenPage

pytestmark = pytest.mark.browser

STAFF = "organiser@ratusha.example"
GRID = "desk/c/xiv-krasnodar-2017/programme/grid"
THURSDAY, FRIDAY = f"{GRID}?day=2017-06-29", f"{GRID}?day=2017-06-30"


def _slot(page: Page, code: str) -> Locator:
    return page.locator(f"[data-slot][data-code='{code}']")


def _where(page: Page, code: str) -> tuple[str, str]:
    """Hours and room as the page shows them."""
    slot = _slot(page, code)
    room = slot.evaluate("slot => (slot.closest('[data-column]') || {dataset: {name: 'tray'}}).dataset.name")
    return slot.locator(".slot__hours").inner_text(), str(room)


def _saved(page: Page, code: str) -> None:
    expect(page.locator("[data-live]")).to_contain_text(re.compile(rf"{code}"))


def _centre(found: Locator) -> tuple[float, float]:
    box = found.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def _minute(page: Page, room: str, minutes: int) -> tuple[float, float]:
    """The point of an hour in the column of a room."""
    place = page.locator(f"[data-column][data-name='{room}'] [data-slots]")
    first = int(page.locator("[data-planner]").get_attribute("data-first") or 0) * 60
    last = int(page.locator("[data-planner]").get_attribute("data-last") or 0) * 60
    box = place.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + (minutes - first) * box["height"] / (last - first)


def _drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(start[0] + 8, start[1] + 8)
    page.mouse.move(*end, steps=6)
    page.wait_for_timeout(60)
    page.mouse.up()


def _tall(open_page: OpenPage, path: str, **given: Any) -> Page:
    return open_page(path, staff=STAFF, width=4600, height=2400, **given)


def test_session_is_moved_when_dragged_to_another_room_and_hour(open_page: OpenPage) -> None:
    page = _tall(open_page, f"/en/{THURSDAY}")
    assert _where(page, "K18") == ("14:00–15:30", "Hall 7")
    x, y = _minute(page, "Hall 7", 14 * 60 + 45)
    to_x, to_y = _minute(page, "Foyer A", 18 * 60 + 62)  # grabbed in the middle: begins at 18:17, on the grid 18:15
    _drag(page, (x, y), (to_x, to_y))
    _saved(page, "K18 is moved: Thu 29 Jun, 18:15–19:45, Foyer A.")
    assert _where(page, "K18") == ("18:15–19:45", "Foyer A")
    page.reload()
    assert _where(page, "K18") == ("18:15–19:45", "Foyer A")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".flashes")).to_contain_text("Undone: K18")
    assert _where(page, "K18") == ("14:00–15:30", "Hall 7")


def test_session_stays_when_escape_is_pressed_while_dragging(open_page: OpenPage) -> None:
    page = _tall(open_page, f"/en/{THURSDAY}")
    x, y = _minute(page, "Hall 1", 10 * 60 + 30)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y + 200, steps=4)
    expect(page.locator(".is-ghost")).to_have_count(1)
    page.keyboard.press("Escape")
    page.mouse.up()
    expect(page.locator(".is-ghost")).to_have_count(0)
    assert _where(page, "K11a") == ("10:00–12:30", "Hall 1")


def test_session_lasts_longer_when_its_lower_edge_is_dragged(open_page: OpenPage) -> None:
    page = _tall(open_page, f"/en/{THURSDAY}")
    handle = _slot(page, "K12a").locator(".slot__handle")
    x, _y = _centre(handle)
    _drag(page, _centre(handle), (x, _minute(page, "Hall 2", 12 * 60 + 46)[1]))
    _saved(page, "K12a is moved: Thu 29 Jun, 10:00–12:45, Hall 2.")
    assert _where(page, "K12a") == ("10:00–12:45", "Hall 2")


def test_session_goes_to_another_day_when_dropped_on_its_tab(open_page: OpenPage) -> None:
    page = _tall(open_page, f"/en/{THURSDAY}")
    _drag(page, _centre(_slot(page, "K20")), _centre(page.locator("[data-to-day='2017-06-30']")))
    _saved(page, "K20 is moved: Fri 30 Jun, 17:00–18:30")
    expect(_slot(page, "K20")).to_have_count(0)
    page.goto(f"/en/{FRIDAY}")
    assert _where(page, "K20")[0] == "17:00–18:30"


def test_session_gets_its_hour_when_dragged_from_the_tray(open_page: OpenPage) -> None:
    page = _tall(open_page, f"/en/{THURSDAY}")
    _slot(page, "K19").click()
    page.get_by_role("button", name="Take the hour away").click()
    _saved(page, "K19 has no hour now.")
    assert _where(page, "K19") == ("hour open", "tray")
    _drag(page, _centre(_slot(page, "K19")), _minute(page, "Hall 3", 19 * 60 + 15))
    _saved(page, "K19 is moved")
    hours, room = _where(page, "K19")
    assert (room, hours[:3]) == ("Hall 3", "19:")


def test_session_is_carried_by_keys_when_picked_up(open_page: OpenPage) -> None:
    page = _tall(open_page, f"/ru/{THURSDAY}", language="ru")
    _slot(page, "K14b").locator(".slot__body").focus()
    live = page.locator("[data-live]")
    page.keyboard.press("Enter")
    expect(live).to_contain_text("14:00–16:30, Зал 4")
    for key in ("PageDown", "ArrowUp", "ArrowUp", "Shift+ArrowUp", "ArrowRight"):
        page.keyboard.press(key)
    expect(live).to_have_text("14:50–17:15, Зал 5")
    page.keyboard.press("Escape")
    expect(live).to_have_text("Осталось на прежнем месте.")
    assert _where(page, "K14b") == ("14:00–16:30", "Зал 4")
    page.keyboard.press(" ")
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(live).to_contain_text("K14b перенесено: чт, 29 июн., 14:05–16:40, Зал 4.")
    assert _where(page, "K14b") == ("14:05–16:40", "Зал 4")
    assert page.evaluate("document.activeElement.closest('[data-slot]').querySelector('.slot__hours').textContent") == (
        "14:05–16:40"
    )


def test_title_stays_whole_when_a_session_is_made_short_by_keys(open_page: OpenPage) -> None:
    page = _tall(open_page, f"/ru/{THURSDAY}", language="ru")
    body = _slot(page, "K11b").locator(".slot__body")
    body.focus()
    page.keyboard.press("Enter")
    for _five_minutes in range(24):
        page.keyboard.press("Shift+ArrowUp")
    page.keyboard.press("Enter")
    expect(page.locator("[data-live]")).to_contain_text("K11b перенесено: чт, 29 июн., 14:00–14:30, Зал 1.")
    for _shown in ("at once", "on a fresh page"):
        assert body.evaluate("one => one.scrollHeight <= one.clientHeight")
        assert "Экономическое развитие и двигатели регионального роста" in body.inner_text().replace("\xad", "")
        page.reload()
    page.get_by_role("button", name="Отменить").click()
    assert _where(page, "K11b") == ("14:00–16:30", "Зал 1")


def test_hour_typed_stays_when_sessions_are_chosen_before_an_afternoon_is_shifted(open_page: OpenPage) -> None:
    page = _tall(open_page, f"/en/{FRIDAY}")
    since = page.get_by_label("From this hour on")
    page.get_by_text("Shift what follows").click()
    _slot(page, "K22").click()
    suggested = since.input_value()
    since.fill("22:00")
    for code in ("K26", "K25"):
        _slot(page, code).click()
    assert (suggested != "22:00", since.input_value()) == (True, "22:00")
    page.locator("#shift-minutes").fill("10")
    page.get_by_role("button", name="Shift the sessions").click()
    expect(page.locator(".flashes")).to_contain_text("1 session shifted.")
    assert _where(page, "K28")[0] == "22:40–00:55"
    page.get_by_role("button", name="Undo").click()
    assert _where(page, "K28")[0] == "22:30–00:45"


def test_session_goes_to_the_next_day_when_carried_there_by_keys(open_page: OpenPage) -> None:
    page = _tall(open_page, f"/ru/{THURSDAY}", language="ru")
    _slot(page, "K13b").locator(".slot__body").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("End")
    expect(page.locator("[data-live]")).to_have_text("пт, 30 июн., 14:00–16:30")
    page.keyboard.press("Enter")
    expect(page.locator("[data-live]")).to_contain_text("K13b перенесено: пт, 30 июн., 14:00–16:30, Зал 3.")
    expect(_slot(page, "K13b")).to_have_count(0)


def test_session_is_of_the_next_day_when_carried_past_midnight(open_page: OpenPage) -> None:
    page = _tall(open_page, f"/en/{THURSDAY}")
    _slot(page, "K21").click()
    page.locator("#start").fill("22:30")
    page.locator("#minutes").fill("165")
    page.get_by_role("button", name="Move the session").click()
    expect(page.locator(".flashes")).to_contain_text("K21 is moved: Thu 29 Jun, 22:30–01:15, Terrace.")
    _slot(page, "K21").locator(".slot__body").focus()
    for key in ("Enter", "PageDown", "PageDown", "Enter"):
        page.keyboard.press(key)
    _saved(page, "K21 is moved: Fri 30 Jun, 00:30–03:15, Terrace.")
    expect(_slot(page, "K21")).to_have_count(0)


def test_session_is_dragged_by_a_finger_when_it_is_held(open_page: OpenPage) -> None:
    page = open_page(f"/en/{FRIDAY}", staff=STAFF, width=700, height=1600)
    touch = page.context.new_cdp_session(page)
    touch.send("Emulation.setTouchEmulationEnabled", {"enabled": True})
    page.reload()
    page.locator("#planner-room").select_option(label="Restaurant · Kongresszentrum (1)")
    before, name = _where(page, "K25")
    assert before == "12:00–13:00"
    _slot(page, "K25").evaluate("slot => slot.scrollIntoView({block: 'center'})")
    x, y = _centre(_slot(page, "K25"))
    to_y = _minute(page, name, 14 * 60 + 30)[1]

    def send(kind: str, *points: tuple[float, float]) -> None:
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in points]})

    send("touchStart", (x, y))
    expect(page.locator(".is-ghost")).to_have_count(1)
    for share in (0.25, 0.5, 0.75, 1.0):
        send("touchMove", (x, y + (to_y - y) * share))
        page.wait_for_timeout(40)
    send("touchEnd")
    _saved(page, "K25 is moved: Fri 30 Jun, 14:00–15:00, Restaurant.")


def test_arrows_walk_and_tab_leaves_when_nothing_is_picked_up(open_page: OpenPage) -> None:
    page = _tall(open_page, f"/en/{THURSDAY}")
    _slot(page, "K15a").locator(".slot__body").focus()
    here = "document.activeElement.closest('[data-slot]').dataset.code"
    walked = []
    for key in ("ArrowDown", "ArrowRight", "ArrowUp", "ArrowLeft"):
        page.keyboard.press(key)
        walked.append(page.evaluate(here))
    assert walked == ["K15b", "K16b", "K16a", "K15a"]
    assert page.locator(".slot__body[tabindex='0']").count() == 1
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('[data-planner] .planner__aside') !== null")


def test_buttons_do_what_dragging_does_when_a_session_is_chosen(open_page: OpenPage) -> None:
    page = _tall(open_page, f"/en/{THURSDAY}")
    _slot(page, "K16b").click()
    for name in ("5 min later", "5 min later", "5 min longer", "Room to the right"):
        page.get_by_role("button", name=name).click()
    _saved(page, "K16b is moved: Thu 29 Jun, 14:10–16:45, Restaurant.")
    assert _where(page, "K16b")[0] == "14:10–16:45"


def test_second_sees_both_versions_when_two_move_at_once(open_page: OpenPage) -> None:
    first = _tall(open_page, f"/en/{THURSDAY}")
    second = open_page(f"/en/{THURSDAY}", staff="secretariat@ratusha.example", width=4600, height=2400)
    second.route("**/grid/news?*", lambda route: route.abort())
    for page, button in ((first, "5 min later"), (second, "5 min earlier")):
        _slot(page, "K12b").click()
        page.get_by_role("button", name=button).click()
        if page is first:
            _saved(page, "K12b is moved: Thu 29 Jun, 14:05–16:35, Hall 2.")
    box = second.get_by_role("alert")
    expect(box).to_contain_text("Somebody else has changed this session meanwhile")
    cells = [cell.strip() for cell in box.locator("tbody tr").first.locator("th, td").all_inner_texts()]
    assert cells == ["Hours", "Thu 29 Jun, 13:55–16:25", "Thu 29 Jun, 14:05–16:35"]
    assert accessibility_violations(second) == []
    box.get_by_role("button", name="Let mine stand").click()
    expect(second.locator(".flashes")).to_contain_text("K12b is moved: Thu 29 Jun, 13:55–16:25, Hall 2.")
    assert _where(second, "K12b") == ("13:55–16:25", "Hall 2")


def test_what_another_moves_appears_when_one_is_at_work(open_page: OpenPage) -> None:
    page = _tall(open_page, f"/en/{THURSDAY}")
    other = open_page(f"/de/{THURSDAY}", language="de", staff="secretariat@ratusha.example", height=1600)
    _slot(page, "K16b").click()
    page.get_by_label("Begins", exact=True).fill("15:55")  # written, not yet saved
    _slot(other, "K12b").click()
    other.get_by_role("button", name="5 Min. später").click()
    expect(other.locator("[data-live]")).to_contain_text("K12b")
    line = page.locator("[data-news] p")
    expect(line).to_contain_text("K12b: moved", timeout=12000)
    expect(_slot(page, "K12b")).to_have_class(re.compile("is-news"))
    assert page.get_by_label("Begins", exact=True).input_value() == "15:55"
    assert accessibility_violations(page) == []
    line.get_by_role("link", name="Show").click()
    assert page.get_by_label("Begins", exact=True).input_value() == "15:55"
    expect(_slot(page, "K12b")).to_be_in_viewport()
    expect(line).to_have_count(0)


def test_form_moves_a_session_when_there_is_no_script(open_page: OpenPage) -> None:
    page = open_page(f"/de/{FRIDAY}", language="de", staff=STAFF, scripts=False)
    link = _slot(page, "K22").locator("a.slot__body")
    assert re.search(r"/programme/\d+\?grid=2017-06-30$", link.get_attribute("href") or "")
    page.get_by_label("Sitzung", exact=True).select_option(
        value=page.locator("#session option", has_text="K27").get_attribute("value")
    )
    page.get_by_label("Beginn", exact=True).fill("14:15")
    page.get_by_role("button", name="Sitzung verschieben").click()
    assert "/programme/grid?day=2017-06-30" in page.url
    assert page.locator(".flashes").inner_text().startswith("K27 ist verschoben: Fr., 30. Juni, 14:15–17:45")
    assert page.locator("[data-live]").is_hidden() or page.locator("[data-live]").inner_text() == ""


@pytest.mark.parametrize("scripts", [True, False])
def test_phone_shows_one_room_when_it_is_chosen(open_page: OpenPage, scripts: bool) -> None:
    page = open_page(f"/de/{THURSDAY}", language="de", staff=STAFF, width=360, scripts=scripts)
    page.locator("#planner-room").select_option(
        value=page.locator("[data-column][data-name='Saal 6']").get_attribute("data-column")
    )
    if not scripts:
        page.get_by_role("button", name="Anzeigen").click()
    expect(page.locator("[data-column]:visible")).to_have_count(1)
    names = page.locator("[data-column]:visible").evaluate_all("found => found.map(one => one.dataset.name)")
    assert names == ["Saal 6"]
    assert fits_the_width(page)


@pytest.mark.parametrize(("language", "width", "dark"), [("ru", 360, True), ("de", 1440, False), ("en", 1440, True)])
def test_grid_is_accessible_when_a_session_is_picked_up(
    open_page: OpenPage, language: str, width: int, dark: bool
) -> None:
    page = open_page(f"/{language}/{THURSDAY}", language=language, staff=STAFF, width=width, dark=dark)
    assert accessibility_violations(page) == []
    page.locator("[data-slot]:visible .slot__body").first.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    assert accessibility_violations(page) == []
    assert fits_the_width(page)
