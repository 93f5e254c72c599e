"""What the pack publishes: numbers that anyone may call, the service's own contacts, names with consent, events.

Whatever is in the register gives nothing away, however often it is repeated.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from app.domain.finding import About, Finding, FindingKind
from app.policy.pack import Pack

_INTERNATIONAL = ("0061", "0064", "0044", "00353", "61", "64", "44", "353", "1")
_SHORTEST_NATIONAL = 8  # a prefix is only cut off where a whole number is left


@dataclass(frozen=True, slots=True)
class Register:
    """Published facts in comparable form: numbers as digits, addresses and names as plain small letters.

    `public_numbers` and `own_contacts` are as the pack writes them, for the finders.
    """

    public_numbers: frozenset[str]
    own_contacts: frozenset[str]
    public: frozenset[str]
    own: frozenset[str]
    consented: tuple[tuple[str, date | None], ...]
    events: tuple[str, ...]

    def about(self, finding: Finding, text: str, *, today: date) -> About | None:
        """Whose the finding is, where the register knows; `text` is the finding's own text."""
        key = number_key(text) if finding.kind is FindingKind.PHONE_NUMBER else text_key(text)
        if key in self.own:
            return About.ORGANISATION
        if key in self.public:
            return About.PUBLIC
        if finding.kind is FindingKind.PERSON_NAME and self.has_consent(text, today=today):
            return About.CONSENTED
        return None

    def has_consent(self, name: str, *, today: date) -> bool:
        """Whether this name may be given today."""
        key = text_key(name)
        return any(key == known and (until is None or today <= until) for known, until in self.consented)

    def names_event(self, text: str) -> bool:
        """Whether the text names an event that the organisation itself announces."""
        padded = f" {text_key(text)} "
        return any(f" {words} " in padded for words in self.events)


def build_register(pack: Pack) -> Register:
    """The register of a pack. A consent whose end is no date counts as ended."""
    ours = pack.settings.organisation
    numbers = [
        number
        for country in pack.countries.values()
        for number in (country.emergency, *country.public_numbers, *(line.number for line in country.helplines))
    ]
    contacts = (*ours.phones, *ours.emails, *ours.websites, *ours.addresses)
    return Register(
        public_numbers=frozenset(numbers),
        own_contacts=frozenset(contacts),
        public=frozenset(map(number_key, numbers)) - {""},
        own=frozenset((*map(number_key, ours.phones), *_keys((ours.name, *ours.names, *ours.emails, *ours.websites, *ours.addresses)))),
        consented=tuple((text_key(one.name), _until(one.until)) for one in pack.settings.consent_register),
        events=tuple(_keys(words for event in pack.settings.public_events for words in (event.title, *event.words))),
    )


def number_key(number: str) -> str:
    """A telephone number as its national digits: `+61 491 570 156` and `0491 570 156` are the same."""
    digits = "".join(character for character in number if character.isdecimal())
    for prefix in _INTERNATIONAL:
        if digits.startswith(prefix) and len(digits) - len(prefix) >= _SHORTEST_NATIONAL and not digits.startswith(("1300", "1800")):
            return digits.removeprefix(prefix).lstrip("0")
    return digits if len(digits) < _SHORTEST_NATIONAL else digits.lstrip("0")


def text_key(text: str) -> str:
    """Small letters and digits, one space between words, so that writing habits do not matter."""
    plain = text.casefold().removeprefix("https://").removeprefix("http://").removeprefix("www.")
    return " ".join("".join(character if character.isalnum() else " " for character in plain).split())


def _keys(texts: Iterable[str]) -> list[str]:
    return [key for key in map(text_key, texts) if key]


def _until(value: str | None) -> date | None:
    if value is None:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return date.min
