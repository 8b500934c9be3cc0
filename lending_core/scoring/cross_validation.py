"""How well a way of training does on rows it has not seen: every row is scored by a model that was
built without it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from lending_core.scoring import challenger, compile
from lending_core.scoring.challenger_training import train_challenger
from lending_core.scoring.performance import Metrics, metrics
from lending_core.scoring.plan import Candidate, Progress, TrainingPlan
from lending_core.scoring.train import train

# Trains on the first frame, and scores the second; names of the features used come with it.
Method = Callable[[pl.DataFrame, pl.DataFrame], tuple[pl.DataFrame, tuple[str, ...]]]


@dataclass(frozen=True)
class CrossValidation:
    """`folds` in their order; `together` over all rows, each scored once by the model that had not
    seen it. `features` are those of all models, the most often used first."""

    kind: str
    folds: tuple[Metrics, ...]
    together: Metrics
    features: tuple[str, ...]

    def mean(self, measure: str) -> float:
        """Mean over the folds of `auc`, `gini` or `ks`."""
        return float(np.mean([getattr(each, measure) for each in self.folds]))


def cross_validate(
    sample: pl.DataFrame,
    method: Method,
    kind: str,
    places: np.ndarray,
    progress: Progress | None = None,
) -> CrossValidation:
    """One model per fold of `places` (`fold_places`), and what it makes of the rows left out.

    Rows without a known outcome are left out. Raises `InvalidInput` as training does.
    """
    found: list[Metrics] = []
    scores: list[pl.DataFrame] = []
    used: list[str] = []
    folds = int(places.max()) + 1
    for fold in range(folds):
        rest, left_out = sample.filter(places != fold), sample.filter(places == fold)
        scored, names = method(rest, left_out)
        scores.append(scored.select("score", "is_bad"))
        found.append(_measured(scores[-1]))
        used += names
        if progress:
            progress(fold + 1, folds)
    names_by_use = sorted(dict.fromkeys(used), key=used.count, reverse=True)
    return CrossValidation(kind, tuple(found), _measured(pl.concat(scores)), tuple(names_by_use))


def fold_places(is_bad: pl.Series, folds: int, random: np.random.Generator) -> np.ndarray:
    """The fold of each row, from 0: goods and bads each dealt out at random, evenly."""
    places = np.empty(len(is_bad), dtype=np.int64)
    for kind in (True, False):
        rows = np.flatnonzero(is_bad.to_numpy() == kind)
        places[random.permutation(rows)] = np.arange(rows.size) % folds
    return places


def scorecard_method(plan: TrainingPlan, features: Sequence[Candidate]) -> Method:
    """Scorecards by a plan, which keeps no months of its own for testing."""
    whole = replace(plan, out_of_time_months=0, reject_inference="off")

    def run(rest: pl.DataFrame, left_out: pl.DataFrame) -> tuple[pl.DataFrame, tuple[str, ...]]:
        card = train(rest, whole, version=0, features=features).card
        return compile.assess(card, left_out), tuple(each.name for each in card.features)

    return run


def challenger_method(plan: TrainingPlan, features: Sequence[Candidate]) -> Method:
    """Challengers by the same plan."""
    whole = replace(plan, out_of_time_months=0, reject_inference="off")

    def run(rest: pl.DataFrame, left_out: pl.DataFrame) -> tuple[pl.DataFrame, tuple[str, ...]]:
        trained = train_challenger(rest, whole, version=0, features=features)
        names = tuple(each.name for each in trained.model_card.features)
        return challenger.assess(trained.challenger, left_out), names

    return run


def _measured(scored: pl.DataFrame) -> Metrics:
    found = metrics(scored)
    if found is None:
        raise ValueError("a fold of a sample with enough goods and bads has metrics")
    return found
