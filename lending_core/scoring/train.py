"""A scorecard from outcomes: optimal bins, weight of evidence, logistic regression, whole points.

1. Rows outside of the plan's window and grey ones are left out, the last months kept for testing.
2. `optbinning` cuts each feature into bins whose bad rate moves only as the candidate says.
3. Features that say too little (information value) are left out.
4. A logistic regression on weight of evidence; a feature whose sign contradicts its own bins is
   left out and the rest fitted again.
5. Points are scaled and rounded; then the whole card is shifted by the whole number of points
   that brings its mean default probability nearest to the sample's bad rate (calibration). That
   leaves at most half a point of error, 0.7 % of the odds.
6. With reject inference the declined join the sample by what this first card makes of them, and
   steps 2 to 5 are done again.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import polars as pl

from lending_core.scoring import model_card
from lending_core.scoring.compile import assess
from lending_core.scoring.document import content_hash
from lending_core.scoring.fitting import Fitted, Rows, fit
from lending_core.scoring.model_card import Calibration, FeatureUse, ModelCard, RejectInference
from lending_core.scoring.performance import Metrics
from lending_core.scoring.plan import Candidate, Progress, TrainingPlan, register_candidates
from lending_core.scoring.reject_inference import with_rejects
from lending_core.scoring.sampling import Split, split
from lending_core.scoring.scorecard import Development, Scorecard


@dataclass(frozen=True)
class Trained:
    """A scorecard and what is to be known of it."""

    card: Scorecard
    model_card: ModelCard


def train(  # noqa: PLR0913 (each part is named where it is called)
    sample: pl.DataFrame,
    plan: TrainingPlan,
    *,
    version: int,
    features: Sequence[Candidate] | None = None,
    rejects: pl.DataFrame | None = None,
    progress: Progress | None = None,
) -> Trained:
    """The scorecard of a sample: one row per loan with `applied_on` (absent from files without
    dates), a column per feature (those of the register unless given), and `is_bad` (null: grey).
    `rejects` are declined applicants with the same features, for reject inference.

    Raises `InvalidInput` with too few goods or bads, or where nothing separates them.
    """
    candidates = register_candidates() if features is None else tuple(features)
    parts = split(sample, plan, candidates)
    declined = parts.rejects(rejects) if plan.reject_inference != "off" else None
    steps = _Steps(len(candidates) * (1 if declined is None else 2), progress)
    first = fit(Rows.known(parts.development), candidates, plan, version, steps.next)
    if declined is None:
        return _finished(first, parts, None, parts.data_sha256)
    rows = with_rejects(first.card, parts.development, declined, plan)
    chosen = fit(rows, candidates, plan, version, steps.next)
    return _finished(
        chosen,
        parts,
        RejectInference(
            method=plan.reject_inference,
            rejects=declined.height,
            inferred_bads=rows.inferred_bads,
            off_development=parts.quality_of_development(assess(first.card, parts.development)),
            off_out_of_time=parts.quality_out_of_time(assess(first.card, parts.out_of_time)),
        ),
        parts.learnt_sha256(declined),
    )


class _Steps:
    """Counts the features that were cut, over all fits."""

    def __init__(self, total: int, progress: Progress | None) -> None:
        self.done, self.total, self.progress = 0, total, progress

    def next(self) -> None:
        self.done += 1
        if self.progress:
            self.progress(self.done, self.total)


def _finished(
    found: Fitted, parts: Split, inference: RejectInference | None, data_sha256: str
) -> Trained:
    scored = assess(found.card, parts.development)
    quality = parts.quality_of_development(scored)
    card = replace(
        found.card,
        development=Development(
            trained_from=quality.first_on,
            trained_to=quality.last_on,
            bad_rate=quality.bad_rate,
            mean_default_probability=quality.mean_default_probability,
            metrics=_known(quality.metrics),
            dropped=found.dropped,
        ),
    )
    before = assess(found.uncalibrated, parts.development)["default_probability"].to_numpy()
    return Trained(
        card,
        ModelCard(
            kind="scorecard",
            version=card.version,
            plan=parts.plan,
            development=quality,
            out_of_time=parts.quality_out_of_time(assess(card, parts.out_of_time)),
            features=_uses(card, scored),
            dropped=found.dropped,
            calibration=Calibration(
                mean_before=float(before.mean()),
                mean_after=quality.mean_default_probability,
                brier_before=model_card.brier(before, scored["is_bad"].to_numpy()),
                brier_after=quality.brier,
            ),
            reject_inference=inference,
            data_sha256=data_sha256,
            document_sha256=content_hash(card),
        ),
    )


def _uses(card: Scorecard, scored: pl.DataFrame) -> tuple[FeatureUse, ...]:
    points = scored["points"].to_list()
    spreads = pl.DataFrame(points, schema=[each.name for each in card.features], orient="row")
    deviations = spreads.select(pl.all().std()).row(0)
    return tuple(
        FeatureUse(
            name=each.name,
            weight=deviation / sum(deviations),
            bins=len(each.bins),
            information_value=each.information_value,
        )
        for each, deviation in zip(card.features, deviations, strict=True)
    )


def _known(metrics: Metrics | None) -> Metrics:
    if metrics is None:
        raise ValueError("a sample with enough goods and bads has metrics")
    return metrics
