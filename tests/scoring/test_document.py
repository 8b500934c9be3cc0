"""A card survives its document, and no other document becomes a card."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lending_core.errors import InvalidInput
from lending_core.scoring import features
from lending_core.scoring.document import content_hash, entry_scorecard, from_json, to_json
from lending_core.scoring.scorecard import Bin, ScoredFeature
from tests.scoring.cards import a_card, a_category, a_feature, a_trained_card

finite = st.floats(allow_nan=False, allow_infinity=False)


def a_document() -> dict:
    return json.loads(to_json(a_card()))


def refused(document: object) -> InvalidInput:
    with pytest.raises(InvalidInput) as refusal:
        from_json(json.dumps(document))
    return refusal.value


def test_a_trained_card_comes_back_the_same():
    card = a_trained_card()

    assert from_json(to_json(card)) == card


@given(st.lists(finite, min_size=1, max_size=6, unique=True))
def test_every_digit_of_an_edge_comes_back(splits: list[float]):
    card = a_card(a_feature("debt_to_income", sorted(splits), [0] * (len(splits) + 2)))

    assert from_json(to_json(card)) == card


def test_groups_of_values_and_of_codes_come_back_the_same():
    card = a_card(
        a_category("housing", {("own", "for free"): 310, ("租房",): 290}, 300),
        a_feature("duration", [12.0], [310, 290, 300], {(-9.0, -8.0): 280, (999.0,): 270}),
    )

    assert from_json(to_json(card)) == card


def test_a_card_without_groups_keeps_the_hash_it_had_before_there_were_any():
    assert content_hash(entry_scorecard()) == (
        "cc67831f66e9c2d29b24d4a1c28d5c6c0351c350b0f79f3a1bbf0109758776f6"
    )


OPEN = Bin(None, None, 0)
RANGES = (Bin(None, 1.0, 10), Bin(1.0, None, 20))


@pytest.mark.parametrize(
    ("ranges", "missing", "groups"),
    [
        pytest.param((), OPEN, (), id="neither ranges nor groups"),
        pytest.param((), OPEN, (OPEN,), id="a group of nothing"),
        pytest.param((), OPEN, (Bin(None, None, 1, codes=(1.0,)),), id="codes of a category"),
        pytest.param(RANGES, OPEN, (Bin(None, None, 1, values=("a",)),), id="values of a number"),
        pytest.param(
            RANGES,
            OPEN,
            (Bin(None, None, 1, codes=(1.0,)), Bin(None, None, 2, codes=(2.0, 1.0))),
            id="a code in two groups",
        ),
        pytest.param((), OPEN, (Bin(None, None, 1, values=("a", "a")),), id="a value twice"),
        pytest.param(RANGES, OPEN, (Bin(None, 2.0, 1, codes=(1.0,)),), id="a code with an edge"),
        pytest.param(RANGES, OPEN, (Bin(None, None, 1, codes=(math.inf,)),), id="an endless code"),
        pytest.param(RANGES, Bin(None, None, 0, codes=(1.0,)), (), id="a code of missing"),
        pytest.param(
            (Bin(None, 1.0, 10, codes=(0.0,)), Bin(1.0, None, 20)), OPEN, (), id="a code of a range"
        ),
    ],
)
def test_groups_that_do_not_list_each_value_once_are_refused(
    ranges: tuple[Bin, ...], missing: Bin, groups: tuple[Bin, ...]
):
    with pytest.raises(InvalidInput) as refusal:
        ScoredFeature("debt_to_income", ranges, missing, groups=groups)

    assert refusal.value.reason == "scorecard_bins_broken"


@pytest.mark.parametrize("value", ["a\0b", "\ud800"])
def test_a_text_that_no_engine_can_hold_is_refused(value: str):
    document = a_document()
    document["features"][0]["groups"] = [
        {"lower": None, "upper": None, "points": 1, "values": [value]}
    ]

    assert refused(document).facts == {"where": "scorecard.features[0].groups[0].values[0]"}


def test_the_hash_is_of_the_content_and_not_of_its_spelling():
    spelled = json.dumps(a_document(), indent=4, sort_keys=True)

    assert content_hash(from_json(spelled)) == content_hash(a_card())


def test_one_point_changes_the_hash():
    document = a_document()
    document["features"][0]["ranges"][0]["points"] += 1

    assert content_hash(from_json(json.dumps(document))) != content_hash(a_card())


def test_the_entry_card_is_an_assumption_and_a_trained_card_is_not():
    assert entry_scorecard().is_assumption
    assert not a_trained_card().is_assumption


def test_the_entry_card_is_of_the_register_and_has_a_sensible_reach():
    card = entry_scorecard()

    assert {feature.name for feature in card.features} <= features.register().keys()
    assert (card.version, len(card.features)) == (1, 13)
    assert (card.worst_score, card.best_score) == (212, 695)


def test_text_that_is_not_json_is_refused():
    with pytest.raises(InvalidInput) as refusal:
        from_json("{")

    assert refusal.value.reason == "scorecard_not_json"


def test_nesting_without_end_is_refused():
    with pytest.raises(InvalidInput) as refusal:
        from_json("[" * 100_000)

    assert refusal.value.reason == "scorecard_not_json"


@pytest.mark.parametrize("document", [None, 7, [], "card", True])
def test_json_that_is_not_a_record_is_refused(document: object):
    assert refused(document).facts == {"where": "scorecard"}


@pytest.mark.parametrize("field", ["version", "target", "scale", "features"])
def test_a_missing_field_is_named(field: str):
    document = a_document()
    del document[field]

    assert refused(document).facts == {"where": f"scorecard.{field}"}


def test_an_unknown_field_is_named():
    document = a_document()
    document["features"][1]["missing"]["colour"] = "red"

    assert refused(document).facts == {"where": "scorecard.features[1].missing.colour"}


@pytest.mark.parametrize("points", [1.5, 1.0, "1", None, True, math.nan, 2**31])
def test_points_that_are_not_whole_numbers_are_refused(points: object):
    document = a_document()
    document["features"][0]["ranges"][1]["points"] = points

    assert refused(document).facts == {"where": "scorecard.features[0].ranges[1].points"}


@pytest.mark.parametrize("upper", [math.nan, math.inf, "3", True, pytest.param(10**309, id="huge")])
def test_an_edge_that_is_not_a_finite_number_is_refused(upper: object):
    document = a_document()
    document["features"][0]["ranges"][0]["upper"] = upper

    assert refused(document).facts == {"where": "scorecard.features[0].ranges[0].upper"}


@pytest.mark.parametrize("field", ["trained_from", "trained_to"])
def test_a_date_that_is_none_is_refused(field: str):
    document = json.loads(to_json(a_trained_card()))
    document["development"][field] = "2024-02-30"

    assert refused(document).facts == {"where": f"scorecard.development.{field}"}


@pytest.mark.parametrize(
    ("bin_at", "edge", "value"),
    [
        (0, "lower", 0.0),
        (2, "upper", 9.0),
        (1, "lower", 0.4),
        (1, "upper", 0.1),
        (0, "upper", None),
    ],
)
def test_bins_with_a_gap_an_overlap_or_an_end_are_refused(bin_at: int, edge: str, value: float):
    document = a_document()
    document["features"][1]["ranges"][bin_at][edge] = value

    assert refused(document).reason == "scorecard_bins_broken"


def test_a_missing_bin_with_an_edge_is_refused():
    document = a_document()
    document["features"][1]["missing"]["lower"] = 0.0

    assert refused(document).reason == "scorecard_bins_broken"


def test_a_single_bin_for_all_numbers_is_refused():
    document = a_document()
    document["features"][1]["ranges"] = [{"lower": None, "upper": None, "points": 1}]

    assert refused(document).reason == "scorecard_bins_broken"


@pytest.mark.parametrize("points", [1000, -1000])
def test_points_up_to_a_thousand_are_possible(points: int):
    document = a_document()
    document["features"][0]["missing"]["points"] = points

    assert from_json(json.dumps(document)).features[0].missing.points == points


@pytest.mark.parametrize("points", [1001, -1001])
def test_points_beyond_a_thousand_are_refused(points: int):
    document = a_document()
    document["features"][0]["missing"]["points"] = points

    assert refused(document).facts == {"points": points, "points_max": 1000}


@pytest.mark.parametrize(
    ("field", "value"),
    [("anchor_score", 1001), ("anchor_goods_per_bad", 0), ("points_to_double_odds", 19)],
)
def test_a_scale_that_nobody_uses_is_refused(field: str, value: int):
    document = a_document()
    document["scale"][field] = value

    assert refused(document).reason == "scorecard_scale_broken"


def test_a_gate_in_a_document_is_refused():
    document = a_document()
    document["features"][0]["name"] = "age_years"

    assert refused(document).reason == "scorecard_feature_not_allowed"


def test_a_feature_twice_or_none_at_all_is_refused():
    twice = a_document()
    twice["features"][1] = twice["features"][0]

    assert refused(twice).reason == "scorecard_features_broken"
    assert refused(a_document() | {"features": []}).reason == "scorecard_features_broken"
