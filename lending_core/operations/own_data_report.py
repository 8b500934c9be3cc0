"""The table that a training on somebody's own file prints."""

from collections.abc import Sequence

import polars as pl

from lending_core.scoring.cross_validation import CrossValidation
from lending_core.scoring.file_mapping import FileMapping
from lending_core.scoring.performance import Metrics

_HEAD = ("model", "tested on", "rows", "bads", "AUC", "95 % interval", "Gini", "KS")


def report(sample: pl.DataFrame, mapping: FileMapping, tested: Sequence[CrossValidation]) -> str:
    """What was trained on, one line per fold and model, their mean, all rows together (each scored
    by the model that had not seen it), and the features that each kind of model used."""
    bads = int(sample["is_bad"].sum())
    lines = [_HEAD, *(line for each in tested for line in _lines(each))]
    used = [f"{each.kind} uses: {', '.join(each.features)}" for each in tested]
    aside = ", ".join(mapping.audit) or "-"
    return "\n".join(
        [
            f"{sample.height:,} rows, {bads:,} bad ({bads / sample.height:.2%})",
            "",
            *aligned(lines),
            "",
            *used,
            f"kept aside, in no score: {aside}",
        ]
    )


def aligned(lines: Sequence[Sequence[str]]) -> list[str]:
    """A table's lines with its columns under each other."""
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return [_row(line, widths) for line in lines]


def _lines(tested: CrossValidation) -> list[tuple[str, ...]]:
    folds = [
        _line(tested.kind, f"fold {at}", measured) for at, measured in enumerate(tested.folds, 1)
    ]
    mean = [f"{tested.mean(measure):.4f}" for measure in ("auc", "gini", "ks")]
    return [
        *folds,
        (tested.kind, "mean of folds", "", "", mean[0], "", *mean[1:]),
        _line(tested.kind, "all, unseen", tested.together),
    ]


def _line(kind: str, where: str, measured: Metrics) -> tuple[str, ...]:
    return (
        kind,
        where,
        f"{measured.applicants:,}",
        f"{measured.bads:,}",
        f"{measured.auc:.4f}",
        f"{measured.auc_low:.4f} to {measured.auc_high:.4f}",
        f"{measured.gini:.4f}",
        f"{measured.ks:.4f}",
    )


def _row(line: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
