"""Telephone numbers: found however they are hidden, and not seen where there are none."""

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from app.detection.cues import read_cues
from app.detection.fold import fold
from app.detection.phone_numbers import PhoneCues, find_phone_numbers
from app.domain.finding import About, FindingKind

CUES = PhoneCues.of(read_cues(yaml.safe_load((Path(__file__).parents[3] / "rules" / "lexicons" / "cues.yaml").read_text(encoding="utf-8"))))

Groups = tuple[str, ...]

AU_MOBILES = tuple(
    f"0491 {last}" for last in ("570 006", "570 156", "570 157", "570 158", "570 159", "570 110", "570 313", "570 737", "571 266")
)
AU_LANDLINES = tuple(f"0{area} {block} {last}" for area in "2378" for block in ("5550", "7010") for last in ("0123", "4417"))
UK_MOBILES = tuple(f"07700 900 {last}" for last in ("000", "118", "284", "417", "461", "999"))
RESERVED = [tuple(number.split()) for number in (*AU_MOBILES, *AU_LANDLINES, *UK_MOBILES)]

WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
OH = ("oh", *WORDS[1:])
CIRCLED = "⓪①②③④⑤⑥⑦⑧⑨"
BLACK = "⓿❶❷❸❹❺❻❼❽❾"
LEET = ("zer0", "0ne", "tw0", "thr33", "f0ur", "f1ve", "s1x", "s3ven", "e1ght", "n1ne")
LOOK = str.maketrans("015", "OlS")


def each(groups: Groups, letter: Callable[[str], str], inside: str = "", between: str = " ") -> str:
    return between.join(inside.join(letter(digit) for digit in group) for group in groups)


def spelled(table: tuple[str, ...] | str) -> Callable[[str], str]:
    return lambda digit: table[int(digit)]


def same(digit: str) -> str:
    return digit


def doubled(groups: Groups) -> str:
    words: list[str] = []
    digits = "".join(groups)
    place = 0
    while place < len(digits):
        run = 1
        while run < 3 and place + run < len(digits) and digits[place + run] == digits[place]:
            run += 1
        words.append({1: "", 2: "double ", 3: "triple "}[run] + OH[int(digits[place])])
        place += run
    return " ".join(words)


def abroad(groups: Groups) -> str:
    return "44" if groups[0].startswith("077") else "61"


HIDING: dict[str, Callable[[Groups], str]] = {
    "as printed": lambda g: " ".join(g),
    "in one piece": lambda g: "".join(g),
    "dashes": lambda g: "-".join(g),
    "dots": lambda g: ".".join(g),
    "underscores": lambda g: "_".join(g),
    "stars": lambda g: "*".join(g),
    "commas": lambda g: ", ".join(g),
    "slashes": lambda g: "/".join(g),
    "bars": lambda g: " | ".join(g),
    "tildes": lambda g: "~".join(g),
    "brackets": lambda g: " ".join(f"({part})" for part in g),
    "square brackets": lambda g: "".join(f"[{part}]" for part in g),
    "dots between": lambda g: "...".join(g),
    "emoji between": lambda g: "🌸".join(g),
    "spaced emoji between": lambda g: " 👉 ".join(g),
    "line breaks": lambda g: "\n".join(g),
    "then between": lambda g: " then ".join(g),
    "and between": lambda g: " and ".join(g),
    "dash between": lambda g: " dash ".join(g),
    "wide spaces": lambda g: "   ".join(g),
    "spaced digits": lambda g: each(g, same, " "),
    "spaced digits, wide between groups": lambda g: each(g, same, " ", "  "),
    "dashed digits": lambda g: each(g, same, "-", "-"),
    "dotted digits": lambda g: each(g, same, ".", "."),
    "underscored digits": lambda g: each(g, same, "_", "_"),
    "starred digits": lambda g: each(g, same, "*", "*"),
    "a digit a line": lambda g: each(g, same, "\n", "\n"),
    "emoji between digits": lambda g: each(g, same, "🔥", "🔥"),
    "keycaps": lambda g: each(g, lambda d: d + "\ufe0f\u20e3"),
    "keycaps in one piece": lambda g: each(g, lambda d: d + "\ufe0f\u20e3", "", ""),
    "full width": lambda g: each(g, lambda d: chr(ord(d) + 0xFEE0)),
    "mathematical": lambda g: each(g, lambda d: chr(0x1D7CE + int(d))),
    "circled": lambda g: each(g, spelled(CIRCLED)),
    "black circles": lambda g: each(g, spelled(BLACK), " "),
    "superscript": lambda g: each(g, spelled("⁰¹²³⁴⁵⁶⁷⁸⁹")),
    "Arabic digits": lambda g: each(g, spelled("٠١٢٣٤٥٦٧٨٩")),
    "zero-width": lambda g: each(g, same, "\u200b"),
    "words": lambda g: each(g, spelled(WORDS), " "),
    "words with oh": lambda g: each(g, spelled(OH), " ", ", "),
    "words with dashes": lambda g: each(g, spelled(OH), "-", "-"),
    "words, dots between": lambda g: each(g, spelled(OH), " ", "... "),
    "capital words": lambda g: each(g, lambda d: OH[int(d)].upper(), " "),
    "leet words": lambda g: each(g, spelled(LEET), " ", " / "),
    "words in one piece": lambda g: each(g, spelled(WORDS), "", ""),
    "double and triple": doubled,
    "first group in words": lambda g: " ".join((each(g[:1], spelled(OH), " "), *g[1:])),
    "last digit in words": lambda g: " ".join(g)[:-1] + WORDS[int(g[-1][-1])],
    "one digit in words, dashed": lambda g: "-".join(g)[:-1] + "-" + OH[int(g[-1][-1])],
    "every other digit in words": lambda g: "".join(d if i % 2 else WORDS[int(d)] for i, d in enumerate("".join(g))),
    "letters for digits": lambda g: " ".join(g).translate(LOOK),
    "o for nought": lambda g: "-".join(g).replace("0", "o"),
    "country code": lambda g: f"+{abroad(g)} {' '.join(g)[1:]}",
    "country code with nought": lambda g: f"+{abroad(g)} (0) {' '.join(g)[1:]}",
    "country code in one piece": lambda g: f"+{abroad(g)}{''.join(g)[1:]}",
    "country code, dialled out": lambda g: f"0011 {abroad(g)} {' '.join(g)[1:]}",
    "glued to a word": lambda g: f"ph{' '.join(g)}",
    "glued to the next word": lambda g: f"{''.join(g)}call me",
    "a link": lambda g: f"tel:{''.join(g)}",
    "a sentence around it": lambda g: f"after 3 on {' '.join(g)}, ask for Bec",
    "too for two, for for four": lambda g: (
        each(g, lambda d: {"2": "to", "4": "for"}.get(d, OH[int(d)]), " ") if g[-1][-1] not in "24" else " ".join(g)
    ),
}


@pytest.mark.parametrize("way", HIDING)
def test_a_number_is_found_however_it_is_hidden(way: str) -> None:
    missed = []
    for groups in RESERVED:
        hidden = HIDING[way](groups)
        text = f"her number is {hidden} ok"
        found = [(one.start, one.end) for one in find_phone_numbers(fold(text), country="AU", public=frozenset(), cues=CUES)]
        start = text.index(hidden)
        if not any(start < end and begin < start + len(hidden) for begin, end in found) or len(found) != 1:
            missed.append(hidden)
    assert missed == []


@pytest.mark.parametrize(
    ("country", "text", "number"),
    [
        ("AU", "Lifeline 13 11 14. just leaving that here", "13 11 14"),
        ("AU", "Call 131114 any time", "131114"),
        ("AU", "The crisis line is 1800 737 732", "1800 737 732"),
        ("AU", "ring 1300 975 708, my brother did", "1300 975 708"),
        ("AU", "ring us on 5550 1234", "5550 1234"),
        ("AU", "his mobile is 491 570 156", "491 570 156"),
        ("AU", "(02) 5550 1187 is the office", "(02) 5550 1187"),
        ("AU", "0491-five-seventy-one-five-nine if you dare", "0491-five-seventy-one-five-nine"),
        ("AU", "her digits O4g1 57O 15b. yw", "O4g1 57O 15b"),
        ("AU", "zero4nine1 57zero 31three ask 4 Bec", "zero4nine1 57zero 31three"),
        ("AU", "read it backwards 006 075 1940 thats her", "006 075 1940"),
        ("AU", "at 10:30 ring 0491 570 156", "0491 570 156"),
        ("AU", "flat 2, 0491 570 156, $50", "0491 570 156"),
        ("AU", "about my case, 0491 570 156", "0491 570 156"),
        ("GB", "give us a bell on 07700 900417", "07700 900417"),
        ("GB", "07700 nine double-oh 3 four 2, ask for Gaz", "07700 nine double-oh 3 four 2"),
        ("GB", "07700 nine hundred 284", "07700 nine hundred 284"),
        ("GB", "0808 2000 247 has been in my mobile", "0808 2000 247"),
        ("NZ", "Women's Refuge is 0800 733 843", "0800 733 843"),
        ("IE", "Women's Aid is 1800 341 900, free", "1800 341 900"),
        ("US", "I'm at (612) 555-0143 most evenings", "(612) 555-0143"),
        ("AU", "Whatsapp +1 202 555 0188", "+1 202 555 0188"),
        ("CA", "613-555-0117, tell her Mike sent you", "613-555-0117"),
        ("US", "2025550188", "2025550188"),
        ("AU", "whatsapp 555-0133 and be happy", "555-0133"),
        ("AU", "wh@tsapp five five five, zero one four four", "five five five, zero one four four"),
    ],
)
def test_the_span_is_the_number_and_no_more(country: str, text: str, number: str) -> None:
    assert [text[one.start : one.end] for one in find_phone_numbers(fold(text), country=country, public=frozenset(), cues=CUES)] == [number]


def test_two_numbers_are_two_findings() -> None:
    text = "0491 570 156 or 0491 570 157; at work (03) 5550 2201/(03) 5550 2202"
    numbers = [text[one.start : one.end] for one in find_phone_numbers(fold(text), country="AU", public=frozenset(), cues=CUES)]
    assert numbers == ["0491 570 156", "0491 570 157", "(03) 5550 2201", "(03) 5550 2202"]


@pytest.mark.parametrize(
    "text", ["1800 737 732", "1800RESPECT is 1800-737-732", "one eight hundred 737 732", "+61 1800 737 732", "13 11 14"]
)
def test_a_published_number_is_public_however_it_is_written(text: str) -> None:
    (finding,) = find_phone_numbers(fold(text), country="AU", public=frozenset({"1800 737 732", "131114", "000"}), cues=CUES)
    assert finding.kind is FindingKind.PHONE_NUMBER
    assert finding.about is About.PUBLIC


def test_a_short_helpline_is_known_only_because_it_is_published() -> None:
    assert find_phone_numbers(fold("text 1737 any time"), country="NZ", public=frozenset(), cues=CUES) == []
    (finding,) = find_phone_numbers(fold("text 1737 any time"), country="NZ", public=frozenset({"1737", "111"}), cues=CUES)
    assert finding.about is About.PUBLIC


NO_NUMBERS = [
    # emergency numbers
    "call 000 now", "ring 111 and ask for police", "dial 112", "911 was no help", "999, what is your emergency", "Triple zero! 000!",
    "text 106",
    # dates and times
    "01/02/2023", "on 14/03/2019 he left", "2019-03-14", "14.03.2019", "02/03/2024 10:30", "12.03.2024 at 14:15:30",
    "2023-11-05T10:15:00Z", "born 6/6/98", "02-03-2024 10", "03/04/2021 - 05/06/2022", "8.30 to 11.30", "10:00-12:30", "0900-1700",
    "open 0800-2030 daily", "9.30am-5.30pm", "14 March 2019, 3 April 2020", "Monday 17th, 6pm, 7 for 7.30", "from 2010 to 2018",
    "2010-2018", "1999/2000", "the years 2010, 2011, 2012 and 2013", "in 2018 2019 2020", "1998-2004 and 2006-2011", "20240315",
    "20240315 093000", "week 12, 2024", "11.11.2011 11:11", "7/11 at 7:11", "01 02 2023",
    # scores
    "3-2", "141-98", "we won 3-2, 4-1, 6-0, 7-5", "6-4 6-3 7-6", "21-19, 18-21, 21-17", "0-3, 4-1, 5-5, 2-2, 1-0", "0-0 0-1 0-2 1-2 2-2",
    "it was 141-98 at half time and 203-177 at full time", "2-0 1-0 3-1 4-4 0-0", "16.12 (108) to 9.10 (64)",
    # money
    "$1,300,500", "$1,300,500,200", "1,800,500,200 people", "£1.300.500.200", "$0412345678", "€07700900123",
    "it cost $20, $30 and $4,500", "$1800 a month", "1300 dollars", "1800 bucks, 1300 bond", "A$120.50 + A$13.20",
    "fines of $1300, $1800 and $2400", "130000 people", "132456 views", "134,567 likes",
    # shares
    "10%, 20%, 30%", "0412345678%", "99.9999999%", "up 13.1% from 11.4%", "1 in 4 women, 1 in 13 men", "50/50", "24/7", "0.0491570156",
    "0.123456789", "3.14159265358979", "1.0491570156",
    # identifiers
    "ref 0412345678", "Ref: 0412 345 678", "reference number is 0412345678", "order number: 0412 345 678", "order #0412345678",
    "Invoice 0212345678", "case number 0312345678", "case no. 02 1234 5678", "ticket id 0712345678", "tracking 0412345678",
    "parcel JD0412345678AU", "booking ref 0412345678", "claim number 0298765432", "ABN 02 123 456 789", "ISBN 0-306-40615-2",
    "ISBN 978-0-306-40615-7", "CRN 204 113 770K", "file no 0412345678", "AB0412345678", "SKU0491570156", "serial 0491570156",
    "#0491570156", "customer number 0491570156", "policy no: 0298761234", "student id 0412345678", "account number 0412345678",
    "acct 0012 3456", "BSB 012-999", "Medicare 2123 45670 1", "member id: 0412345678", "licence number 012345678",
    # cards and keys
    "4111 1111 1111 1111", "4111111111111111", "5500-0000-0000-0004", "4000 0491 5701 5600", "0000 0000 0000 0000",
    "0212 3456 0212 3456 0212 3456", "IBAN GB82 WEST 1234 5698 7654 32", "12345678901234567890",
    "0491570156049157015604915701560491570156", "1 0 4 1 2 3 4 5 6 7 8 9 0 4 1 2 3 4 5 6 7 8",
    # places and machines
    "-34.412, 150.881", "-37.5490, 143.8310", "-35.2811, 152.1287", "192.168.0.1", "10.0.0.138", "255.255.255.255", "01:23:45:67:89:ab",
    "version 2.10.3.1", "https://example.org/j/0491570156", "https://example.com/?id=0491570156", "www.example.com/post/0212345678",
    "https://maps.example.com/?q=-39.71,144.88", "room 0412", "level 12, 220 Gumnut Avenue", "14/22 Pine Rd", "3000 2000 4000",
    "GPO Box 1234",
    # amounts of things
    "take 50 mg twice, 100 mg at night", "500mg x 2, 250 mg x 3", "paracetamol 500 1000 mg", "2 eggs, 3 cups, 250 g, 180 degrees",
    "5 10 15 20 25 30", "1, 2, 3, 4, 5, 6, 7, 8, 9, 10", "1 2 3 4 5 6 7 8 9 10", "0, 1, 1, 2, 3, 5, 8, 13", "10 9 8 7 6 5 4 3 2 1 0",
    "one two three four five six seven eight nine ten", "my kids are 13 14 15", "ages 3, 5 and 13", "size 10 12 14", "13-14-15 year olds",
    "1 2 3, 1 2 3", "100 200 300 400", "page 12 of 340", "4 kids, 2 dogs, 1 house, 0 help", "lost 12 kg in 10 weeks",
    "for 20 years, to 3 of us", "1.5 2.5 3.5", "8 to 10, 10 to 12", "2 x 4 x 8",
    # words that sound like digits
    "I ate two, for one", "won to one to one", "too many to count", "oh no oh no oh no", "for one thing, to two of them, ate",
    "someone told no one to go", "one to one, two for two", "oh I one", "one nine one", "O O O O O O", "so so so so so so", "lol lol lol",
    "SOS SOS SOS", "zero zero zero", "one in five, four in ten", "two hundred and fifty thousand", "nineteen ninety nine", "seven eleven",
    "nine to five, seven to three", "double trouble", "triple threat, one to zero", "six of one, half a dozen of the other",
    # handles and mail
    "@kaz0491570156", "mail0491570156@example.org", "kaz_1987", "area51 and b2b and h2o", "covid19, mp3, 4wd",
]  # fmt: skip


@pytest.mark.parametrize("text", NO_NUMBERS)
def test_other_figures_are_no_telephone_numbers(text: str) -> None:
    folded = fold(text)
    assert [
        folded.original[one.start : one.end]
        for one in find_phone_numbers(folded, country="AU", public=frozenset({"000", "112"}), cues=CUES)
    ] == []


@pytest.mark.parametrize(
    "piece", ["0 ", "04", "0-", "one ", "zero4", "double ", "0491 570 15 ", "(", "+61 ", "o", "1 2 ", "02 5550 01", "then "]
)
def test_long_texts_end(piece: str) -> None:
    text = (piece * 20_000)[:20_000]
    assert all(0 <= one.start < one.end <= len(text) for one in find_phone_numbers(fold(text), country="AU", public=frozenset(), cues=CUES))
