"""Names of services and companies, known or shaped like one."""

from pathlib import Path

import pytest
import yaml

from app.detection.fold import fold
from app.detection.organisations import OrganisationFinder
from app.detection.pipeline import Pipeline
from app.domain.finding import About

LEXICON = Path(__file__).parents[3] / "rules" / "lexicons" / "organisations.yaml"
PIPELINE = Pipeline()
FINDER = OrganisationFinder(
    PIPELINE.nlp, yaml.safe_load(LEXICON.read_text(encoding="utf-8")), helplines=("Safe Steps",), own=("Lantern House",)
)


def found(text: str) -> list[str]:
    with PIPELINE.batch():
        folded = fold(text)
        return [text[one.start : one.end] for one in FINDER.find(PIPELINE.doc(folded.text), folded)]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("I work at Harbourside Women's Service now", ["Harbourside Women's Service"]),
        ("Bloom & Twine Florist do our wreaths", ["Bloom & Twine Florist"]),
        ("ring lifeline or safe steps", ["lifeline", "safe steps"]),
        ("the Kestrel Valley Legal Centre would follow", ["Kestrel Valley Legal Centre"]),
        ("the service was kind and the centre is warm", []),
        ("I went to the Centre", []),
        ("He joined a club and bought a trust", []),
    ],
)
def test_organisations_are_found_by_name_and_by_shape(text: str, names: list[str]) -> None:
    assert found(text) == names


def test_the_organisations_own_name_is_its_own() -> None:
    with PIPELINE.batch():
        folded = fold("thank you Lantern House")
        (finding,) = FINDER.find(PIPELINE.doc(folded.text), folded)
    assert finding.about is About.ORGANISATION
