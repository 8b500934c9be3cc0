"""What a tape may tell of a loan: the targets of a mapping, by the shape of the tape.

outcomes: a row per loan with how it ended. months: a row per loan and month with where it stood.
payments: a row per loan, and in a second file (or the same one) a row per payment.
"""

from dataclasses import dataclass

from lending_core.money import FEN_PER_YUAN
from lending_core.servicing.accrual import PRINCIPAL_MAX_FEN

SHAPES = ("outcomes", "months", "payments")

# Words that outcome and standing may say (the checks of `tape_loan` and `loan_month`).
OUTCOMES = ("open", "paid", "written_off")
STANDINGS = ("open", "paid", "written_off", "absent")


@dataclass(frozen=True)
class Target:
    """A value that a mapping may give.

    kind: text, date, amount (in currency units), rate (0.12 is 12%), count, days, or word (one of
    `words`). `least`, `most`: what a value may be, both included, in the same units.
    """

    name: str
    kind: str
    is_required: bool = False
    words: tuple[str, ...] = ()
    least: float | None = None
    most: float | None = None


# Rates above 1,000% a year are slipped decimal points.
_RATE_MAX = 10
_INSTALMENTS_MAX = 1_200
_DAYS_MAX = 36_500
_AMOUNT_MAX = 10**13
_CENT = 0.01
# Loans that are replayed: what the arithmetic of servicing has room for.
_REPLAYED_MAX = PRINCIPAL_MAX_FEN // FEN_PER_YUAN

_REFERENCE = Target("reference", "text", is_required=True)
_FACTS = (
    Target("product_code", "text"),
    Target("scenario", "text"),
    Target("channel", "text"),
    Target("region_code", "text"),
    Target("band", "text"),
    Target("funder_code", "text"),
)


def _disbursed(*, is_required: bool) -> Target:
    return Target("disbursed_on", "date", is_required=is_required)


def _terms(*, is_required: bool, most: int = _AMOUNT_MAX) -> tuple[Target, ...]:
    return (
        Target("lent", "amount", is_required, least=_CENT, most=most),
        Target("annual_rate", "rate", is_required, least=0, most=_RATE_MAX),
        Target("instalments", "count", is_required, least=1, most=_INSTALMENTS_MAX),
    )


TARGETS: dict[str, tuple[Target, ...]] = {
    "outcomes": (
        _REFERENCE,
        _disbursed(is_required=True),
        Target("outcome", "word", is_required=True, words=OUTCOMES),
        Target("last_paid_on", "date"),
        *_terms(is_required=False),
        Target("paid", "amount", least=0, most=_AMOUNT_MAX),
        Target("recovered", "amount", least=0, most=_AMOUNT_MAX),
        *_FACTS,
    ),
    "months": (
        _REFERENCE,
        Target("month", "date"),
        Target("months_from_as_of", "count", least=-_INSTALMENTS_MAX, most=0),
        Target("days_past_due", "days", is_required=True, least=0, most=_DAYS_MAX),
        Target("standing", "word", words=STANDINGS),
        Target("principal", "amount", least=0, most=_AMOUNT_MAX),
        Target("overdue", "amount", least=0, most=_AMOUNT_MAX),
        Target("paid", "amount", least=-_AMOUNT_MAX, most=_AMOUNT_MAX),
        Target("written_off", "amount", least=0, most=_AMOUNT_MAX),
        _disbursed(is_required=False),
        *_terms(is_required=False),
        *_FACTS,
    ),
    "payments": (
        _REFERENCE,
        _disbursed(is_required=True),
        *_terms(is_required=True, most=_REPLAYED_MAX),
        Target("outcome", "word", words=OUTCOMES),
        *_FACTS,
    ),
}

# Each says which month a row is of; a mapping uses one of them.
MONTH_TARGETS = ("month", "months_from_as_of")

# Of each payment, for the shape that has them.
PAYMENT_TARGETS = (
    _REFERENCE,
    Target("paid_on", "date", is_required=True),
    Target("amount", "amount", is_required=True, least=_CENT, most=_AMOUNT_MAX),
)


def required(shape: str) -> tuple[str, ...]:
    """Names of the targets that a mapping of this shape must give."""
    return tuple(target.name for target in TARGETS[shape] if target.is_required)
