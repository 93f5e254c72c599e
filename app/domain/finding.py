"""Findings: facts about spans of the text. Whether one breaks a guideline is the policy's decision."""

from dataclasses import dataclass
from enum import StrEnum


class FindingKind(StrEnum):
    """The kinds of personal or locating information that Porchlight looks for."""

    PERSON_NAME = "person_name"
    PHONE_NUMBER = "phone_number"
    EMAIL = "email"
    STREET_ADDRESS = "street_address"
    LOCATION = "location"
    SOCIAL_HANDLE = "social_handle"
    URL = "url"
    VEHICLE_PLATE = "vehicle_plate"
    ACCOUNT_NUMBER = "account_number"
    ACCESS_CODE = "access_code"
    COORDINATES = "coordinates"
    DATE_TIME = "date_time"
    ORGANISATION = "organisation"


class About(StrEnum):
    """Whose detail it is, where that can be told."""

    AUTHOR = "author"
    OTHER = "other"
    ORGANISATION = "organisation"
    CONSENTED = "consented"  # a name in the consent register
    PUBLIC = "public"  # a helpline, an emergency number, a public figure, a published address
    UNKNOWN = "unknown"


PUBLISHED = frozenset({About.ORGANISATION, About.CONSENTED, About.PUBLIC})
"""Details that may be known anyway: they are held against nobody."""


class Form(StrEnum):
    """How much a finding tells: a first name is not a full name, a capital city is not a suburb."""

    PLAIN = "plain"
    FIRST_NAME = "first_name"
    FULL_NAME = "full_name"
    TITLED_NAME = "titled_name"  # "Mrs Okafor", "Dr Lim"
    TAG = "tag"  # a person tagged by the platform, or @-named
    BROAD_PLACE = "broad_place"  # a capital or very large city: alone it hides nobody and finds nobody
    TOWN = "town"
    LANDMARK = "landmark"
    SCHOOL = "school"
    WORKPLACE = "workplace"
    NUMBERED_STREET = "numbered_street"
    STREET = "street"
    POST_BOX = "post_box"
    CALENDAR_DATE = "calendar_date"  # a day of a year, unlike "Tuesdays" or "3 pm"


@dataclass(frozen=True, slots=True)
class Finding:
    """A span `[start, end)` in Unicode code points of the text as sent.

    `score` is in 0..1. `source` names the component that found it (`phone_numbers`, `encoder`, …).
    """

    kind: FindingKind
    start: int
    end: int
    score: float
    source: str
    about: About = About.UNKNOWN
    form: Form = Form.PLAIN
