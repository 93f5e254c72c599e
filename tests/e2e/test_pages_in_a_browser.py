"""What a volunteer meets: the pages in a real browser, with and without scripts."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from app.policy.schema import GUIDELINE_IDS
from tests.e2e.conftest import Service

PHONE = "0491 570 156"
TEXT = f"Everybody ring him on {PHONE} and tell him what you think of him"


class Visit:
    """A page, with everything that the browser asked for or complained about."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.requested: list[str] = []
        self.complaints: list[str] = []
        page.on("request", lambda request: self.requested.append(request.url))
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))


@pytest.fixture(params=[True, False], ids=["with scripts", "without scripts"])
def visit(request: pytest.FixtureRequest, browser: Browser, service: Service) -> Iterator[Visit]:
    context = browser.new_context(base_url=service.url, java_script_enabled=request.param)
    visit = Visit(context.new_page())
    yield visit
    assert visit.complaints == []
    assert [url for url in visit.requested if not url.startswith(service.url)] == []
    context.close()


def test_a_text_is_tried(visit: Visit, service: Service) -> None:
    page = visit.page
    page.goto("/")
    page.get_by_label("Write or paste a text").fill(TEXT)
    page.get_by_role("button", name="See the decision").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Remove")
    expect(page.locator("mark").filter(has_text=PHONE)).to_contain_text("a phone number")
    expect(page.locator(".letter")).not_to_be_empty()
    expect(page.locator(".letter")).not_to_contain_text(PHONE)
    assert page.url == f"{service.url}/try"


def test_a_sample_is_one_click_away(visit: Visit) -> None:
    page = visit.page
    page.goto("/")
    page.get_by_role("button", name="vigil").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Keep")


def test_the_kind_and_the_goal_that_were_chosen_stay_chosen(visit: Visit) -> None:
    page = visit.page
    page.goto("/")
    page.get_by_label("Write or paste a text").fill("We are proud of our new garden.")
    page.get_by_label("What is it?").select_option("draft")
    page.get_by_label("What is the page for?").select_option("voice")
    page.get_by_role("button", name="See the decision").click()
    expect(page.get_by_label("What is it?")).to_have_value("draft")
    expect(page.get_by_label("What is the page for?")).to_have_value("voice")


def test_a_citation_leads_to_its_guideline(visit: Visit) -> None:
    page = visit.page
    page.goto("/")
    page.get_by_label("Write or paste a text").fill(TEXT)
    page.get_by_role("button", name="See the decision").click()
    link = page.locator(".citations a").first
    title = link.inner_text()
    link.click()
    expect(page.locator(".guideline:target h2")).to_have_text(title)


def test_the_guidelines_begin_with_help(visit: Visit) -> None:
    page = visit.page
    page.goto("/guidelines")
    expect(page.get_by_role("heading").first).to_have_text("If you are not safe right now")
    assert page.locator("a[href^='tel:']").count() > 1
    assert page.locator("section.guideline").count() == len(GUIDELINE_IDS) + 1


def test_the_http_interface_is_read_from_its_contents(visit: Visit) -> None:
    page = visit.page
    page.goto("/docs")
    link = page.locator(".contents a").last
    title = link.inner_text()
    link.click()
    expect(page.locator(".guideline:target h2")).to_have_text(title)


@pytest.mark.parametrize("path", ["/", "/guidelines", "/docs"])
@pytest.mark.parametrize("viewport", [ViewportSize(width=390, height=844), ViewportSize(width=1440, height=900)], ids=["phone", "desk"])
def test_nothing_is_wider_than_the_screen(browser: Browser, service: Service, path: str, viewport: ViewportSize) -> None:
    context = browser.new_context(base_url=service.url, viewport=viewport)
    page = context.new_page()
    page.goto(path)
    assert page.evaluate("document.documentElement.scrollWidth") == viewport["width"]
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_its_background(browser: Browser, service: Service, scheme: str) -> None:
    context = browser.new_context(base_url=service.url, color_scheme="dark" if scheme == "dark" else "light")
    page = context.new_page()
    page.goto("/")
    page.get_by_label("Write or paste a text").fill(TEXT)
    page.get_by_role("button", name="See the decision").click()
    assert page.evaluate(_LOWEST_CONTRAST) >= 4.5
    context.close()


def test_the_keyboard_reaches_the_text_first_and_then_everything(browser: Browser, service: Service) -> None:
    context = browser.new_context(base_url=service.url)
    page = context.new_page()
    page.goto("/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the text")).to_be_focused()
    page.get_by_label("Write or paste a text").focus()
    for name in ("What is it?", "What is the page for?"):
        page.keyboard.press("Tab")
        expect(page.get_by_label(name)).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="See the decision")).to_be_focused()
    context.close()


def test_leaving_puts_another_page_in_this_ones_place(browser: Browser, service: Service) -> None:
    context = browser.new_context(base_url=service.url)
    page = context.new_page()
    context.route(lambda url: not url.startswith(service.url), lambda route: route.fulfill(body="elsewhere"))
    page.goto("/guidelines")
    page.get_by_role("link", name="Leave this page").click()
    page.wait_for_url(lambda url: not url.startswith(service.url))
    page.go_back()
    assert not page.url.startswith(service.url)
    context.close()


# The WCAG contrast of every text with the first painted background behind it; the lowest of them.
_LOWEST_CONTRAST = """
() => {
  const parse = (color) => color.match(/[\\d.]+/g).map(Number);
  const light = (color) => {
    const [r, g, b] = parse(color).map((c) => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const color = getComputedStyle(at).backgroundColor;
      const [, , , alpha = 1] = parse(color);
      if (alpha > 0) return color;
    }
    return "rgb(255, 255, 255)";
  };
  let lowest = 21;
  for (const element of document.querySelectorAll("body *")) {
    const shown = [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
    if (!shown || element.tagName === "OPTION" || !element.checkVisibility()) continue;
    const [a, b] = [light(getComputedStyle(element).color), light(behind(element))].sort((x, y) => y - x);
    lowest = Math.min(lowest, (a + 0.05) / (b + 0.05));
  }
  return lowest;
}
"""
