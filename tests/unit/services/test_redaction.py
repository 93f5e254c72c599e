import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.finding import About, Finding, FindingKind
from app.services.redaction import redact

PHONE, NAME, PLACE = FindingKind.PHONE_NUMBER, FindingKind.PERSON_NAME, FindingKind.LOCATION
TEXT = "Wren Alder on 0491 570 156"


def _found(kind: FindingKind, start: int, end: int, about: About = About.OTHER) -> Finding:
    return Finding(kind, start, end, 1.0, "test", about)


@pytest.mark.parametrize(
    ("findings", "redacted"),
    [
        ([], TEXT),
        ([_found(PHONE, 14, 26)], "Wren Alder on [phone number]"),
        ([_found(PHONE, 14, 26), _found(NAME, 0, 10)], "[person name] on [phone number]"),
        ([_found(NAME, 0, 4), _found(NAME, 0, 10)], "[person name] on 0491 570 156"),
        ([_found(NAME, 0, 10), _found(PLACE, 5, 13)], "[person name] 0491 570 156"),
        ([_found(NAME, 0, 5), _found(PLACE, 5, 10)], "[person name][location] on 0491 570 156"),
        ([_found(PHONE, 14, 26, About.AUTHOR)], "Wren Alder on [phone number]"),
        ([_found(PHONE, 14, 26, About.UNKNOWN)], "Wren Alder on [phone number]"),
        ([_found(PHONE, 14, 26, About.PUBLIC)], TEXT),
        ([_found(PHONE, 14, 26, About.ORGANISATION)], TEXT),
        ([_found(NAME, 0, 10, About.CONSENTED), _found(PHONE, 14, 26)], "Wren Alder on [phone number]"),
    ],
)
def test_private_findings_are_taken_out_and_public_ones_stay(findings: list[Finding], redacted: str) -> None:
    assert redact(TEXT, findings) == redacted


@given(
    st.text("abcdefgh", min_size=1, max_size=30),
    st.lists(st.tuples(st.sampled_from(FindingKind), st.integers(0, 30), st.integers(0, 30)), max_size=6),
)
def test_nothing_of_a_private_finding_is_left_and_nothing_else_is_lost(text: str, spans: list[tuple[FindingKind, int, int]]) -> None:
    findings = [_found(kind, min(a, b, len(text)), min(max(a, b), len(text))) for kind, a, b in spans if a != b]
    findings = [one for one in findings if one.start < one.end]
    covered = {position for one in findings for position in range(one.start, one.end)}
    left = redact(text, findings)
    for kind in FindingKind:
        left = left.replace(f"[{kind.value.replace('_', ' ')}]", "")
    assert left == "".join(char for position, char in enumerate(text) if position not in covered)
