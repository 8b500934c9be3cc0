"""How far the scores of a month's applicants are from those for whom the model was first used."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import polars as pl

from lending_core.portfolio.early_warning import READING_SCHEMA
from lending_core.scoring.performance import psi
from lending_core.scoring.stability import BANDS, chance_psi

_TENTHS = np.arange(1, BANDS) / BANDS


def score_readings(counted: pl.DataFrame, measure: str) -> pl.DataFrame:
    """One reading per segment and month after the first ones of the model: `READING_SCHEMA`.

    value: PSI of the scores in tenths of the reference; chance: what it exceeds by chance once in
    twenty (`stability.chance_psi`). Needs segment_kind, segment, measured_on, score, is_reference,
    applications (`warning_score.sql`).
    """
    known = counted.filter(pl.col("segment").is_not_null()).sort("measured_on", "score")
    rows = [
        row
        for (kind, segment), part in known.group_by("segment_kind", "segment", maintain_order=True)
        for row in _months(part, {"measure": measure, "segment_kind": kind, "segment": segment})
    ]
    return pl.DataFrame(rows, schema=READING_SCHEMA)


def _months(part: pl.DataFrame, of: dict[str, Any]) -> Iterator[dict[str, Any]]:
    reference = _scores(part.filter("is_reference"))
    if not reference.size:
        return
    edges = np.unique(np.quantile(reference, _TENTHS))
    was = _bands(reference, edges)
    later = part.filter(~pl.col("is_reference"))
    for (measured_on,), rows in later.group_by("measured_on", maintain_order=True):
        scores = _scores(rows)
        yield {
            **of,
            "measured_on": measured_on,
            "value": psi(was, _bands(scores, edges)),
            "units": scores.size,
            "cases": None,
            "chance": chance_psi(reference.size, scores.size, was.size),
        }


def _scores(rows: pl.DataFrame) -> np.ndarray:
    return np.repeat(rows["score"].to_numpy(), rows["applications"].to_numpy())


def _bands(scores: np.ndarray, edges: np.ndarray) -> np.ndarray:
    return np.bincount(np.searchsorted(edges, scores, side="right"), minlength=edges.size + 1)
