"""A plan's choices are bounded, and the house's plan is what its reference file says."""

from dataclasses import replace
from datetime import date

import pytest

from lending_core.errors import InvalidInput
from lending_core.scoring.features import score_features
from lending_core.scoring.plan import Candidate, house_plan, register_candidates
from lending_core.scoring.standards import Target


@pytest.mark.parametrize(
    ("field", "inside", "outside"),
    [
        ("bins_max", 2, 1),
        ("bins_max", 20, 21),
        ("bin_share_min", 0.4, 0.41),
        ("information_value_min", 0.0, -0.01),
        ("out_of_time_months", 36, 37),
        ("parcelling_uplift", 1.0, 0.99),
    ],
)
def test_a_choice_beyond_its_bounds_is_refused(field: str, inside: float, outside: float):
    assert getattr(replace(house_plan(), **{field: inside}), field) == inside

    with pytest.raises(InvalidInput) as refusal:
        replace(house_plan(), **{field: outside})

    assert refusal.value.facts["field"] == field


def test_reject_inference_is_one_of_three():
    with pytest.raises(InvalidInput) as refusal:
        replace(house_plan(), reject_inference="magic")

    assert refusal.value.facts == {"choices": "off, fuzzy, parcelling"}


def test_a_sample_cannot_end_before_it_begins():
    day, before = date(2025, 5, 2), date(2025, 5, 1)
    assert replace(house_plan(), sample_from=day, sample_to=day).sample_to == day

    with pytest.raises(InvalidInput) as refusal:
        replace(house_plan(), sample_from=day, sample_to=before)

    assert refusal.value.reason == "training_plan_window"


@pytest.mark.parametrize(
    "facts", [(0, 6, None), (31, 0, None), (31, 6, 31), (31, 6, 0), (361, 6, None)]
)
def test_a_target_that_nobody_can_meet_is_refused(facts: tuple[int, int, int | None]):
    with pytest.raises(InvalidInput) as refusal:
        Target(*facts)

    assert refusal.value.reason == "training_target_broken"


@pytest.mark.parametrize(
    "facts", [{"kind": "word"}, {"risk": "sideways"}, {"kind": "category", "risk": "ascending"}]
)
def test_a_candidate_described_wrongly_is_refused(facts: dict[str, str]):
    with pytest.raises(InvalidInput) as refusal:
        Candidate("housing", **facts)

    assert refusal.value.reason == "training_candidate_broken"


def test_the_registers_score_features_are_the_candidates():
    names = [each.name for each in register_candidates()]

    assert names == [each.name for each in score_features()]
