"""Days and times: found as one where they belong together, and not in words that only look like them."""

import pytest

from app.detection.dates import find_dates
from app.detection.fold import fold
from app.domain.finding import FindingKind, Form


def found(text: str) -> list[str]:
    return [text[one.start : one.end] for one in find_dates(fold(text))]


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("14 March 2019, the day the music died", ["14 March 2019"]),
        ("At 3.40pm on the 8th of November I put my keys down", ["3.40pm on the 8th of November"]),
        ("married 6/6/98 in Glen Eden", ["6/6/98"]),
        ("court on 2019-03-14 at ten", ["2019-03-14 at ten"]),
        ("keys to our new unit on 12 August!!!", ["12 August"]),
        ("it was on 3 May, entry 118", ["3 May"]),
        ("April 26, 2019 it was", ["April 26, 2019"]),
        ("7am Thurs 25 November at the surf club", ["7am Thurs 25 November"]),
        ("25 November, 7 for 7.30, Town Hall", ["25 November, 7 for 7.30"]),
        ("Saturday 8 Feb, 10am from the rotunda", ["Saturday 8 Feb, 10am"]),
        ("Monday 17th, 6pm, in her kitchen", ["Monday 17th, 6pm"]),
        ("we met at the thursday choir", ["thursday"]),
        ("she took the boys last tues.", ["last tues"]),
        ("every second Monday at 4, ok", ["every second Monday at 4"]),
        ("mondays half six upstairs", ["mondays half six"]),
        ("next tuesday quarter to ten, courtroom 3", ["next tuesday quarter to ten"]),
        ("2 o'clock Tuesday, and 3 oclock", ["2 o'clock Tuesday", "3 oclock"]),
        ("Sunday night a mother of three", ["Sunday night"]),
        ("this Thursday 12 to 4 for planning", ["Thursday 12 to 4"]),
        ("second Wednesday from 9.30 to 11.30 in the hall", ["second Wednesday from 9.30 to 11.30"]),
        ("tonight 7.30. Link below", ["tonight 7.30"]),
        ("first shift tmrw 6am", ["tmrw 6am"]),
        ("shuts from noon on the 24th and opens again the 2nd.", ["noon on the 24th", "the 2nd"]),
        ("she left on the 3rd with both kids", ["the 3rd"]),
        ("ring me after 3 when he is out", ["3"]),
        ("does it start at 11 at the pool", ["11"]),
        ("Saturday, Sunday AND monday", ["Saturday", "Sunday", "monday"]),
        ("Roster\nMon Val\nTue Ciara\nWed SHUT", ["Mon", "Tue", "Wed"]),
        ("Deb 8 to 10, Tui 10 to 12, then me", ["8 to 10", "10 to 12"]),
        ("she came to us in March, rang in April, was due in june", ["March", "April", "june"]),
        ("back every November", ["November"]),
        ("that was me in Feb.", ["Feb"]),
        ("hui Rāhina 10am", ["Rāhina 10am"]),
        ("meet at 18:30 sharp", ["18:30"]),
        ("８ｐｍ ｆｒｉｄａｙ", ["８ｐｍ ｆｒｉｄａｙ"]),
    ],
)
def test_a_day_or_time_is_found_whole(text: str, dates: list[str]) -> None:
    assert found(text) == dates
    assert all(one.kind is FindingKind.DATE_TIME for one in find_dates(fold(text)))


@pytest.mark.parametrize(
    "text",
    [
        "I may be late, and the sun sat on the wed cake",
        "they march today and in the march of time",
        "an august person",
        "April and May came with June",
        "back in 2018, or 1999",
        "tonight, tomorrow or yesterday",
        "we won 3-2 and 10-4",
        "it costs $9.30 or 9.30%",
        "after 3 years and 5 kids",
        "from 8 to 10 weeks",
        "the 21st century, the 2nd time, my 1st child",
        "24/7, 50/50, 1/2 a cup",
        "version 1.2.3 of 10.0.0.1",
        "0491 570 006",
        "Black Friday and Good Friday",
        "quarter of a cup, half a dozen",
        "one to one, two for two",
        "second chance, last resort",
        "Mary Monday-Smith13 2am2",
    ],
)
def test_other_words_and_figures_are_no_dates(text: str) -> None:
    assert [one for one in found(text) if one != "Monday"] == []


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("14 March 2019", Form.CALENDAR_DATE),
        ("the 8th of November", Form.CALENDAR_DATE),
        ("Saturday 8 Feb, 10am", Form.CALENDAR_DATE),
        ("6/6/98", Form.CALENDAR_DATE),
        ("on 3/11 at court", Form.CALENDAR_DATE),
        ("Tuesdays at 3", Form.PLAIN),
        ("3pm", Form.PLAIN),
        ("in March", Form.PLAIN),
        ("March 2019", Form.PLAIN),
        ("on the 25th.", Form.PLAIN),
    ],
)
def test_a_day_of_a_year_is_told_from_a_day_of_the_week(text: str, form: Form) -> None:
    (finding,) = find_dates(fold(text))
    assert finding.form is form


@pytest.mark.parametrize("piece", ["1 ", "may ", "mon ", "the 3rd ", "8 to 10 ", "10/", "friday at 5, ", "9.30", "tonight "])
def test_long_texts_end(piece: str) -> None:
    text = (piece * 20_000)[:20_000]
    findings = find_dates(fold(text))
    assert all(0 <= one.start < one.end <= len(text) for one in findings)
    assert [one.start for one in findings] == sorted(one.start for one in findings)
