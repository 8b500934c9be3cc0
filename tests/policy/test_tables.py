"""A policy as editable tables."""

import polars as pl
import pytest

from lending_core.errors import InvalidInput
from lending_core.policy.tables import (
    bands_frame,
    caps_frame,
    gates_frame,
    products_frame,
    with_bands,
    with_caps,
    with_gates,
    with_products,
)
from tests.policy.builders import POLICY, an_applicant, decide


def test_unedited_tables_give_the_same_policy() -> None:
    policy = with_gates(POLICY, gates_frame(POLICY))
    policy = with_bands(policy, bands_frame(policy))
    policy = with_products(policy, products_frame(policy))
    policy = with_caps(policy, caps_frame(policy))

    assert policy == POLICY


def test_a_changed_limit_of_a_band_changes_the_decision() -> None:
    frame = bands_frame(POLICY)
    is_c = pl.col("name") == "C"
    changed = frame.with_columns(
        limit_person_fen=pl.when(is_c).then(4_000_000).otherwise("limit_person_fen")
    )

    draft = with_bands(POLICY, changed)

    assert decide(an_applicant(), draft)[2] == 4_000_000
    assert decide(an_applicant())[2] == 5_000_000


def test_a_removed_gate_no_longer_fires() -> None:
    draft = with_gates(POLICY, gates_frame(POLICY).filter(pl.col("code") != "student"))

    assert decide(an_applicant(is_student=True), draft)[0] == "approve"


@pytest.mark.parametrize(
    ("value", "kept"), [("18", 18), ("0.85", "0.85"), ("true", True), ("1_000", 1_000)]
)
def test_a_gate_value_is_typed_as_text_and_stays_exact(value: str, kept: object) -> None:
    frame = gates_frame(POLICY).with_columns(value=pl.lit(value))

    draft = with_gates(POLICY, frame)

    assert str(draft.gate[0].value) == str(kept)


@pytest.mark.parametrize("value", ["", None, "eighteen", "NaN", "1e30"])
def test_a_gate_value_that_is_no_number_is_refused_by_its_cell(value: str | None) -> None:
    frame = gates_frame(POLICY).with_columns(value=pl.lit(value, pl.String))

    with pytest.raises(InvalidInput) as refusal:
        with_gates(POLICY, frame)

    assert refusal.value.facts["place"] == "gate[1].value"


def test_an_emptied_table_is_refused() -> None:
    with pytest.raises(InvalidInput, match="band: expected at least one row"):
        with_bands(POLICY, bands_frame(POLICY).clear())


def test_a_cap_keeps_its_own_kind_of_number() -> None:
    frame = caps_frame(POLICY).with_columns(
        value=pl.when(pl.col("code") == "limit_step_fen").then(pl.lit("0.5")).otherwise("value")
    )

    with pytest.raises(InvalidInput) as refusal:
        with_caps(POLICY, frame)

    assert refusal.value.facts["place"] == "cap[10].value"
