"""The line from a text to its facts, with the shipped pack and a hand-written reader."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.detection.analyzer import SpacyAnalyzer, build_analyzer
from app.detection.reader import Reading
from app.domain.analysis import Analysis, Label, ModelStamp
from app.domain.comment import Comment, Kind, Mention
from app.domain.finding import About, Finding, FindingKind, Form
from app.errors import PolicyError
from app.policy.loader import load_pack
from app.policy.pack import Pack
from app.policy.schema import Consent, PublicEvent

RULES = Path(__file__).parents[3] / "rules"
LONGEST = 20_000


class FakeReader:
    """Says what it was told to say of a text; of other texts nothing."""

    stamp = ModelStamp(name="fake", version="1")
    pattern_weights: Mapping[Label, float] = MappingProxyType({})

    def __init__(self, readings: dict[str, Reading]) -> None:
        self.readings = readings
        self.read: list[str] = []

    def read_many(self, texts: Sequence[str], kinds: Sequence[Kind]) -> list[Reading]:
        assert len(texts) == len(kinds)
        self.read.extend(texts)
        return [self.readings.get(text, Reading({}, {}, ())) for text in texts]


@pytest.fixture(scope="module")
def pack() -> Pack:
    return load_pack(RULES)


@pytest.fixture(scope="module")
def analyzer(pack: Pack) -> SpacyAnalyzer:
    return build_analyzer(pack)


def read(analyzer: SpacyAnalyzer, text: str, **fields: object) -> Analysis:
    (analysis,) = analyzer.analyze_many([replace(Comment(text=text), **fields)])  # type: ignore[arg-type]
    return analysis


def shown(analysis: Analysis, text: str) -> list[tuple[FindingKind, str, About]]:
    return [(one.kind, text[one.start : one.end], one.about) for one in analysis.findings]


def test_without_a_reader_the_stamp_says_patterns_and_which(analyzer: SpacyAnalyzer, pack: Pack) -> None:
    assert analyzer.patterns_only
    assert analyzer.stamp == ModelStamp("patterns", pack.stamp.version)


def test_a_story_with_a_number_is_a_story_with_the_authors_number(analyzer: SpacyAnalyzer) -> None:
    text = "My ex used to hit me, I left him last year. Please call me on 0491 570 156"
    analysis = read(analyzer, text)
    assert analysis.score(Label.DISCLOSURE) >= 0.5
    assert (FindingKind.PHONE_NUMBER, "0491 570 156", About.AUTHOR) in shown(analysis, text)


def test_offsets_are_those_of_the_text_as_sent(analyzer: SpacyAnalyzer) -> None:
    text = "🙏🏽 his num\u200bber is \uff10\uff14\uff19\uff11 570 156, ring him"
    ((kind, part, about),) = shown(read(analyzer, text), text)
    assert (kind, part, about) == (FindingKind.PHONE_NUMBER, "\uff10\uff14\uff19\uff11 570 156", About.OTHER)


def test_a_masked_attack_is_an_attack(analyzer: SpacyAnalyzer) -> None:
    assert read(analyzer, "you stupid b.i.t.c.h").score(Label.PERSONAL_ATTACK) >= 0.5


def test_a_tag_is_a_name(analyzer: SpacyAnalyzer) -> None:
    text = "@Zorblatt Quux look at this"
    analysis = read(analyzer, text, mentions=(Mention("u2", "Zorblatt Quux", 0, 14),))
    assert [(one.kind, one.form, text[one.start : one.end]) for one in analysis.findings] == [
        (FindingKind.PERSON_NAME, Form.TAG, "Zorblatt Quux")
    ]


def test_helplines_and_emergency_numbers_are_public(analyzer: SpacyAnalyzer, pack: Pack) -> None:
    number = pack.countries["AU"].helplines[0].number
    text = f"you could ring {number} any time"
    assert all(about is About.PUBLIC for kind, _, about in shown(read(analyzer, text), text) if kind is FindingKind.PHONE_NUMBER)


def test_an_announced_event_is_public(pack: Pack) -> None:
    announced = pack.settings.model_copy(update={"public_events": (PublicEvent(title="Walk for Hope", words=("hope walk",)),)})
    analyzer = build_analyzer(replace(pack, settings=announced))
    assert read(analyzer, "see you at the Hope Walk on Sunday").score(Label.PUBLIC_EVENT) >= 0.9
    assert read(analyzer, "I walk and hope").score(Label.PUBLIC_EVENT) < 0.5


def test_consent_holds_until_its_day(pack: Pack) -> None:
    named = pack.settings.model_copy(update={"consent_register": (Consent(name="Karen Doyle", until="2026-06-30"),)})
    text = "Thank you Karen Doyle"
    mention = (Mention("u2", "Karen Doyle", 10, 21),)
    for today, about in ((date(2026, 6, 30), About.CONSENTED), (date(2026, 7, 1), About.UNKNOWN)):
        analyzer = build_analyzer(replace(pack, settings=named), today=lambda today=today: today)  # type: ignore[misc]
        assert shown(read(analyzer, text, mentions=mention), text) == [(FindingKind.PERSON_NAME, "Karen Doyle", about)]


def test_a_readers_scores_replace_the_patterns_but_for_decisive_signs(pack: Pack) -> None:
    kind, harsh = "you stupid cow", "I will kill you"
    silent = Reading(MappingProxyType(dict.fromkeys((Label.PERSONAL_ATTACK, Label.THREAT), 0.01)), {}, ())
    analyzer = build_analyzer(pack, reader=FakeReader({kind: silent, harsh: silent}))
    assert read(analyzer, kind).score(Label.PERSONAL_ATTACK) == 0.01
    assert read(analyzer, harsh).score(Label.THREAT) >= 0.5


def test_a_text_in_a_language_that_the_page_does_not_read_is_not_covered(analyzer: SpacyAnalyzer) -> None:
    assert read(analyzer, "I left him six years ago and never looked back").language.covered
    assert not read(analyzer, "он написал мне вчера вечером очень длинное письмо").language.covered


def test_a_label_that_the_reader_does_not_know_keeps_its_patterns(pack: Pack) -> None:
    alone = build_analyzer(pack)
    text = "what time does the op shop open on Saturday?"
    both = build_analyzer(pack, reader=FakeReader({text: Reading({Label.SPAM: 0.2}, {}, ())}))
    assert read(both, text).score(Label.SPAM) == 0.2
    assert read(both, text).score(Label.PRACTICAL_QUESTION) == read(alone, text).score(Label.PRACTICAL_QUESTION)


def test_a_readers_findings_are_placed_in_the_text_as_sent(pack: Pack) -> None:
    text = "\u200bBrontë lives near Zzyzx Town"
    folded = "Brontë lives near Zzyzx Town"
    name = Finding(FindingKind.PERSON_NAME, 0, 6, 0.9, "encoder")
    place = Finding(FindingKind.LOCATION, 18, 28, 0.9, "encoder")
    analyzer = build_analyzer(pack, reader=FakeReader({folded: Reading({}, {}, (name, place))}))
    analysis = read(analyzer, text)
    assert [(text[one.start : one.end].strip("\u200b"), one.form) for one in analysis.findings] == [
        ("Brontë", Form.FIRST_NAME),
        ("Zzyzx Town", Form.TOWN),
    ]


def test_a_readers_claim_counts_where_there_is_one(pack: Pack) -> None:
    first, second = list(pack.claims)[:2]
    text = "a sentence like no other"
    reading = Reading({Label.INACCURACY: 0.95}, {first: 0.2, second: 0.9}, ())
    claim = read(build_analyzer(pack, reader=FakeReader({text: reading})), text).claim
    assert claim is not None
    assert claim.id == second


def test_the_same_text_gives_the_same_analysis_in_any_company(analyzer: SpacyAnalyzer) -> None:
    texts = [
        "I left him six years ago and he still rings me",
        "you stupid cow @Karen",
        "his number is 0491 570 156",
        "it takes two to tango",
        "",
        "он написал мне вчера вечером очень длинное письмо",
    ]
    comments = [Comment(text=text) for text in texts]
    alone = [analyzer.analyze_many([comment])[0] for comment in comments]
    assert analyzer.analyze_many(comments) == alone
    assert analyzer.analyze_many(comments[::-1] * 2) == (alone[::-1] * 2)


@cache
def shared() -> SpacyAnalyzer:
    return build_analyzer(load_pack(RULES))


_alphabet = st.one_of(st.characters(), st.sampled_from("aeiou .,!?\n'\"@/:-0123456789\u200b\ud800🙏"))


@settings(max_examples=150, deadline=None)
@given(st.text(_alphabet, max_size=200), st.integers(-5, 210), st.integers(-5, 210), st.sampled_from(list(Kind)))
def test_no_text_raises(text: str, start: int, end: int, kind: Kind) -> None:
    analysis = read(shared(), text, kind=kind, mentions=(Mention("u", "x", start, end),), page="no such page", language="xx-nonsense")
    assert all(0 <= one.start < one.end <= len(text) for one in analysis.findings)
    assert all(0.0 <= score <= 1.0 for score in analysis.labels.values())
    assert list(analysis.findings) == sorted(analysis.findings, key=lambda one: one.start)


@pytest.mark.parametrize(
    "piece", ["(", "a.", "1-", "0491 ", "he said ", "www.", "12 Bay St ", "\n", "@a ", "l o l ", "🙏", "\u0301"], ids=ascii
)
def test_the_longest_text_of_anything_is_read(analyzer: SpacyAnalyzer, piece: str) -> None:
    read(analyzer, (piece * LONGEST)[:LONGEST])


@pytest.mark.parametrize("missing", ["speech", "signs", "labels", "claims", "whose"])
def test_a_pack_without_a_lexicon_is_refused_by_name(pack: Pack, missing: str) -> None:
    lexicons = {name: value for name, value in pack.lexicons.items() if name != missing}
    with pytest.raises(PolicyError, match=f"lexicons/{missing}.yaml"):
        build_analyzer(replace(pack, lexicons=lexicons))


def test_a_lexicon_that_does_not_fit_is_refused(pack: Pack) -> None:
    with pytest.raises(PolicyError, match="cannot be used"):
        build_analyzer(replace(pack, lexicons={**pack.lexicons, "speech": {"spelings": {}}}))
