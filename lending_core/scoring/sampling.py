"""The rows that a training may use: in its window, of known outcome, the last kept for tests."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import polars as pl

from lending_core.dates import add_months
from lending_core.errors import InvalidInput
from lending_core.scoring import standards
from lending_core.scoring.model_card import Quality, data_hash, quality, text_hash
from lending_core.scoring.plan import Candidate, TrainingPlan


@dataclass(frozen=True, eq=False)
class Split:
    """`development` rows train, `out_of_time` rows test; both have known outcomes, and the grey
    rows of either window are counted only."""

    plan: TrainingPlan
    development: pl.DataFrame
    out_of_time: pl.DataFrame
    grey: int
    grey_out_of_time: int
    data_sha256: str

    def quality_of_development(self, scored: pl.DataFrame) -> Quality:
        return quality(scored, self.grey)

    def quality_out_of_time(self, scored: pl.DataFrame) -> Quality | None:
        """None where the plan keeps no months, or nobody of them has a known outcome."""
        return None if scored.is_empty() else quality(scored, self.grey_out_of_time)

    def rejects(self, rejects: pl.DataFrame | None) -> pl.DataFrame | None:
        """Those of the development window; None where there is nobody."""
        if rejects is None or "applied_on" not in self.development.columns:
            return rejects if rejects is not None and rejects.height else None
        dates = self.development["applied_on"]
        within = rejects.filter(pl.col("applied_on").is_between(dates.min(), dates.max()))
        return within if within.height else None

    def learnt_sha256(self, declined: pl.DataFrame | None) -> str:
        """SHA-256 of all that a model learns from: `data_sha256`, and where `declined` applicants
        join the sample, one over that and theirs."""
        if declined is None:
            return self.data_sha256
        inputs = [name for name in self.development.columns if name != "is_bad"]
        return text_hash(self.data_sha256 + data_hash(declined.select(inputs)))


def split(sample: pl.DataFrame, plan: TrainingPlan, candidates: Sequence[Candidate]) -> Split:
    """Raises `InvalidInput` where too few goods or bads are left to learn from."""
    dates = ["applied_on"] if "applied_on" in sample.columns else []
    used = sample.select(*dates, *(each.name for each in candidates), "is_bad")
    if dates:
        used = used.filter(_in_window(plan))
    is_test = _is_out_of_time(used, plan) if dates else pl.lit(False)
    known, grey = pl.col("is_bad").is_not_null(), pl.col("is_bad").is_null()
    development = used.filter(known & ~is_test)
    _demand_enough(development["is_bad"])
    return Split(
        plan=plan,
        development=development,
        out_of_time=used.filter(known & is_test),
        grey=used.filter(grey & ~is_test).height,
        grey_out_of_time=used.filter(grey & is_test).height,
        data_sha256=data_hash(used),
    )


def _in_window(plan: TrainingPlan) -> pl.Expr:
    on, within = pl.col("applied_on"), pl.lit(True)
    if plan.sample_from:
        within &= on >= plan.sample_from
    if plan.sample_to:
        within &= on <= plan.sample_to
    return within


def _is_out_of_time(used: pl.DataFrame, plan: TrainingPlan) -> pl.Expr:
    """Applications of the last months up to the newest one."""
    newest_on = used["applied_on"].max()
    if newest_on is None or not plan.out_of_time_months:
        return pl.lit(False)
    # Counted from the day after, so that months that are over are left whole.
    first_on = add_months(newest_on + timedelta(days=1), -plan.out_of_time_months)  # type: ignore[operator, arg-type]
    return pl.col("applied_on") >= first_on


def _demand_enough(is_bad: pl.Series) -> None:
    rules = standards.training_rules()
    bads = int(is_bad.sum())
    goods = len(is_bad) - bads
    if bads < rules.bads_min or goods < rules.goods_min:
        raise InvalidInput(
            "training_outcomes_too_few",
            bads=bads,
            goods=goods,
            bads_min=rules.bads_min,
            goods_min=rules.goods_min,
        )
