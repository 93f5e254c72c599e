"""The lexicons that ship, held to what people on these pages write. No trained reader, no finders."""

from collections.abc import Callable
from pathlib import Path

import pytest

from app.detection.claims import ClaimMatcher
from app.detection.fold import fold, unmask
from app.detection.labels import LabelLexicon, facts_of
from app.detection.wording import Listener
from app.domain.analysis import Label
from app.domain.comment import Kind
from app.policy.loader import load_pack

Judge = Callable[[str], dict[Label, float]]
EVEN = 0.5


@pytest.fixture(scope="module")
def judge() -> Judge:
    pack = load_pack(Path(__file__).parents[3] / "rules")
    listener = Listener(pack.lexicons["speech"])
    lexicon = LabelLexicon(pack.lexicons["signs"], pack.lexicons["labels"])
    claims = ClaimMatcher(pack.claims, pack.lexicons["claims"], listener)

    def scores(text: str) -> dict[Label, float]:
        gentle = fold(text)
        wordings = [piece for view in (gentle, unmask(gentle)) for piece in listener.listen(view, ())]
        facts = {*facts_of((), Kind.COMMENT)}
        facts.update(("claim:own",) if any(claims.liken(one.own) for one in wordings) else ())
        facts.update(("claim:quoted",) if any(claims.liken(one.quoted) for one in wordings) else ())
        return dict(lexicon.score(wordings, frozenset(facts)).labels)

    return scores


@pytest.mark.parametrize(
    ("label", "text"),
    [
        (Label.THREAT, "I will kill you and everyone in that house"),
        (Label.THREAT, "i'll k1ll her when she comes out"),
        (Label.THREAT, "somebody should put a bullet in him"),
        (Label.PERSONAL_ATTACK, "you're a stupid lying cow and nobody believes you"),
        (Label.PERSONAL_ATTACK, "shut up you pathetic attention seeker"),
        (Label.PERSONAL_ATTACK, "you are a b1tch"),
        (Label.DISCLOSURE, "my ex used to lock me in the laundry, I left him four years ago"),
        (Label.DISCLOSURE, 'he called me "a stupid lying cow" every day for ten years'),
        (Label.DISCLOSURE, "He told me I'll kill you if you leave. I left anyway, six years free now"),
        (Label.HELP_SEEKING, "I need help, where can I go with two kids? please"),
        (Label.HELP_SEEKING, "how do I help my friend, her boyfriend checks her phone"),
        (Label.IMMEDIATE_DANGER, "please help he is kicking the door in right now, call the police"),
        (Label.SELF_HARM, "I can't go on. I'm going to kill myself tonight"),
        (Label.LOCATING, "looking for my wife, she left with my kids on Monday, message me if you know which refuge"),
        (Label.INACCURACY, "it takes two to tango, she gives as good as she gets"),
        (Label.INACCURACY, "most of them make it up to win custody"),
        (Label.SPAM, "Dr Ozo the spell caster brought my husband back in 48 hours, whatsapp him now"),
        (Label.SOLIDARITY, "thank you all so much, you saved my life, sending love"),
        (Label.PROFANITY, "well that is fucking awful"),
    ],
)
def test_plain_cases_are_told(judge: Judge, label: Label, text: str) -> None:
    assert judge(text)[label] >= EVEN


@pytest.mark.parametrize(
    ("label", "text"),
    [
        # A survivor repeats what was said to them.
        (Label.THREAT, 'He said "I will kill you and everyone in that house" and I believed him'),
        (Label.THREAT, "he told me he would kill me if I ever left, I left"),
        (Label.PERSONAL_ATTACK, 'my husband called me "a stupid lying cow" every single day'),
        (Label.HATE, "he used to say women are only good for one thing"),
        # Anger, figures of speech, and wishes for justice.
        (Label.THREAT, "I hope he gets the longest sentence there is"),
        (Label.THREAT, "I could murder a cup of tea"),
        (Label.PERSONAL_ATTACK, "this makes me so bloody angry, the system is useless"),
        # A myth that is taken up to be answered.
        (Label.INACCURACY, 'People keep saying "it takes two". No. Only one of them had a choice.'),
        (Label.INACCURACY, "I couldn't just leave, he had my passport and my kids"),
        # Speaking of a group is no attack on it.
        (Label.HATE, "Aboriginal women deserve to be heard"),
        (Label.HATE, "as a trans woman I felt safe here"),
        (Label.HATE, "is there support for Muslim women and migrants"),
        (Label.HATE, "I'm a lesbian and my ex was a woman, it happens to us as well"),
        # Coded words of survivors.
        (Label.THREAT, "he tried to unalive me in 2019, SA survivor here"),
        (Label.LOCATING, "what time does the op shop open on Saturday?"),
        (Label.SPAM, "your helpline saved me, please share the number"),
        (Label.SELF_HARM, "thank you, I'm doing fine now"),
    ],
)
def test_look_alikes_are_left_alone(judge: Judge, label: Label, text: str) -> None:
    assert judge(text).get(label, 0.0) < EVEN


def test_every_label_has_weights(judge: Judge) -> None:
    assert set(judge("hello")) == set(Label)


@pytest.mark.parametrize("label", list(Label))
def test_an_empty_text_is_nothing(judge: Judge, label: Label) -> None:
    assert judge("").get(label, 0.0) < EVEN
