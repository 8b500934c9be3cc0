"""What borrowers are asked to allow, in which words: one consent per source and purpose."""

import functools
import tomllib
from dataclasses import dataclass
from datetime import date

from lending_core.ledger.chain import digest
from lending_core.settings import reference_file

PURPOSES = ("credit_assessment", "identity_check")
BORROWERS = ("any", "person", "small_business")


@dataclass(frozen=True)
class ConsentText:
    """The words of a consent in both languages, in force from a day until the next version's."""

    version: str
    effective_on: date
    sha256: str
    en: str
    zh: str

    def __post_init__(self) -> None:
        if self.sha256 != digest({"en": self.en, "zh": self.zh}):
            raise ValueError(f"version {self.version} begins {self.en[:40]!r}: another sha256")

    def text(self, language: str) -> str:
        """The words in `en` or `zh`."""
        return self.zh if language == "zh" else self.en


@dataclass(frozen=True)
class Consent:
    """Leave to read one source for one purpose; `texts` from the oldest to the newest."""

    source: str
    purpose: str
    rule: str
    borrower: str
    texts: tuple[ConsentText, ...]

    def __post_init__(self) -> None:
        if self.purpose not in PURPOSES or self.borrower not in BORROWERS:
            raise ValueError(f"consent {self.source}: {self.purpose!r}, {self.borrower!r}")
        days = [text.effective_on for text in self.texts]
        if not days or days != sorted(set(days)):
            raise ValueError(f"consent {self.source}: versions follow each other day by day")

    def text_on(self, on: date) -> ConsentText:
        """The words in force on a day. Raises `ValueError` for a day before the first."""
        found = [text for text in self.texts if text.effective_on <= on]
        if not found:
            raise ValueError(f"consent {self.source}: no text on {on}")
        return found[-1]

    def text_of(self, version: str) -> ConsentText | None:
        """The words of a version; None for one of an older book that is not kept here."""
        return next((text for text in self.texts if text.version == version), None)


@functools.cache
def consents() -> dict[str, Consent]:
    """Source -> consent, in the order in which they are asked for (`consents.toml`).

    Raises `ValueError` where a text is not the one of its hash, or versions are out of order.
    """
    document = tomllib.loads(reference_file("consents.toml").read_text("utf-8"))
    return {
        source: Consent(
            source=source,
            purpose=table["purpose"],
            rule=table["rule"],
            borrower=table["borrower"],
            texts=tuple(ConsentText(**text) for text in table["text"]),
        )
        for source, table in document.items()
    }


def asked_of(kind: str) -> tuple[Consent, ...]:
    """The consents that a kind of borrower is asked for."""
    return tuple(each for each in consents().values() if each.borrower in ("any", kind))
