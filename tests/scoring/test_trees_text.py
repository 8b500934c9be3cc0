"""Trees are checked before LightGBM reads them, for it would follow a wrong number anywhere."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lending_core.scoring.trees_text import BrokenTrees, check_trees, trimmed

NAMES = ("income", "housing")


def grown() -> str:
    """Two trees over a number and a category."""
    import lightgbm

    random = np.random.default_rng(3)
    rows = np.column_stack([random.normal(size=2_000), random.integers(0, 4, 2_000)])
    is_bad = random.random(2_000) < 1 / (1 + np.exp(1 - rows[:, 0] - 3 * (rows[:, 1] == 2)))
    parameters = {"objective": "binary", "num_leaves": 6, "verbosity": -1, "num_threads": 1}
    data = lightgbm.Dataset(
        rows, is_bad.astype(float), feature_name=list(NAMES), categorical_feature=[1]
    )
    return trimmed(lightgbm.train(parameters, data, 2).model_to_string())


TEXT = grown()


def test_what_lightgbm_wrote_is_whole():
    check_trees(TEXT, NAMES)

    assert TEXT.endswith("\n\nend of trees\n")


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ("tree_sizes=", "tree_sizes=9"),
        ("num_leaves=6", "num_leaves=7"),
        ("num_leaves=6", "num_leaves=600000000"),
        ("split_feature=", "split_feature=9"),
        ("left_child=", "left_child=7"),
        ("right_child=", "right_child=-"),
        ("decision_type=", "decision_type=9"),
        ("cat_boundaries=0", "cat_boundaries=5"),
        ("num_cat=", "num_cat=1"),
        ("is_linear=0", "is_linear=1"),
        ("Tree=1", "Tree=2"),
        ("max_feature_idx=1", "max_feature_idx=2"),
        ("num_class=1", "num_class=3"),
        ("leaf_value=", "leaf_value=nan "),
        ("objective=binary", "objective=custom"),
        ("end of trees", "end of trees\nparameters:\n"),
        ("tree\n", ""),
    ],
)
def test_a_number_out_of_place_is_refused(was: str, now: str):
    assert was in TEXT

    with pytest.raises(BrokenTrees):
        check_trees(TEXT.replace(was, now, 1), NAMES)


def test_a_number_that_two_readers_read_differently_is_refused():
    child = TEXT.split("left_child=", 1)[1].split(" ", 1)[0]
    text = TEXT.replace(f"left_child={child} ", f"left_child={child[:-1]}0_{child[-1]} ", 1)
    first = text.split("tree_sizes=", 1)[1].split(" ", 1)[0]

    with pytest.raises(BrokenTrees):
        check_trees(text.replace(f"={first} ", f"={int(first) + 2} ", 1), NAMES)


def test_trees_of_other_features_are_refused():
    with pytest.raises(BrokenTrees):
        check_trees(TEXT, ("housing", "income"))


@given(st.integers(TEXT.index("Tree=0"), len(TEXT) - 1), st.integers(1, 40))
def test_trees_with_a_piece_missing_are_refused(start: int, length: int):
    with pytest.raises(BrokenTrees):
        check_trees(TEXT[:start] + TEXT[start + length :], NAMES)
