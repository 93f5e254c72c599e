"""The pack that comes with Porchlight: whole, and without anything that could reach a real person."""

import re
from collections import Counter

import pytest

from app.policy.engine import Policy
from app.policy.loader import load_pack
from app.policy.pack import Pack
from app.policy.schema import GUIDELINE_IDS

from .facts import RULES


@pytest.fixture(scope="module")
def pack() -> Pack:
    return load_pack(RULES)


@pytest.mark.parametrize(
    ("country", "emergency", "numbers"),
    [
        ("AU", "000", {"1800 737 732", "13 11 14", "13 92 76", "1800 551 800", "1300 78 99 78", "1300 766 491"}),
        ("NZ", "111", {"0800 733 843", "0508 744 633", "0800 044 334", "1737"}),
        ("GB", "999", {"0808 2000 247", "0808 8010 327", "0808 8024 040", "116 123", "0808 500 2222"}),
        ("IE", "112 or 999", {"1800 341 900", "116 123", "1800 77 88 88"}),
        ("US", "911", {"1-800-799-7233", "1-800-656-4673", "988"}),
        ("CA", "911", {"988", "1-866-863-0511", "1-800-668-6868", "sheltersafe.ca"}),
    ],
)
def test_each_country_has_its_numbers(pack: Pack, country: str, emergency: str, numbers: set[str]) -> None:
    there = pack.countries[country]

    assert there.emergency == emergency
    assert {line.number for line in there.helplines} == numbers
    assert len(set(there.public_numbers)) == len(there.public_numbers)


def test_every_claim_has_a_sourced_correction_that_nobody_has_approved_for_us(pack: Pack) -> None:
    assert len(pack.claims) == 38
    for claim in pack.claims.values():
        assert claim.source.url.startswith("http"), claim.id
        assert len(claim.variants) >= 5, claim.id
        assert len(claim.must_not_match) >= 3, claim.id
        assert not set(claim.variants) & set(claim.must_not_match), claim.id
        assert not claim.approved, claim.id


def test_every_guideline_has_examples_of_both_sides_of_its_border(pack: Pack) -> None:
    assert set(pack.examples) == set(GUIDELINE_IDS)
    for guideline, examples in pack.examples.items():
        inside = [one for one in examples if guideline in one.expect.cites]
        assert len(inside) >= 3, guideline
        assert len(examples) - len(inside) >= 3, guideline
        assert sum(not one.needs_model for one in examples) >= 8, guideline


def test_no_example_stands_twice(pack: Pack) -> None:
    told = Counter((one.comment, one.kind, one.goal) for examples in pack.examples.values() for one in examples)

    assert [comment for comment, times in told.items() if times > 1] == []


def test_numbers_in_examples_are_helplines_or_reserved_for_fiction(pack: Pack) -> None:
    public = {
        re.sub(r"\D", "", number)
        for country in pack.countries.values()
        for number in (*country.public_numbers, *(line.number for line in country.helplines))
    }
    reserved = r"04915701(?:5[6-9]|10)|0491570006|0491570(?:313|737|266)|0[2378]5550\d{4}|0[2378]7010\d{4}|07700900\d{3}"
    for examples in pack.examples.values():
        for one in examples:
            for number in re.findall(r"(?<![\d,])\(?\d[\d ()-]{6,}\d(?!\d|,\d)", one.comment):
                digits = re.sub(r"\D", "", number)
                assert digits in public or re.fullmatch(reserved, digits), number


def test_addresses_in_examples_are_reserved_too(pack: Pack) -> None:
    for examples in pack.examples.values():
        for one in examples:
            for host in re.findall(r"(?:https?://|@)([\w-]+\.[\w.-]+)", one.comment):
                assert host in ("example.org", "example.com", "example.net")


def test_the_public_page_has_a_title_a_rule_and_a_reason_for_each(policy: Policy) -> None:
    titles = [guideline.title for guideline in policy.pack.guidelines]

    assert len(set(titles)) == len(GUIDELINE_IDS)
    assert all(guideline.rule and guideline.why for guideline in policy.pack.guidelines)
