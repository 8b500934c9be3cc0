"""Growing a challenger: how many trees, which, and the line that makes probabilities of them.

Folds say how many trees separate rows best that they did not learn from; what the trees of each
fold say of the rows left out also fits the calibrating line. Then all rows grow the trees. One seed
decides everything that is drawn, and threads change nothing.
"""

import functools
import math
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from lending_core.scoring import challenger as scoring
from lending_core.scoring import model_card
from lending_core.scoring.challenger import Challenger, Input, Line, matrix
from lending_core.scoring.model_card import Calibration, FeatureUse, ModelCard
from lending_core.scoring.plan import Candidate, Progress, TrainingPlan, register_candidates
from lending_core.scoring.sampling import Split, split
from lending_core.scoring.scorecard import Dropped
from lending_core.scoring.trees_text import trimmed
from lending_core.settings import reference_file

DIRECTIONS = {"ascending": 1, "descending": -1, "auto": 0, "any": 0}


@dataclass(frozen=True)
class TrainedChallenger:
    """A challenger and what is to be known of it."""

    challenger: Challenger
    model_card: ModelCard


@dataclass(frozen=True)
class GrowthRules:
    """How trees are grown; data/reference/scoring.toml."""

    learning_rate: float
    rounds_max: int
    rounds_without_gain: int
    folds: int
    leaves: int
    bin_values_max: int
    leaf_rows_min: int
    leaf_share_min: float
    features_share: float
    rows_share: float
    penalty: float
    seed: int


def train_challenger(
    sample: pl.DataFrame,
    plan: TrainingPlan,
    *,
    version: int,
    features: Sequence[Candidate] | None = None,
    progress: Progress | None = None,
) -> TrainedChallenger:
    """The challenger of a sample, as `train.train` takes it; declined applicants play no part.

    Raises `InvalidInput` with too few goods or bads.
    """
    candidates = register_candidates() if features is None else tuple(features)
    parts = split(sample, plan, candidates)
    inputs = tuple(_input(each, parts.development[each.name]) for each in candidates)
    is_bad = parts.development["is_bad"].to_numpy().astype(bool)
    booster, unseen = _grown(inputs, matrix(inputs, parts.development), is_bad, progress)
    grown = Challenger(
        version=version,
        target=plan.target,
        scale=plan.scale,
        features=inputs,
        booster_text=trimmed(booster.model_to_string()),
        calibration=_line(unseen, is_bad),
    )
    return TrainedChallenger(grown, _model_card(grown, booster, parts, unseen))


@functools.cache
def growth_rules() -> GrowthRules:
    document = tomllib.loads(reference_file("scoring.toml").read_text("utf-8"))
    return GrowthRules(**document["challenger"])


def _input(candidate: Candidate, values: pl.Series) -> Input:
    if candidate.kind == "category":
        known = values.cast(pl.String).drop_nulls().unique().sort().to_list()
        return Input(candidate.name, values=tuple(known))
    codes = candidate.codes if DIRECTIONS[candidate.risk] else ()
    return Input(candidate.name, candidate.risk, codes=codes)


def _grown(
    inputs: tuple[Input, ...], rows: np.ndarray, is_bad: np.ndarray, progress: Progress | None
) -> tuple[Any, np.ndarray]:
    """The trees of all rows, and the log odds of each row by trees that had not seen it."""
    # Takes a while to import, and only training needs it.
    import lightgbm

    rules, parameters = growth_rules(), _parameters(inputs, is_bad.size)
    folds = _folds(is_bad, rules)
    found = lightgbm.cv(
        parameters,
        _dataset(inputs, rows, is_bad, parameters),
        num_boost_round=rules.rounds_max,
        folds=folds,
        callbacks=[
            lightgbm.early_stopping(rules.rounds_without_gain, verbose=False),
            _telling(progress, rules.rounds_max),
        ],
        return_cvbooster=True,
    )
    trees: Any = found["cvbooster"]
    unseen = np.empty(is_bad.size)
    for (_, left_out), booster in zip(folds, trees.boosters, strict=True):
        unseen[left_out] = booster.predict(
            rows[left_out],
            raw_score=True,
            num_iteration=trees.best_iteration,
            num_threads=parameters["num_threads"],
        )
    booster = lightgbm.train(
        parameters, _dataset(inputs, rows, is_bad, parameters), trees.best_iteration
    )
    if progress:
        progress(rules.rounds_max + 1, rules.rounds_max + 1)
    return booster, unseen


def _telling(progress: Progress | None, rounds_max: int) -> Any:
    def tell(environment: Any) -> None:
        if progress:
            progress(environment.iteration + 1, rounds_max + 1)

    return tell


def _folds(is_bad: np.ndarray, rules: GrowthRules) -> list[tuple[np.ndarray, np.ndarray]]:
    from sklearn.model_selection import StratifiedKFold

    folds = StratifiedKFold(rules.folds, shuffle=True, random_state=rules.seed)
    return list(folds.split(np.zeros(is_bad.size), is_bad))


def _dataset(
    inputs: tuple[Input, ...], rows: np.ndarray, is_bad: np.ndarray, parameters: dict[str, Any]
) -> Any:
    import lightgbm

    return lightgbm.Dataset(
        rows,
        is_bad.astype(float),
        feature_name=[each.name for each in inputs],
        categorical_feature=[at for at, each in enumerate(inputs) if each.values],
        params=parameters,
        free_raw_data=False,
    )


def _parameters(inputs: tuple[Input, ...], rows: int) -> dict[str, Any]:
    rules = growth_rules()
    return {
        "objective": "binary",
        "metric": "auc",
        "learning_rate": rules.learning_rate,
        "num_leaves": rules.leaves,
        "max_bin": rules.bin_values_max,
        "min_data_in_leaf": max(rules.leaf_rows_min, round(rules.leaf_share_min * rows)),
        "feature_fraction": rules.features_share,
        "bagging_fraction": rules.rows_share,
        "bagging_freq": 1,
        "lambda_l2": rules.penalty,
        "monotone_constraints": [DIRECTIONS[each.risk] for each in inputs],
        "seed": rules.seed,
        "deterministic": True,
        "num_threads": scoring.threads(rows),
        "force_row_wise": True,
        "verbosity": -1,
    }


def _line(unseen: np.ndarray, is_bad: np.ndarray) -> Line:
    """Logistic regression of the outcome on log odds of trees that had not seen it."""
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=math.inf, tol=1e-8, max_iter=1_000)
    model.fit(unseen.reshape(-1, 1), is_bad)
    return Line(float(model.intercept_[0]), float(model.coef_[0][0]))


def _model_card(grown: Challenger, booster: Any, parts: Split, unseen: np.ndarray) -> ModelCard:
    scored = scoring.assess(grown, parts.development)
    is_bad = scored["is_bad"].to_numpy().astype(bool)
    line = grown.calibration
    before, after = _shares(unseen), _shares(line.intercept + line.slope * unseen)
    gains = booster.feature_importance("gain")
    used = sorted(zip(gains, grown.features, strict=True), key=lambda each: -each[0])
    return ModelCard(
        kind="challenger",
        version=grown.version,
        plan=parts.plan,
        development=parts.quality_of_development(scored),
        out_of_time=parts.quality_out_of_time(scoring.assess(grown, parts.out_of_time)),
        features=tuple(
            FeatureUse(each.name, float(gain / gains.sum())) for gain, each in used if gain > 0
        ),
        dropped=tuple(Dropped(each.name, "no_split") for gain, each in used if gain == 0),
        calibration=Calibration(
            mean_before=float(before.mean()),
            mean_after=float(after.mean()),
            brier_before=model_card.brier(before, is_bad),
            brier_after=model_card.brier(after, is_bad),
        ),
        reject_inference=None,
        data_sha256=parts.data_sha256,
        document_sha256=model_card.text_hash(scoring.to_json(grown)),
    )


def _shares(log_odds: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-log_odds))
