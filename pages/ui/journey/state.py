"""What one simulated application has come to: a record that is kept between clicks."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

import streamlit as st

from lending_core.identity.match import ShownCard
from pages.ui import session

PREFIX = "simulate_application"
Step = Literal["facts", "consents", "offer", "funded"]


@dataclass(frozen=True)
class Facts:
    """What the borrower types. `business_name` and `licence` are empty for a person."""

    kind: str
    product_code: str
    scenario: str
    amount_fen: int
    instalments: int
    name: str
    business_name: str
    id_number: str
    phone: str
    region_code: str
    bank_card: str = ""
    address: str = ""
    licence: str = ""


@dataclass(frozen=True)
class Background:
    """What the sources answer about the simulated borrower, what they send it from, and what only
    the simulation knows."""

    channel: str
    is_student: bool
    is_court_listed: bool
    observed: dict[str, Any]
    traits: dict[str, Any]
    device: str = ""


@dataclass(frozen=True)
class Comparison:
    """One field of the card: what it should say (as typed, or as its number has it), what was
    read, whether they agree, and whether the reading itself is unsure."""

    field: str
    expected: str
    read: str
    fits: bool
    is_unsure: bool = False


@dataclass(frozen=True)
class Photos:
    """The two sides of the card as photographed, None where there is none yet."""

    front: bytes | None = None
    back: bytes | None = None


@dataclass(frozen=True)
class Identity:
    """What was read from the card beside what was typed; `findings` are the fields that do not
    fit, `unconfirmed` those read with doubt that the borrower has not compared yet."""

    rows: tuple[Comparison, ...]
    card: ShownCard

    @property
    def findings(self) -> tuple[str, ...]:
        return tuple(row.field for row in self.rows if not row.fits)

    @property
    def unconfirmed(self) -> tuple[Comparison, ...]:
        return tuple(
            row for row in self.rows if row.is_unsure and row.field not in self.card.confirmed
        )


@dataclass(frozen=True)
class Journey:
    """One borrower on the way from A to D; `key` makes each of its steps happen once."""

    key: str
    example: str
    facts: Facts
    background: Background
    began: float
    specimen: Photos = Photos()
    photos: Photos = Photos()
    identity: Identity | None = None
    consents: frozenset[str] = frozenset()
    application_id: int | None = None
    amount_fen: int | None = None
    instalments: int = 0
    method: str = ""
    sheet_shown_at: datetime | None = None
    loan_id: int | None = None
    ended: float | None = None
    seconds: dict[str, float] = field(default_factory=dict)

    @property
    def step(self) -> Step:
        if self.loan_id is not None:
            return "funded"
        if self.application_id is not None:
            return "offer"
        if self.identity is None or self.identity.findings or self.identity.unconfirmed:
            return "facts"
        return "consents"

    def widget(self, name: str) -> str:
        """Key of an input of this journey: the next journey's inputs start afresh."""
        return f"{PREFIX}_{self.key[:8]}_{name}"

    def elapsed(self) -> float:
        """Seconds since the first screen, up to the loan or the refusal where there is one."""
        return (self.ended or time.monotonic()) - self.began


def ended(journey: Journey) -> Journey:
    """The journey with its clock stopped, kept."""
    return changed(journey, ended=time.monotonic())


def current() -> Journey | None:
    """The journey of this session, None before the first."""
    return st.session_state.get(PREFIX)


def keep(journey: Journey) -> Journey:
    """Makes it the journey of this session."""
    st.session_state[PREFIX] = journey
    return journey


def begin(example: str, facts: Facts, background: Background, photos: Photos) -> Journey:
    """A new journey from an example; the clock starts."""
    key = session.new_key()
    return keep(Journey(key, example, facts, background, time.monotonic(), photos, photos))


@contextmanager
def timed(steps: dict[str, float], name: str) -> Iterator[None]:
    """Notes under `name` how many seconds the work inside took."""
    start = time.monotonic()
    yield
    steps[name] = time.monotonic() - start


def changed(journey: Journey, **changes: Any) -> Journey:
    """The journey with these changes, kept."""
    return keep(replace(journey, **changes))
