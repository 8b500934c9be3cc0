"""The table that a training on the book prints: how the new model does, and on what."""

from lending_core.operations.own_data_report import aligned
from lending_core.scoring.model_card import ModelCard, Quality

_HEAD = ("tested on", "rows", "bads", "AUC", "95 % interval", "KS", "bad rate", "promised")


def report(card: ModelCard) -> str:
    """One line per set of rows: those it was trained on, later ones, and with reject inference the
    same for the model without it; then the features by weight, and those left out and why."""
    tested = [("development", card.development), ("out of time", card.out_of_time)]
    inferred = card.reject_inference
    if inferred:
        tested += [
            ("development, inference off", inferred.off_development),
            ("out of time, inference off", inferred.off_out_of_time),
        ]
    lines = [_HEAD, *(_line(name, quality) for name, quality in tested if quality)]
    used = [f"{each.name} {each.weight:.0%}" for each in card.features]
    dropped = [f"{each.name} ({each.reason})" for each in card.dropped]
    said = [*aligned(lines), "", f"uses: {', '.join(used)}", f"left out: {', '.join(dropped)}"]
    if inferred:
        said.append(
            f"{inferred.method}: of {inferred.rejects:,} declined applications "
            f"{inferred.inferred_bads:,.1f} taken to be bad"
        )
    return "\n".join(said)


def _line(name: str, quality: Quality) -> tuple[str, ...]:
    measured = quality.metrics
    shown = (
        (f"{measured.auc:.4f}", f"{measured.auc_low:.4f} to {measured.auc_high:.4f}")
        if measured
        else ("-", "-")
    )
    return (
        name,
        f"{quality.rows:,}",
        f"{quality.bads:,}",
        *shown,
        f"{measured.ks:.4f}" if measured else "-",
        f"{quality.bad_rate:.2%}",
        f"{quality.mean_default_probability:.2%}",
    )
