"""Refusals: why a step may not happen, as a sentence a person can act on, in their language."""

import functools
import tomllib

from lending_core.settings import reference_file

LANGUAGES = ("en", "zh")


class LendingError(Exception):
    """A step that may not happen.

    `reason` is a key of `data/reference/refusals.toml`; `facts` fill the placeholders of its
    sentence (a fact that is itself a word is a dict of language to word). Pages catch this class
    and nothing else.
    """

    def __init__(self, reason: str, **facts: object) -> None:
        super().__init__(reason)
        self.reason = reason
        self.facts = facts

    def text(self, language: str) -> str:
        return refusal_texts()[self.reason][language].format(
            **{name: _spoken(fact, language) for name, fact in self.facts.items()}
        )

    def __str__(self) -> str:
        return self.text("en")


class NotAllowed(LendingError):
    """The actor lacks the permission."""


class NotFound(LendingError):
    """What the actor refers to does not exist."""


class InvalidState(LendingError):
    """The thing exists, but this step is not possible from where it is."""


class InvalidInput(LendingError):
    """What was typed, uploaded or sent cannot be used."""


@functools.cache
def refusal_texts() -> dict[str, dict[str, str]]:
    """Reason -> language -> sentence with placeholders."""
    return tomllib.loads(reference_file("refusals.toml").read_text("utf-8"))


def _spoken(fact: object, language: str) -> object:
    return fact[language] if isinstance(fact, dict) else fact
