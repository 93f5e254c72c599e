"""Street addresses of six countries; what only looks like one is left alone."""

from itertools import pairwise
from pathlib import Path

import pytest

from app.detection.addresses import AddressFinder
from app.detection.fold import fold
from app.detection.gazetteer import build_gazetteer
from app.domain.finding import Finding, FindingKind, Form
from app.policy.loader import load_pack


@pytest.fixture(scope="module")
def finder() -> AddressFinder:
    return AddressFinder(build_gazetteer(load_pack(Path(__file__).parents[3] / "rules").lexicons))


def streets(findings: list[Finding], text: str) -> list[tuple[str, Form]]:
    return [(text[one.start : one.end], one.form) for one in findings if one.kind is FindingKind.STREET_ADDRESS]


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("she moved to 14 Bottlebrush Crescent last week", "14 Bottlebrush Crescent"),
        ("we're at 3/27 Quandong St, come now", "3/27 Quandong St"),
        ("unit 5, 22 Sheoak Parade", "unit 5, 22 Sheoak Parade"),
        ("Flat 2 at 9 Harrier Close please", "Flat 2 at 9 Harrier Close"),
        ("Level 3, 40 Marram Road", "Level 3, 40 Marram Road"),
        ("Flat 3, Albion House, 22 High Street", "Flat 3, Albion House, 22 High Street"),
        ("12-14 Old Mill Rd is the yellow one", "12-14 Old Mill Rd"),
        ("17a Upper Fern Tce", "17a Upper Fern Tce"),
        ("he lives at 12 wattle st", "12 wattle st"),
        ("im at 45 bridge rd come quick", "45 bridge rd"),
        ("Lot 4 Galloway Road", "Lot 4 Galloway Road"),
        ("41 Finch Street N and knock", "41 Finch Street N"),
        ("forty-one Saltmarsh Way, bins out the front", "forty-one Saltmarsh Way"),
        ("1420 W 5th Ave Apt 3", "1420 W 5th Ave Apt 3"),
        ("8 St Ronan's Terrace", "8 St Ronan's Terrace"),
        ("3 The Esplanade", "3 The Esplanade"),
        ("5 Kings Park Rd", "5 Kings Park Rd"),
        ("it's 11 De\u200bmpsey Cl", "11 De\u200bmpsey Cl"),
        ("her place is ４０ Ｍａｒｌｏｗｅ Avenue", "４０ Ｍａｒｌｏｗｅ Avenue"),
    ],
)
def test_a_number_and_a_street_are_one_address(finder: AddressFinder, text: str, address: str) -> None:
    assert streets(finder.find(fold(text)), text) == [(address, Form.NUMBERED_STREET)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the garden at the shelter on Rotorangi Place", ["Rotorangi Place"]),
        ("up on Quarry Hill Rd, the one with the gate", ["Quarry Hill Rd"]),
        ("Bellamy St at the top of the hill", ["Bellamy St"]),
        ("the refuge is on gillespie st", ["gillespie st"]),
        ("on the corner of Alder and Birch St", ["Alder", "Birch St"]),
        ("over by the feed store on Route 9", ["Route 9"]),
        ("Laurel Close, Bathurst", ["Laurel Close"]),
    ],
)
def test_a_street_needs_no_number(finder: AddressFinder, text: str, expected: list[str]) -> None:
    assert streets(finder.find(fold(text)), text) == [(street, Form.STREET) for street in expected]


@pytest.mark.parametrize(
    ("text", "box"),
    [
        ("write to PO Box 91", "PO Box 91"),
        ("G.P.O. Box 4410 Sydney", "G.P.O. Box 4410"),
        ("locked bag 12", "locked bag 12"),
        ("Private Bag 3020", "Private Bag 3020"),
        ("send it to RMB 1240", "RMB 1240"),
        ("RR 2, the second gate", "RR 2"),
    ],
)
def test_boxes_and_rural_routes(finder: AddressFinder, text: str, box: str) -> None:
    assert streets(finder.find(fold(text)), text) == [(box, Form.POST_BOX)]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("14 Wattle Crescent, Deception Bay with a cut lip", "Deception Bay"),
        ("9 Saltbush Court Mildura now", "Mildura"),
        ("5/18 Delma Street Sunshine now if anyone", "Sunshine"),
        ("27 Heron Dr in Narangba", "Narangba"),
        ("3 Priory Close, Athy. he's driving", "Athy"),
        ("12 Oak St, mildura", "mildura"),
        ("6 Kestrel Ct Palmerston North", "Palmerston North"),
        ("8 Lorne Street Wagga Wagga NSW 2650", "Wagga Wagga"),
    ],
)
def test_the_suburb_after_an_address_is_a_place_of_its_own(finder: AddressFinder, text: str, place: str) -> None:
    places = [one for one in finder.find(fold(text)) if one.kind is FindingKind.LOCATION]
    assert (text[places[0].start : places[0].end], places[0].form) == (place, Form.TOWN)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("8 Lorne Street Mildura VIC 3500", "3500"),
        ("Mildura VIC 3500", "3500"),
        ("88 Denison St, Boise, ID 83702", "83702"),
        ("the flat is in LS21 3AB", "LS21 3AB"),
        ("H65 X2P9 is the Eircode", "H65 X2P9"),
        ("T1J 0A1", "T1J 0A1"),
    ],
)
def test_postcodes_are_places(finder: AddressFinder, text: str, code: str) -> None:
    assert code in [text[one.start : one.end] for one in finder.find(fold(text)) if one.kind is FindingKind.LOCATION]


@pytest.mark.parametrize(
    "text",
    [
        "it is a 7 hour drive to the nearest one",
        "3 million views and not one comment",
        "a 5 star place, thank you",
        "respect is a 2 way street",
        "the 12 week court process",
        "one in 3 women way out west",
        "a 4 hours' drive with two kids",
        "see you at Family Court on Monday",
        "14 March Court starts at ten",
        "ask Dr Lim or Cr Tibbs",
        "I'd drive any woman anywhere",
        "Wall Street will be fine",
        "10 minute walk from here",
        "six elders round my own table",
        "we lived in Box Hill",
        "a happy place for the kids",
        "it was 1983 and nobody came",
        "she'll walk you to the bus",
    ],
)
def test_what_only_looks_like_an_address(finder: AddressFinder, text: str) -> None:
    assert streets(finder.find(fold(text)), text) == []


def test_findings_stand_in_order_and_apart(finder: AddressFinder) -> None:
    text = "from 3 Oak St, Mildura to 9 Elm Rd, Ararat, or PO Box 7, corner of Ash and Yew St"
    findings = finder.find(fold(text))
    assert all(first.end <= second.start for first, second in pairwise(findings))
    assert len(findings) == 7
