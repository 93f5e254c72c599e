"""The words that say what a row of digits or letters is are the pack's, and a service may add its own."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from app.detection.contacts import ContactCues, find_contacts
from app.detection.cues import read_cues
from app.detection.fold import fold
from app.detection.phone_numbers import PhoneCues, find_phone_numbers

SHIPPED = Path(__file__).parents[3] / "rules" / "lexicons" / "cues.yaml"


@pytest.fixture
def lexicon() -> Any:
    return yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))


def test_a_word_that_a_service_adds_is_listened_for(lexicon: Any) -> None:
    lexicon["plate"]["cues"] += "|number-board"
    lexicon["phone"]["identifiers"] += "|parade"
    cues = read_cues(lexicon)
    (plate,) = find_contacts(fold("his number-board is xqz 44k"), own=frozenset(), cues=ContactCues.of(cues))
    assert (plate.kind.value, plate.start) == ("vehicle_plate", 20)
    text = fold("parade 0491 570 156")
    assert find_phone_numbers(text, country="AU", public=frozenset(), cues=PhoneCues.of(cues)) == []


@pytest.mark.parametrize("words", ["", "rego|", "rego||plate", "rego|(plate", None, ["rego"]])
def test_a_list_that_would_stand_everywhere_or_nowhere_is_refused(lexicon: Any, words: object) -> None:
    lexicon["plate"]["cues"] = words
    with pytest.raises(ValueError, match=r"plate\.cues"):
        read_cues(lexicon)


def test_a_list_that_is_missing_or_mistyped_is_refused(lexicon: Any) -> None:
    lexicon["plate"]["cue"] = lexicon["plate"].pop("cues")
    with pytest.raises(ValueError, match=r"plate\.cue"):
        read_cues(lexicon)
