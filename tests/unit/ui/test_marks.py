import pytest

from app.domain.finding import About, Finding, FindingKind
from app.ui.marks import pieces


def _finding(start: int, end: int, kind: FindingKind = FindingKind.PHONE_NUMBER, about: About = About.UNKNOWN) -> Finding:
    return Finding(kind=kind, start=start, end=end, score=1.0, source="test", about=about)


@pytest.mark.parametrize(
    ("text", "spans", "expected"),
    [
        ("", [], []),
        ("nothing", [], [("nothing", 0)]),
        ("ring 12 now", [(5, 7)], [("ring ", 0), ("12", 1), (" now", 0)]),
        ("12", [(0, 2)], [("12", 1)]),
        ("1234", [(0, 2), (2, 4)], [("12", 1), ("34", 1)]),
        ("abcdef", [(0, 4), (2, 6)], [("ab", 1), ("cd", 2), ("ef", 1)]),
        ("💔 12", [(2, 4)], [("💔 ", 0), ("12", 1)]),
    ],
)
def test_pieces_are_the_text_cut_at_its_findings(text: str, spans: list[tuple[int, int]], expected: list[tuple[str, int]]) -> None:
    cut = pieces(text, [_finding(start, end) for start, end in spans])
    assert [(piece.text, len(piece.findings)) for piece in cut] == expected
    assert "".join(piece.text for piece in cut) == text


def test_a_piece_is_public_only_when_all_of_its_findings_are() -> None:
    helpline, other = _finding(0, 4, about=About.PUBLIC), _finding(2, 4)
    assert [piece.public for piece in pieces("1234", [helpline, other])] == [True, False]
