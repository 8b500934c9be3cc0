"""Names of what a replay is told in: measures, what it is split by, and the values of those."""

from lending_core.policy.replay_people import Cell
from pages.ui.session import language
from pages.ui.text import reference_name, sentences, t

_REFERENCES = {"product_code": "product", "region_code": "region"}


def measure_name(measure: str) -> str:
    """Name of one of `replay_compare.MEASURES`."""
    return t(f"policy_replay.measure.{measure}")


def dimension_name(by: str) -> str:
    """Name of one of `replay.DIMENSIONS`."""
    return t(f"policy_replay.by.{by}")


def value_name(by: str, code: str | None) -> str:
    """Name of a value of a dimension."""
    if code is None:
        return t("policy_replay.unknown")
    if by in _REFERENCES:
        return reference_name(_REFERENCES[by], code, language())
    return sentences(language()).get(f"{by}.{code}", code)


def cell_name(cell: Cell) -> str:
    """A cell in words: whose policy, which value of what, on which evidence."""
    said = [t(f"policy.{cell.side}")]
    if cell.dimension is not None:
        said.append(f"{dimension_name(cell.dimension)} {value_name(cell.dimension, cell.value)}")
    if cell.evidence is not None:
        said.append(t(f"evidence.{cell.evidence}"))
    return t("policy_replay.list_separator").join(said)
