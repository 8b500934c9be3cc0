"""What a matching answers: who funds what, what waits and why, which limits bind."""

from dataclasses import dataclass
from typing import Literal

import polars as pl

Status = Literal["best", "found"]

SHARES = {
    "loan_id": pl.Int64,
    "funder_code": pl.String,
    "role": pl.String,
    "share_fen": pl.Int64,
    "annual_cost_ppm": pl.Int64,
}
LEFT = {
    "loan_id": pl.Int64,
    "principal_fen": pl.Int64,
    "reason": pl.String,
    "funder_code": pl.String,
    "missing_fen": pl.Int64,
}
LIMITS = {
    "limit": pl.String,
    "funder_code": pl.String,
    "other_code": pl.String,
    "room_fen": pl.Int64,
    "used_fen": pl.Int64,
    "is_binding": pl.Boolean,
    "shadow_price_fen": pl.Int64,
}


@dataclass(frozen=True)
class Matching:
    """The answer to a batch.

    `shares`: one row per loan and funder (`whole`, or `lead` and `partner`), in order of loan_id;
    the shares of a loan add up to its principal. `left`: one row per loan that waits, with the
    first reason (see `reasons.REASONS`), the funder that was nearest to funding it and how much
    more room it would have needed (null where no amount helps). `limits`: one row per limit;
    `shadow_price_fen`: what 10,000 yuan more room would be worth a year, by the relaxation.

    `value` and `value_max` are in fen x millionths a year, of what the objective seeks: `best`
    means that no answer is worth more; `found`, that none is worth more than `value_max`.
    `cost_fen` is a year's cost of what is funded, `interest_fen` a year's interest, both on the
    principal paid out and rounded down.
    """

    status: Status
    shares: pl.DataFrame
    left: pl.DataFrame
    limits: pl.DataFrame
    funded_fen: int
    left_fen: int
    cost_fen: int
    interest_fen: int
    value: int
    value_max: int

    @property
    def spread_fen(self) -> int:
        """A year's interest less a year's cost of what is funded."""
        return self.interest_fen - self.cost_fen

    @property
    def gap_ppm(self) -> int:
        """How much more any answer could be worth, in millionths of this one's worth."""
        return (self.value_max - self.value) * 1_000_000 // max(abs(self.value), 1)
