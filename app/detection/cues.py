"""The words that say what a row of digits or letters is."""

import re
from typing import Annotated

import re2
from pydantic import AfterValidator, BaseModel, ConfigDict


def _alternatives(text: str) -> str:
    """The words of a list as one pattern. Raises ValueError."""
    words = [word.strip() for word in text.split("|")]
    if not all(words):
        raise ValueError("has an empty word, which would stand everywhere")
    pattern = "|".join(words)
    try:
        # Some are looked for by the one, some by the other.
        re2.compile(pattern)
        re.compile(pattern)
    except (re.error, re2.error) as error:
        raise ValueError("is no list of words or patterns") from error
    return pattern


Words = Annotated[str, AfterValidator(_alternatives)]
"""Alternatives, apart by `|`, each a word or an RE2 pattern."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PhoneWords(_Part):
    """Words at telephone numbers, and at numbers that are none."""

    cues: Words
    prefixes: Words
    between: Words
    backwards: Words
    identifiers: Words
    numbered: Words
    numbered_by: Words
    identifier_links: Words


class MailWords(_Part):
    """Words that look like a mailbox and are none."""

    no_mailboxes: Words


class HandleWords(_Part):
    """Words before the name of an account on a network."""

    networks: Words
    links: Words


class PlateWords(_Part):
    """Words at the plate of a vehicle."""

    cues: Words
    links: Words
    vehicles: Words


class AccountWords(_Part):
    """Words at the numbers of banks and offices."""

    branches: Words
    branch_links: Words
    sort_codes: Words
    sort_code_links: Words
    accounts: Words
    holders: Words
    links: Words
    joins: Words
    numbers: Words
    documents: Words
    document_links: Words


class CodeWords(_Part):
    """Words at what opens a door, a phone or a meeting."""

    cues: Words
    links: Words
    keyed: Words
    keypads: Words
    words: Words
    bare_words: Words
    word_links: Words
    opens_nothing: Words


class Cues(_Part):
    """`lexicons/cues.yaml`. `links` may stand between a cue and what it tells of."""

    phone: PhoneWords
    mail: MailWords
    handle: HandleWords
    plate: PlateWords
    account: AccountWords
    code: CodeWords


def read_cues(lexicon: object) -> Cues:
    """The cues of a pack. Raises ValueError for a lexicon that does not fit."""
    return Cues.model_validate(lexicon)
