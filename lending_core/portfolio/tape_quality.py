"""What is wrong of a tape, counted: before anything of it is loaded, and again as it is."""

from dataclasses import dataclass
from datetime import date

EXAMPLES_MAX = 5

# Reasons that keep a row out, in the order in which they are told; one row has one reason.
REASONS = (
    *("broken", "excluded", "unreadable", "missing", "too_long", "unknown_word", "impossible"),
    *("order", "duplicate", "orphan"),
)
# What is told, but loaded.
REMARKS = ("gap", "ambiguous_date", "unused")


@dataclass(frozen=True)
class Example:
    """A row of the file by its number (the first after the header is 1), and what stands in it."""

    row_number: int
    value: str


@dataclass(frozen=True)
class Finding:
    """So many rows have this `reason` to do with this `target` of the mapping.

    `is_rejected`: they are not loaded; otherwise it is a remark about rows that are.
    """

    reason: str
    target: str
    rows: int
    is_rejected: bool
    examples: tuple[Example, ...] = ()


@dataclass(frozen=True)
class AmountSum:
    """Of an amount: what all rows, those loaded and those rejected say together, in hundredths of
    the currency; `rows` loaded say one at all."""

    target: str
    rows: int
    in_fen: int
    loaded_fen: int
    rejected_fen: int


@dataclass(frozen=True)
class QualityReport:
    """How a tape reads: rows in = loaded + rejected, findings, and sums that reconcile alike.

    `from_on`: the earliest disbursement. Of a tape with payments, `payments_in` and the others are
    rows of those; else they are 0.
    """

    shape: str
    currency: str
    as_of_on: date
    from_on: date | None
    rows_in: int
    rows_loaded: int
    rows_rejected: int
    loans: int
    payments_in: int
    payments_loaded: int
    payments_rejected: int
    findings: tuple[Finding, ...]
    sums: tuple[AmountSum, ...]

    @property
    def reconciles(self) -> bool:
        """Whether rows and sums that went in came out again, loaded or rejected."""
        rows = self.rows_in == self.rows_loaded + self.rows_rejected
        payments = self.payments_in == self.payments_loaded + self.payments_rejected
        sums = all(each.in_fen == each.loaded_fen + each.rejected_fen for each in self.sums)
        return rows and payments and sums
