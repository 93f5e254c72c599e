"""What the pack publishes gives nothing away."""

from datetime import date

import pytest

from app.detection.register import Register, number_key, text_key
from app.domain.finding import About, Finding, FindingKind

REGISTER = Register(
    public_numbers=frozenset({"1800 555 000"}),
    own_contacts=frozenset({"(03) 5550 1234"}),
    public=frozenset({number_key("1800 555 000"), number_key("000")}),
    own=frozenset({number_key("(03) 5550 1234"), text_key("hello@example.org"), text_key("https://www.example.org/help")}),
    consented=((text_key("Ada Quill"), date(2026, 6, 30)), (text_key("Bo Reyes"), None)),
    events=(text_key("Walk for Hope"), text_key("candle night")),
)


@pytest.mark.parametrize(
    ("kind", "text", "about"),
    [
        (FindingKind.PHONE_NUMBER, "1800-555-000", About.PUBLIC),
        (FindingKind.PHONE_NUMBER, "000", About.PUBLIC),
        (FindingKind.PHONE_NUMBER, "+61 3 5550 1234", About.ORGANISATION),
        (FindingKind.PHONE_NUMBER, "03 5550 1235", None),
        (FindingKind.EMAIL, "Hello@Example.org", About.ORGANISATION),
        (FindingKind.URL, "http://example.org/help", About.ORGANISATION),
        (FindingKind.URL, "example.org/help/other", None),
        (FindingKind.PERSON_NAME, "ADA  QUILL", About.CONSENTED),
        (FindingKind.PERSON_NAME, "Ada", None),
        (FindingKind.ORGANISATION, "Ada Quill", None),
    ],
)
def test_whose_a_published_detail_is(kind: FindingKind, text: str, about: About | None) -> None:
    assert REGISTER.about(Finding(kind, 0, len(text), 1.0, "t"), text, today=date(2026, 6, 30)) is about


def test_consent_ends_on_its_day() -> None:
    assert REGISTER.has_consent("Ada Quill", today=date(2026, 6, 30))
    assert not REGISTER.has_consent("Ada Quill", today=date(2026, 7, 1))
    assert REGISTER.has_consent("Bo Reyes", today=date(2099, 1, 1))


@pytest.mark.parametrize(
    ("text", "named"),
    [("who is coming to the WALK for hope?", True), ("Candle-night is on!", True), ("I walk, and hope", False), ("candle nights", False)],
)
def test_an_announced_event_is_known_by_its_words(text: str, named: bool) -> None:
    assert REGISTER.names_event(text) is named
