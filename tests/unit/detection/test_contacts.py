"""Mail, links, handles, plates, accounts, codes and map points."""

from itertools import pairwise
from pathlib import Path

import pytest
import yaml

from app.detection.contacts import ContactCues, find_contacts
from app.detection.cues import read_cues
from app.detection.fold import fold
from app.domain.finding import About, FindingKind

CUES = ContactCues.of(
    read_cues(yaml.safe_load((Path(__file__).parents[3] / "rules" / "lexicons" / "cues.yaml").read_text(encoding="utf-8")))
)


def found(text: str, kind: FindingKind) -> list[str]:
    return [text[one.start : one.end] for one in find_contacts(fold(text), own=frozenset(), cues=CUES) if one.kind is kind]


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        (FindingKind.EMAIL, "write to maree.t@example.com, please", "maree.t@example.com"),
        (FindingKind.EMAIL, "her email l.tran88@example.com.", "l.tran88@example.com"),
        (FindingKind.EMAIL, "t.oneill(at)example(dot)org since then", "t.oneill(at)example(dot)org"),
        (FindingKind.EMAIL, "emails: brett dot halloran [at] example dot net", "brett dot halloran [at] example dot net"),
        (FindingKind.EMAIL, "donna dot cray at example dot com if you dare", "donna dot cray at example dot com"),
        (FindingKind.EMAIL, "s h a z 7 7 @ e x a m p l e . n e t   thats her", "s h a z 7 7 @ e x a m p l e . n e t"),
        (FindingKind.EMAIL, "shaz77 @ example . com ok", "shaz77 @ example . com"),
        (FindingKind.EMAIL, "l\u0430uren.b@ex\u0430mple.com now", "l\u0430uren.b@ex\u0430mple.com"),
        (FindingKind.URL, "see https://example.org/j/88213 password lantern", "https://example.org/j/88213"),
        (FindingKind.URL, "(https://example.com/a_(b)).", "https://example.com/a_(b)"),
        (FindingKind.URL, "www.twotrucks.example.com.", "www.twotrucks.example.com"),
        (FindingKind.URL, "t.example.com/gf-watch rocks", "t.example.com/gf-watch"),
        (FindingKind.URL, "try example.net", "example.net"),
        (FindingKind.URL, "join chat.example/abc", "chat.example/abc"),
        (FindingKind.URL, "example dot com has it", "example dot com"),
        (FindingKind.URL, "w w w [dot] quick cash [dot] example [dot] net", "w w w [dot] quick cash [dot] example [dot] net"),
        (FindingKind.URL, "look at example dot org", "example dot org"),
        (FindingKind.SOCIAL_HANDLE, "insta is @big_dazza_lifts go", "@big_dazza_lifts"),
        (FindingKind.SOCIAL_HANDLE, "hey @moss.and.rue.", "@moss.and.rue"),
        (FindingKind.SOCIAL_HANDLE, "add her on snap madz.on.wheels now", "madz.on.wheels"),
        (FindingKind.SOCIAL_HANDLE, "insta: jaydenrose", "jaydenrose"),
        (FindingKind.SOCIAL_HANDLE, "his snap is kev99x", "kev99x"),
        (FindingKind.SOCIAL_HANDLE, "hot_bella99 wants to follow", "hot_bella99"),
        (FindingKind.SOCIAL_HANDLE, "ask u/sunny-side99", "u/sunny-side99"),
        (FindingKind.VEHICLE_PLATE, "white Ranger, rego CTR 88K. if you see it", "CTR 88K"),
        (FindingKind.VEHICLE_PLATE, "plate BQX 41T. I wrote it down", "BQX 41T"),
        (FindingKind.VEHICLE_PLATE, "number plate is bqx41t", "bqx41t"),
        (FindingKind.VEHICLE_PLATE, "rego D J K two two four, bloke in it", "D J K two two four"),
        (FindingKind.VEHICLE_PLATE, "plate  1 - K  Z  Q - 4  0  8  at the school", "1 - K  Z  Q - 4  0  8"),
        (FindingKind.VEHICLE_PLATE, "black Commodore, x-ray quebec zulu, zero one, zulu, does laps", "x-ray quebec zulu, zero one, zulu"),
        (FindingKind.VEHICLE_PLATE, "white hilux 1GX 7QK behind me", "1GX 7QK"),
        (FindingKind.VEHICLE_PLATE, "a car, QZX 701, parked outside", "QZX 701"),
        (FindingKind.VEHICLE_PLATE, "the van is QQ00 ZXQ", "QQ00 ZXQ"),
        (FindingKind.VEHICLE_PLATE, "his car 00-D-12345 again", "00-D-12345"),
        (FindingKind.ACCOUNT_NUMBER, "name on it, account 1122 3344, thanks", "1122 3344"),
        (FindingKind.ACCOUNT_NUMBER, "BSB 012-999", "012-999"),
        (FindingKind.ACCOUNT_NUMBER, "her netbank is client 4400 7719", "4400 7719"),
        (FindingKind.ACCOUNT_NUMBER, "sort code 00-00-00", "00-00-00"),
        (FindingKind.ACCOUNT_NUMBER, "GB82 WEST 1234 5698 7654 32 it is", "GB82 WEST 1234 5698 7654 32"),
        (FindingKind.ACCOUNT_NUMBER, "card 4111 1111 1111 1111 exp 09", "4111 1111 1111 1111"),
        (FindingKind.ACCOUNT_NUMBER, "centrelink ref 204 113 770K someone", "204 113 770K"),
        (FindingKind.ACCOUNT_NUMBER, "Medicare number 2123 45670 1", "2123 45670 1"),
        (FindingKind.ACCESS_CODE, "code for the side gate is 4471# and", "4471#"),
        (FindingKind.ACCESS_CODE, "gate code's 4471# if", "4471#"),
        (FindingKind.ACCESS_CODE, "passcode this week is 771 204, same link", "771 204"),
        (FindingKind.ACCESS_CODE, "PIN: 4471", "4471"),
        (FindingKind.ACCESS_CODE, "the lockbox is 4471", "4471"),
        (FindingKind.ACCESS_CODE, "back door *4471#", "*4471#"),
        (FindingKind.ACCESS_CODE, "door code is four four seven one ok", "four four seven one"),
        (FindingKind.ACCESS_CODE, "password bella2011 have fun", "bella2011"),
        (FindingKind.ACCESS_CODE, "password: lantern", "lantern"),
        (FindingKind.ACCESS_CODE, "https://example.org/j/88213 password lantern", "lantern"),
        (FindingKind.ACCESS_CODE, "https://chat.example.net/g and the word is marigold", "marigold"),
        (FindingKind.COORDINATES, "pinging round -34.412, 150.881 most nights", "-34.412, 150.881"),
        (FindingKind.COORDINATES, "📍-37.5490, 143.8310", "-37.5490, 143.8310"),
        (FindingKind.COORDINATES, "37°48'49\"S 144°57'47\"E", "37°48'49\"S 144°57'47\"E"),
        (FindingKind.COORDINATES, "at ///lamp.otter.gravel tonight", "///lamp.otter.gravel"),
        (FindingKind.COORDINATES, "the secret house = lamp dot otter dot gravel. you know", "lamp dot otter dot gravel"),
        (FindingKind.COORDINATES, "what3words: lamp.otter.gravel", "lamp.otter.gravel"),
        (FindingKind.COORDINATES, "4RP9+2GQ behind the shops", "4RP9+2GQ"),
    ],
)
def test_a_contact_is_found_to_the_letter(kind: FindingKind, text: str, expected: str) -> None:
    assert found(text, kind) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "That was the end.Start again",
        "I said no.He said yes.Me too",
        "e.g. this, i.e. that, p.s. love you",
        "well...because of that",
        "look at me at the shop",
        "I saw it at ten dot",
        "meet @ 3pm @10am",
        "@Wayne Trescott remember this",
        "snap is great and insta is down",
        "insta was private so I searched YouTube - there are others",
        "my plate is in the sink with 2 forks",
        "a plate of 12 oysters",
        "I registered 4 kids in my car",
        "COVID 19 and HIV 2023 and WW2",
        "CCTV 24/7, ISO 9001, RFC 2119",
        "on account of 3 things",
        "postcode 3000, area code 02, dress code 2024",
        "promo code 20202, use code 12345",
        "the code of conduct is long",
        "I forgot my password and he changed it",
        "no password, open to any",
        "the word is out",
        "pin it to the top",
        "gate 12 at 0600",
        "alarm at 0600",
        "it was 3.5, 4.5 and 5.5",
        "between 1.2345 people",
        "C++ and A+B",
        "one dot two dot",
        "18 1/2 hours, 1,234.567, 8.9",
    ],
)
def test_ordinary_writing_holds_no_contact(text: str) -> None:
    assert [(one.kind, text[one.start : one.end]) for one in find_contacts(fold(text), own=frozenset(), cues=CUES)] == []


def test_a_bank_account_is_two_numbers() -> None:
    assert found("BSB 999-123 acct 0012 3456. I know it", FindingKind.ACCOUNT_NUMBER) == ["999-123", "0012 3456"]
    assert found("sort code 00-00-00 account 12345678", FindingKind.ACCOUNT_NUMBER) == ["00-00-00", "12345678"]


def test_coordinates_inside_a_link_are_the_link() -> None:
    kinds = [one.kind for one in find_contacts(fold("https://maps.example.com/?q=-39.712,144.881 there"), own=frozenset(), cues=CUES)]
    assert kinds == [FindingKind.URL]


@pytest.mark.parametrize(
    "text",
    ["write to help@example.org", "see https://www.example.org/contact", "example.org", "HTTPS://EXAMPLE.ORG/"],
)
def test_what_the_organisation_publishes_is_its_own(text: str) -> None:
    (finding,) = find_contacts(fold(text), own=frozenset({"help@example.org", "https://www.example.org/"}), cues=CUES)
    assert finding.about is About.ORGANISATION


def test_another_site_is_not_the_organisations() -> None:
    (finding,) = find_contacts(fold("https://example.org.example.net/x"), own=frozenset({"example.org.au"}), cues=CUES)
    assert finding.about is About.UNKNOWN


def test_findings_are_in_order_and_apart() -> None:
    text = "rego CTR 88K, @kaz_m, a.b@example.com, example.net/x, code 4471#, BSB 012-999 acct 1234 5678, -34.412, 150.881"
    findings = find_contacts(fold(text), own=frozenset(), cues=CUES)
    assert len(findings) == 8
    assert all(one.end <= other.start for one, other in pairwise(findings))


@pytest.mark.parametrize("piece", ["a@", "a.", "@a ", "plate ", "code ", "1.111,", "a dot ", "w ", "https://", "(at)"])
def test_long_texts_end(piece: str) -> None:
    text = (piece * 20_000)[:20_000]
    assert all(0 <= one.start < one.end <= len(text) for one in find_contacts(fold(text), own=frozenset(), cues=CUES))
