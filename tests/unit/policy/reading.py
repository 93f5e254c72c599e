"""How hard a text is to read: the grade of Flesch and Kincaid, counted without a dictionary."""

import re

_WORD = re.compile(r"[A-Za-z][A-Za-z'’-]*")
_SENTENCE = re.compile(r"[.!?]+(?:\s|$)|\n\s*\n|$")


def prose(text: str) -> str:
    """What is read as sentences: without links, lists of numbers and lines that only cite."""
    lines = [line for line in text.splitlines() if not line.startswith(("- ", "Our guideline ", "Where we read it", "How our page works"))]
    return re.sub(r"https?://\S+", "", "\n".join(lines))


def grade(text: str) -> float:
    """The school year, in the American count, that reads this with ease."""
    words = _WORD.findall(text)
    sentences = sum(bool(_WORD.search(part)) for part in _SENTENCE.split(text))
    return 0.39 * len(words) / sentences + 11.8 * sum(map(_syllables, words)) / len(words) - 15.59


def _syllables(word: str) -> int:
    """Groups of vowels, less the endings that are not spoken."""
    plain = re.sub(r"[^a-z]", "", word.lower())
    groups = len(re.findall(r"[aeiouy]+", plain))
    silent = bool(re.search(r"[^aeiouyl]e$|[^aeioutd]ed$|[^aeiouysczxg]es$", plain))
    return max(1, groups - silent)
