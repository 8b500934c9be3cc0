"""The limit policy as frozen records: read from TOML, written back without losing anything."""

import datetime
import functools
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Annotated, Any, TypeVar, get_type_hints

from lending_core.errors import InvalidInput
from lending_core.policy import fields as read
from lending_core.policy.older import modern
from lending_core.settings import reference_file

OPERATORS = ("<", "<=", "=", "!=", ">=", ">")
BORROWERS = ("any", "person", "small_business")
ADMISSIONS = ("all", "learning", "none")
GATE_OUTCOMES = ("decline", "review")
# What a gate is for: who may borrow at all, what nobody passes, what a person must look at.
PURPOSES = ("eligibility", "hard_stop", "review_trigger")
LINE_ACTIONS = ("freeze", "decrease", "increase")

# The largest single exposure any rule allows (LT-02): ten million yuan. It also keeps every
# product of the compiled arithmetic inside 64 bits.
LIMIT_BOUND_FEN = 1_000_000_000
# Rows of one table: more cannot be read by people, and would make a query that is too long.
ROWS_MAX = 100

# A field's type carries its reader: `Annotated[type, reader]`.
Code = Annotated[str, read.code]
Text = Annotated[str, read.text]
Fen = Annotated[int, read.whole(0, LIMIT_BOUND_FEN)]
Percent = Annotated[int, read.whole(0, 100)]
MultiplePercent = Annotated[int, read.whole(0, 5_000)]
ScalePercent = Annotated[int, read.whole(0, 1_000)]
Score = Annotated[int, read.whole(0, 2_000)]
Months = Annotated[int, read.whole(1, 360)]
Rate = Annotated[Decimal, read.rate("0", "1")]
Flag = Annotated[bool, read.flag]
Date = Annotated[datetime.date, read.date]
DateOrNone = Annotated[datetime.date | None, read.optional(read.date)]
Count = Annotated[int, read.whole(0, 1_000_000)]
PercentOrNone = Annotated[int | None, read.optional(read.whole(0, 100))]
MonthsOrNone = Annotated[int | None, read.optional(read.whole(0, 360))]
DaysOrNone = Annotated[int | None, read.optional(read.whole(0, 10_000))]
Number = Annotated[int | Decimal, read.number]
NumberOrFlag = Annotated[int | Decimal | bool, read.number_or_flag]
Operator = Annotated[str, read.choice(*OPERATORS)]
Borrower = Annotated[str, read.choice(*BORROWERS)]
Admission = Annotated[str, read.choice(*ADMISSIONS)]
Purpose = Annotated[str, read.choice(*PURPOSES)]
LineAction = Annotated[str, read.choice(*LINE_ACTIONS)]
OutcomeOrNone = Annotated[str | None, read.optional(read.choice(*GATE_OUTCOMES))]

# Every cap that compiling needs, with the range its value may take.
CAP_READERS: dict[str, read.Reader] = {
    "exposure_person_fen": read.whole(0, LIMIT_BOUND_FEN),
    "exposure_small_business_fen": read.whole(0, LIMIT_BOUND_FEN),
    "exposure_all_lenders_person_fen": read.whole(0, LIMIT_BOUND_FEN),
    "exposure_all_lenders_small_business_fen": read.whole(0, LIMIT_BOUND_FEN),
    "debt_service_person_percent": read.whole(0, 100),
    "debt_service_small_business_percent": read.whole(0, 100),
    "unknown_earnings_person_fen": read.whole(0, LIMIT_BOUND_FEN),
    "unknown_earnings_small_business_fen": read.whole(0, LIMIT_BOUND_FEN),
    "limit_min_fen": read.whole(1, LIMIT_BOUND_FEN),
    "limit_step_fen": read.whole(1, LIMIT_BOUND_FEN),
    "all_in_cost_rate": read.rate("0", "1"),
    "learning_share_bp": read.whole(0, 10_000),
}

CapCode = Annotated[str, read.choice(*CAP_READERS)]

Row = TypeVar("Row")


@dataclass(frozen=True)
class Gate:
    """A rule on one feature. A null feature fires it only with a `null_outcome`."""

    code: Code
    purpose: Purpose
    feature: Code
    operator: Operator
    value: NumberOrFlag
    borrower: Borrower
    null_outcome: OutcomeOrNone
    source: Text

    @property
    def outcome(self) -> str:
        """What it leads to where it fires: one of `GATE_OUTCOMES`."""
        return "review" if self.purpose == "review_trigger" else "decline"


@dataclass(frozen=True)
class Multiplier:
    """Scales the base limit of those it is true of; a null feature leaves the limit as it is.
    Several apply in the document's order, each amount rounded down to the fen."""

    code: Code
    feature: Code
    operator: Operator
    value: NumberOrFlag
    percent: ScalePercent
    borrower: Borrower
    source: Text


@dataclass(frozen=True)
class Band:
    """Scores from `score_from` up to the next band: how much, where in the price range, for how
    many months at most."""

    name: Text
    score_from: Score
    admits: Admission
    limit_person_fen: Fen
    limit_small_business_fen: Fen
    earnings_percent_person: MultiplePercent
    earnings_percent_small_business: MultiplePercent
    rate_position_percent: Percent
    instalments_max: Months
    source: Text

    def limit_fen(self, borrower_kind: str) -> int:
        return int(getattr(self, f"limit_{borrower_kind}_fen"))

    def earnings_percent(self, borrower_kind: str) -> int:
        return int(getattr(self, f"earnings_percent_{borrower_kind}"))


@dataclass(frozen=True)
class ProductLimit:
    """How a product scales the bands' limits, and whether it is offered at all."""

    product_code: Code
    limit_percent: ScalePercent
    is_open: Flag
    source: Text


@dataclass(frozen=True)
class Cap:
    """A bound over everything."""

    code: CapCode
    value: Number
    source: Text


@dataclass(frozen=True)
class LineReview:
    """What happens to an existing line that meets every bound given; the first such row decides.

    days_past_due: the customer's worst of the last six month ends; used: principal outstanding
    against the limit at the month end. `limit_percent`: the new limit against the old one.
    """

    code: Code
    action: LineAction
    borrower: Borrower
    months_open_min: MonthsOrNone
    days_past_due_min: DaysOrNone
    days_past_due_max: DaysOrNone
    used_percent_min: PercentOrNone
    used_percent_max: PercentOrNone
    limit_percent: ScalePercent
    source: Text


@dataclass(frozen=True)
class Guard:
    """When a version in force gives way to the one before by itself: its approval share, or the
    share of its first loans that are late early, leaves the range; never on fewer cases than the
    minimum."""

    applications_min: Count
    approval_percent_min: Percent
    approval_percent_max: Percent
    loans_min: Count
    early_late_percent_max: Percent


@dataclass(frozen=True)
class Assumptions:
    """What the replay assumes about behaviour after the decision (formulas: `replay_money`).

    price_response_percent: take-up lost per point of rate above the product's lowest, 100 for one
    point; reject_default_percent: default probability of people who were refused, against the
    score's; capital_percent: what a funder holds against the balance.
    """

    draw_percent: Percent
    utilisation_percent: Percent
    spare_utilisation_percent: Percent
    price_response_percent: ScalePercent
    review_approval_percent: Percent
    reject_default_percent: ScalePercent
    funding_rate: Rate
    average_life_months: Months
    operating_cost_fen: Fen
    capital_percent: Percent


def _record(kind: type[Row]) -> read.Reader:
    """A reader of one TOML table into the record `kind`."""

    def read_record(table: Any, place: str) -> Row:
        if not isinstance(table, dict):
            raise InvalidInput("policy_table", place=place)
        readers = _readers(kind)
        for name in table:
            if name not in readers:
                raise InvalidInput("policy_unknown_field", place=f"{place}.{name}".lstrip("."))
        values = {
            name: reader(table.get(name), f"{place}.{name}".lstrip("."))
            for name, reader in readers.items()
        }
        return kind(**values)

    return read_record


def _rows(kind: type[Row], *, may_be_empty: bool = False) -> read.Reader:
    """A reader of an array of TOML tables; places count rows from 1."""
    read_row = _record(kind)

    def read_rows(tables: Any, place: str) -> tuple[Row, ...]:
        if may_be_empty and tables is None:
            return ()
        if not isinstance(tables, list) or not (tables or may_be_empty):
            raise InvalidInput("policy_rows", place=place)
        if len(tables) > ROWS_MAX:
            raise InvalidInput("policy_rows_many", place=place, maximum=ROWS_MAX)
        return tuple(read_row(row, f"{place}[{n}]") for n, row in enumerate(tables, start=1))

    return read_rows


@dataclass(frozen=True)
class Policy:
    """One version of the limit policy. Field names are those of the TOML document."""

    name: Text
    effective_on: Date
    effective_until: DateOrNone
    gate: Annotated[tuple[Gate, ...], _rows(Gate)]
    multiplier: Annotated[tuple[Multiplier, ...], _rows(Multiplier, may_be_empty=True)]
    band: Annotated[tuple[Band, ...], _rows(Band)]
    product: Annotated[tuple[ProductLimit, ...], _rows(ProductLimit)]
    cap: Annotated[tuple[Cap, ...], _rows(Cap)]
    line_review: Annotated[tuple[LineReview, ...], _rows(LineReview, may_be_empty=True)]
    guard: Annotated[Guard, _record(Guard)]
    assumption: Annotated[Assumptions, _record(Assumptions)]

    def cap_value(self, code: str) -> Any:
        """The value of the cap `code`: whole fen, percent or basis points, or an exact rate."""
        return next(cap.value for cap in self.cap if cap.code == code)


def read_policy(text: str) -> Policy:
    """The policy in a TOML document, of today's form or an older one (`older.modern`).

    Raises `InvalidInput` naming the place: unreadable text, an unknown or missing field, a value of
    the wrong kind or range, a cap that is missing or given twice.
    """
    try:
        document = tomllib.loads(text, parse_float=Decimal)
    except (ValueError, ArithmeticError, RecursionError) as error:
        raise InvalidInput("policy_syntax", detail=str(error)) from None
    policy: Policy = _record(Policy)(modern(document), "")
    check_caps(policy.cap)
    return policy


def check_caps(caps: tuple[Cap, ...]) -> None:
    """Raises `InvalidInput` unless every cap stands once with a value of its own kind and range."""
    for number, cap in enumerate(caps, start=1):
        CAP_READERS[cap.code](cap.value, f"cap[{number}].value")
    for code in CAP_READERS:
        times = sum(cap.code == code for cap in caps)
        if times != 1:
            raise InvalidInput("policy_cap_once", code=code, times=times)


def read_rows(kind: type[Row], rows: list[dict[str, Any]], place: str) -> tuple[Row, ...]:
    """Records of `kind` from plain rows. Raises `InvalidInput` naming the place."""
    may_be_empty = kind in (Multiplier, LineReview)
    records: tuple[Row, ...] = _rows(kind, may_be_empty=may_be_empty)(rows, place)
    return records


def read_part(rows: dict[str, Any], place: str) -> Any:
    """The `guard` or `assumption` of a policy from plain values. Raises `InvalidInput` naming the
    place."""
    return _readers(Policy)[place](rows, place)


@functools.cache
def opening_policy() -> Policy:
    """The policy of `data/reference/policy.toml`."""
    return read_policy(reference_file("policy.toml").read_text("utf-8"))


def policy_text(policy: Policy) -> str:
    """The policy as TOML: `read_policy(policy_text(p)) == p`."""
    return "\n".join(_lines(policy)) + "\n"


def _lines(policy: Policy) -> Iterator[str]:
    for part in fields(policy):
        value = getattr(policy, part.name)
        if isinstance(value, tuple):
            for row in value:
                yield from ("", f"[[{part.name}]]", *_assignments(row))
        elif isinstance(value, Guard | Assumptions):
            yield from ("", f"[{part.name}]", *_assignments(value))
        elif value is not None:
            yield f"{part.name} = {_toml(value)}"


def _assignments(record: Any) -> Iterator[str]:
    values = ((part.name, getattr(record, part.name)) for part in fields(record))
    return (f"{name} = {_toml(value)}" for name, value in values if value is not None)


def _toml(value: str | bool | int | Decimal | datetime.date) -> str:
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return read.exact_text(value)


def _readers(kind: type) -> dict[str, read.Reader]:
    hints = get_type_hints(kind, include_extras=True)
    return {name: hint.__metadata__[0] for name, hint in hints.items()}
