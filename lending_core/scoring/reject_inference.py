"""What the declined would have done: they join the sample as the accepted of their score behaved.

Declined applicants have no outcome. Each enters twice, as good and as bad, weighted by how likely
either is, so that no dice are thrown and the same sample gives the same card:

- `fuzzy`: by the default probability of the card trained on the accepted;
- `parcelling`: by the bad rate of the accepted in the same tenth of the score, times
  `parcelling_uplift`, because who was declined was declined for a reason.

Source: facts, section 10 (practice of credit bureaus); the uplift is an assumption.
"""

import numpy as np
import polars as pl

from lending_core.scoring.compile import assess
from lending_core.scoring.fitting import Rows
from lending_core.scoring.plan import TrainingPlan
from lending_core.scoring.scorecard import Scorecard

BANDS = 10
# Nobody is taken to be bad for sure.
BAD_SHARE_MAX = 0.99


def with_rejects(
    card: Scorecard, accepted: pl.DataFrame, rejects: pl.DataFrame, plan: TrainingPlan
) -> Rows:
    """The accepted with their outcomes, and the rejects as `card` and the plan see them."""
    scored, unknown = assess(card, accepted), assess(card, rejects)
    if plan.reject_inference == "parcelling":
        bad_share = _band_rates(scored, unknown["score"].to_numpy()) * plan.parcelling_uplift
    else:
        bad_share = unknown["default_probability"].to_numpy()
    bad_share = np.minimum(bad_share, BAD_SHARE_MAX)
    inputs = [name for name in accepted.columns if name not in {"applied_on", "is_bad"}]
    known, inferred = accepted.select(inputs), rejects.select(inputs)
    return Rows(
        inputs=pl.concat([known, inferred, inferred], how="vertical_relaxed"),
        is_bad=np.concatenate(
            [
                accepted["is_bad"].to_numpy().astype(bool),
                np.zeros(rejects.height, dtype=bool),
                np.ones(rejects.height, dtype=bool),
            ]
        ),
        weights=np.concatenate([np.ones(accepted.height), 1 - bad_share, bad_share]),
        inferred_bads=float(bad_share.sum()),
    )


def _band_rates(accepted: pl.DataFrame, scores: np.ndarray) -> np.ndarray:
    """Bad rate of the accepted in the tenth of their scores that each of `scores` falls in."""
    known, is_bad = accepted["score"].to_numpy(), accepted["is_bad"].to_numpy().astype(bool)
    edges = np.unique(np.quantile(known, np.arange(1, BANDS) / BANDS))
    bands = np.searchsorted(edges, known, side="right")
    size = edges.size + 1
    bads = np.bincount(bands[is_bad], minlength=size)
    counts = np.bincount(bands, minlength=size)
    rates = np.where(counts > 0, bads / np.maximum(counts, 1), is_bad.mean())
    return rates[np.searchsorted(edges, scores, side="right")]
