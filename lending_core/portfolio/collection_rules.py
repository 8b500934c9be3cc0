"""What binds and guides collections, read once from `data/reference/collections.toml`."""

import functools
import tomllib
from dataclasses import dataclass
from typing import Any

from lending_core.settings import reference_file

CHANNELS = ("call", "message", "visit")
BORROWER = "borrower"
PARTIES = (BORROWER, "related", "unrelated")


@dataclass(frozen=True)
class Conduct:
    """How often, when and whom the house may contact (CO-01 to CO-04); `sources` by number."""

    time_zone: str
    quiet_from_hour: int
    quiet_to_hour: int
    unanswered_per_day_max: int
    connected_per_day_max: int
    messages_per_day_max: int
    visits_per_day_max: int
    failed_in_row: int
    sources: dict[str, str]


@dataclass(frozen=True)
class Desk:
    """Numbers of the collectors' desk: minutes, days, per cent; `sources` by number."""

    lock_minutes: int
    promise_days_max: int
    promise_grace_days: int
    promise_kept_percent: int
    agency_days_past_due_from: int
    agency_days: int
    agency_complaints_red: int
    sources: dict[str, str]


@dataclass(frozen=True)
class Outcome:
    """What an attempt may come to, over which channels, with whom. `is_connected`: somebody
    answered; `is_failed`: the borrower was not reached; `is_number_invalid`: nor will be so."""

    outcome: str
    channels: tuple[str, ...]
    parties: tuple[str, ...]
    is_connected: bool = False
    is_failed: bool = False
    is_number_invalid: bool = False


@dataclass(frozen=True)
class Agency:
    """An outside agency: whether it is on the published list (CO-08), whether violent collection
    is on its record (CO-09), its share of what it brings in."""

    agency_code: str
    name_en: str
    name_zh: str
    is_published: bool
    has_violent_record: bool
    commission_share: float

    @property
    def names(self) -> dict[str, str]:
        return {"en": self.name_en, "zh": self.name_zh}


@dataclass(frozen=True)
class Recovery:
    """What the expectation of money starts from: see `portfolio.recovery`."""

    horizon_days: int
    history_months: int
    credibility_cases: int
    cost_per_call_fen: int
    amount_edges_fen: tuple[int, ...]
    start_rates: dict[str, float]
    sources: dict[str, str]


@functools.cache
def document() -> dict[str, Any]:
    """The whole document."""
    return tomllib.loads(reference_file("collections.toml").read_text("utf-8"))


@functools.cache
def conduct() -> Conduct:
    """The rules of conduct. Raises `ValueError` where a number has no source."""
    return Conduct(**_sourced("conduct"))


@functools.cache
def desk() -> Desk:
    """The desk's numbers. Raises `ValueError` where one has no source."""
    return Desk(**_sourced("desk"))


@functools.cache
def recovery() -> Recovery:
    """The assumptions of the expectation. Raises `ValueError` where one has no source."""
    found = _sourced("recovery")
    return Recovery(**{**found, "amount_edges_fen": tuple(found["amount_edges_fen"])})


@functools.cache
def outcomes() -> dict[str, Outcome]:
    """Outcomes by their code, in the order in which a collector is offered them."""
    rows = document()["outcome"]
    parts = [
        {**row, "channels": tuple(row["channels"]), "parties": tuple(row["parties"])}
        for row in rows
    ]
    return {part["outcome"]: Outcome(**part) for part in parts}


def outcomes_of(channel: str, party: str) -> tuple[str, ...]:
    """Codes of what an attempt over a channel with somebody may come to."""
    return tuple(
        code
        for code, each in outcomes().items()
        if channel in each.channels and party in each.parties
    )


def failed_outcomes() -> list[str]:
    """Codes of outcomes in which the borrower was not reached, whoever answered (CO-04)."""
    return [code for code, each in outcomes().items() if each.is_failed]


@functools.cache
def agencies() -> dict[str, Agency]:
    """The register of agencies by code."""
    return {row["agency_code"]: Agency(**row) for row in document()["agency"]}


@functools.cache
def hold_days() -> dict[str, int | None]:
    """Kinds of hold (CO-11) and their usual days; None: until somebody lifts it."""
    holds = document()["holds"]
    return {**holds["days"], **dict.fromkeys(holds["until_lifted"])}


def hold_days_offered() -> tuple[int, ...]:
    """For how many days a hold may be placed."""
    return tuple(document()["holds"]["days_offered"])


def complaint_kinds() -> tuple[str, ...]:
    """What a complaint may be about."""
    return tuple(document()["complaints"]["kinds"])


@functools.cache
def scripts() -> dict[str, dict[str, str]]:
    """Opening words by party and language. Raises `ValueError` where a third person would hear a
    word of debt (CO-04)."""
    found = {row["party"]: {"en": row["en"], "zh": row["zh"]} for row in document()["script"]}
    for party in set(PARTIES) - {BORROWER}:
        for language, text in found[party].items():
            if said := debt_words_in(text, language):
                raise ValueError(f"the script for {party} says {said}")
    return found


def debt_words_in(text: str, language: str) -> list[str]:
    """Words of debt that a text has in it."""
    return [word for word in document()["debt_words"][language] if word in text.lower()]


def _sourced(name: str) -> dict[str, Any]:
    found: dict[str, Any] = document()[name]
    if set(found["sources"]) != set(found) - {"sources"}:
        raise ValueError(f"collections.toml: every number of {name} needs a source")
    return found
