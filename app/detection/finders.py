"""Every finder of details, built once from a pack and asked in turn."""

from app.detection.addresses import AddressFinder
from app.detection.contacts import ContactCues, find_contacts
from app.detection.cues import read_cues
from app.detection.dates import find_dates
from app.detection.fold import Folded
from app.detection.gazetteer import build_gazetteer, key_of
from app.detection.names import NameFinder
from app.detection.phone_numbers import PhoneCues, find_phone_numbers
from app.detection.places import PlaceFinder
from app.detection.register import Register
from app.detection.words import read_words
from app.domain.comment import Comment
from app.domain.finding import Finding, FindingKind, Form
from app.policy.pack import Pack


class Finders:
    """The finders, with the words and published facts of one pack."""

    def __init__(self, pack: Pack, register: Register) -> None:
        """Raises KeyError for a missing lexicon, ValueError for one that does not fit."""
        gazetteer = build_gazetteer(pack.lexicons)
        cues = read_cues(pack.lexicons["cues"])
        self._gazetteer = gazetteer
        self._register = register
        self._countries = {name: page.country for name, page in pack.settings.pages.items()}
        self._default_country = self._countries[pack.settings.default_page]
        self._contact_cues = ContactCues.of(cues)
        self._phone_cues = PhoneCues.of(cues)
        self._addresses = AddressFinder(gazetteer)
        self._names = NameFinder(gazetteer)
        self._places = PlaceFinder(gazetteer)

    def find(self, folded: Folded, comment: Comment) -> list[Finding]:
        """What each finder finds, overlaps and all; offsets of the original text."""
        country = self._countries.get(comment.page, self._default_country)
        script = read_words(folded)
        return [
            *find_contacts(folded, own=self._register.own_contacts, cues=self._contact_cues),
            *find_phone_numbers(folded, country=country, public=self._register.public_numbers, cues=self._phone_cues),
            *find_dates(folded),
            *self._addresses.find(folded),
            *self._names.find(folded, script),
            *self._places.find(folded, script),
        ]

    def form_of(self, finding: Finding, text: str) -> Form:
        """The form of a finding that came without one, told from its own words; `text` is the original."""
        words = key_of(text[finding.start : finding.end]).split()
        match finding.kind:
            case FindingKind.PERSON_NAME:
                return Form.FULL_NAME if len(words) > 1 else Form.FIRST_NAME
            case FindingKind.LOCATION:
                return self._form_of_place(words)
            case _:
                return Form.PLAIN

    def _form_of_place(self, words: list[str]) -> Form:
        if " ".join(words) in self._gazetteer.broad:
            return Form.BROAD_PLACE
        if any(word in self._gazetteer.places.schools for word in words):
            return Form.SCHOOL
        return Form.LANDMARK if any(word in self._gazetteer.places.facilities for word in words) else Form.TOWN
