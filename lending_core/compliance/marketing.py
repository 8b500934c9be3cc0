"""Reads a text that advertises loans: words that it may not use, and the rate that it must say."""

import functools
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lending_core.compliance.register import referred
from lending_core.errors import InvalidInput

# What is read at most: a page of print has some 2,000 characters.
TEXT_MAX = 100_000
# A Chinese character takes three bytes, rarer ones four.
BYTES_MAX = 4 * TEXT_MAX
_NUMBER = re.compile(r"\d+(?:\.\d+)?%")


@dataclass(frozen=True)
class Fault:
    """A place in a text and the rule it breaks: characters `start` to `end` (not included), which
    read `said`; lines and columns count from 1. A text that lacks something has it at its start."""

    rule_id: str
    start: int
    end: int
    line: int
    column: int
    said: str


@dataclass(frozen=True)
class _Folded:
    """A text without width, case and what stands between characters; `places`: where each was."""

    text: str
    places: tuple[int, ...]


def faults(text: str) -> list[Fault]:
    """Everything wrong with a text, in the order of its places. Raises `ValueError` for a text of
    more than `TEXT_MAX` characters."""
    if len(text) > TEXT_MAX:
        raise ValueError("a text of more characters than are read")
    found = [*_banned(text), *_without_rate(text)]
    return sorted(found, key=lambda fault: (fault.start, fault.end, fault.rule_id))


def creatives() -> dict[str, dict[str, str]]:
    """Code -> language -> text that the house advertises with."""
    return {row["code"]: {"en": row["en"], "zh": row["zh"]} for row in _document()["creative"]}


def _banned(text: str) -> Iterator[Fault]:
    tight, spaced = _folded(text, ""), _folded(text, " ")
    for row in _document()["banned"]:
        for word in row["zh"]:
            yield from _matches(text, tight, re.escape(word), row["rule"])
        for word in row["en"]:
            pattern = r"\b" + re.escape(_folded(word, " ").text) + r"\b"
            yield from _matches(text, spaced, pattern, row["rule"])


def _matches(text: str, folded: _Folded, pattern: str, rule_id: str) -> Iterator[Fault]:
    for match in re.finditer(pattern, folded.text):
        start = folded.places[match.start()]
        end = folded.places[match.end() - 1] + 1
        yield _fault(text, rule_id, start, end)


def _without_rate(text: str) -> Iterator[Fault]:
    """The first word of borrowing in a text that never says an annual rate (PR-05)."""
    rules = _document()["annual_rate"]
    spaced = _folded(text, " ")
    words = [*rules["borrowing_zh"], *rules["borrowing_en"]]
    spoken = [match for word in words if (match := _first(word, spaced.text)) is not None]
    if not spoken or _says_rate(text, rules):
        return
    first = min(spoken, key=lambda match: match.start())
    end = spaced.places[first.end() - 1] + 1
    yield _fault(text, rules["rule"], spaced.places[first.start()], end)


def _first(word: str, text: str) -> re.Match[str] | None:
    """The first place of a word; English ones as whole words, or their plural."""
    pattern = rf"\b{re.escape(word)}s?\b" if word.isascii() else re.escape(word)
    return re.search(pattern, text)


def _says_rate(text: str, rules: dict[str, Any]) -> bool:
    plain = "".join(unicodedata.normalize("NFKC", sign) for sign in text).lower()
    plain = re.sub(r"\s+%", "%", plain)
    words = [*rules["rate_words_zh"], *rules["rate_words_en"]]
    near = rules["near_characters"]
    for match in _NUMBER.finditer(plain):
        around = plain[max(0, match.start() - near) : match.end() + near]
        if any(_first(word, around) is not None for word in words):
            return True
    return False


def _fault(text: str, rule_id: str, start: int, end: int) -> Fault:
    before = text[:start]
    line = before.count("\n") + 1
    return Fault(rule_id, start, end, line, start - before.rfind("\n"), text[start:end])


def _folded(text: str, gap: str) -> _Folded:
    """Letters and digits only, in one width and case; what stands between is `gap`, once."""
    signs: list[str] = []
    places: list[int] = []
    for place, sign in enumerate(text):
        for plain in unicodedata.normalize("NFKC", sign).lower():
            if plain.isalnum():
                signs.append(plain)
                places.append(place)
            elif gap and signs and signs[-1] != gap:
                signs.append(gap)
                places.append(place)
    return _Folded("".join(signs), tuple(places))


@functools.cache
def _document() -> dict[str, Any]:
    document: dict[str, Any] = referred("marketing.toml#")
    return document


def read_text(content: bytes) -> str:
    """The text of a file that somebody brought. Raises `InvalidInput` for one that is too long or
    is no text."""
    if len(content) > BYTES_MAX:
        raise InvalidInput("marketing_long", maximum=f"{TEXT_MAX:,}")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InvalidInput("marketing_unreadable") from None
    if len(text) > TEXT_MAX:
        raise InvalidInput("marketing_long", maximum=f"{TEXT_MAX:,}")
    return text
