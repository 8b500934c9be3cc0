"""LightGBM's text of trees, checked before LightGBM reads it: it trusts its file and may crash.

Everything by which it steps through memory is checked: the bytes of each tree, the length of each
list, every child, feature and category. What follows the trees (importances, parameters) is for
people, and is cut off.
"""

import math
import re
from collections.abc import Callable

TREES_END = "end of trees\n"

_HEAD = {
    "version": "v4",
    "num_class": "1",
    "num_tree_per_iteration": "1",
    "label_index": "0",
    "objective": "binary sigmoid:1",
}
_HEAD_KEYS = {*_HEAD, "max_feature_idx", "feature_names", "feature_infos", "tree_sizes"}
_OPTIONAL_HEAD_KEYS = {"monotone_constraints"}
_NODES = ("split_feature", "split_gain", "threshold", "decision_type", "left_child", "right_child")
_NODES_SEEN = ("internal_value", "internal_weight", "internal_count")
_LEAVES = ("leaf_value", "leaf_weight", "leaf_count")
_CATEGORIES = ("cat_boundaries", "cat_threshold")
_TREE_KEYS = {"Tree", "num_leaves", "num_cat", "is_linear", "shrinkage"}
_INFO = re.compile(r"none|\[[-+.0-9e]+:[-+.0-9e]+\]|-?\d+(:-?\d+)*")
_IS_CATEGORY = 1
_WORD_MAX = 2**32 - 1


class BrokenTrees(ValueError):
    """The text is not one that LightGBM wrote for these features."""


def trimmed(text: str) -> str:
    """The trees alone, of a text that LightGBM wrote."""
    return text[: text.index(TREES_END) + len(TREES_END)]


def check_trees(text: str, names: tuple[str, ...]) -> None:
    """Raises `BrokenTrees` unless the text is of trees over features of these `names`."""
    _demand(text.isascii() and text.endswith(TREES_END))
    head, _, rest = text.removesuffix(TREES_END).partition("\n\n")
    facts = _facts(head.removeprefix("tree\n"))
    _demand(head.startswith("tree\n"))
    _check_head(facts, names)
    place = 0
    for number, size in enumerate(_numbers(facts["tree_sizes"], int)):
        _demand(size > 0)
        _check_tree(_facts(rest[place : place + size].rstrip("\n")), number, len(names))
        place += size
    _demand(len(rest) == place)


def _check_head(facts: dict[str, str], names: tuple[str, ...]) -> None:
    _demand(facts.keys() - _OPTIONAL_HEAD_KEYS == _HEAD_KEYS)
    _demand(all(facts[key] == value for key, value in _HEAD.items()))
    _demand(tuple(facts["feature_names"].split(" ")) == names)
    _demand(facts["max_feature_idx"] == str(len(names) - 1))
    infos = facts["feature_infos"].split(" ")
    _demand(len(infos) == len(names) and all(_INFO.fullmatch(info) for info in infos))
    directions = _numbers(facts.get("monotone_constraints", "0 " * len(names)), int)
    _demand(len(directions) == len(names) and set(directions) <= {-1, 0, 1})


def _check_tree(facts: dict[str, str], number: int, features: int) -> None:
    leaves, categories = _number(facts, "num_leaves"), _number(facts, "num_cat")
    known = {*_TREE_KEYS, *_NODES, *_NODES_SEEN, *_LEAVES, *_CATEGORIES}
    _demand(facts.keys() <= known and facts.keys() >= {*_TREE_KEYS, "leaf_value"})
    _demand(facts["Tree"] == str(number) and facts["is_linear"] == "0")
    _demand(leaves >= 1 and categories >= 0)
    _check_numbers([facts["shrinkage"]], 1)
    # A gain and an edge may be infinite; what is added up may not.
    _demand(all(map(math.isfinite, _numbers(facts["leaf_value"], float))))
    _check_numbers([facts[key] for key in _LEAVES if key in facts], leaves, may_lack=leaves == 1)
    if leaves == 1:
        _check_numbers([facts["leaf_value"]], 1)
        return
    _demand(facts.keys() >= {*_NODES, *_NODES_SEEN, *_LEAVES})
    _check_numbers([facts[key] for key in (*_NODES, *_NODES_SEEN)], leaves - 1)
    _check_nodes(facts, leaves, categories, features)


def _check_nodes(facts: dict[str, str], leaves: int, categories: int, features: int) -> None:
    _demand(all(0 <= each < features for each in _numbers(facts["split_feature"], int)))
    left, right = _numbers(facts["left_child"], int), _numbers(facts["right_child"], int)
    # Every node and leaf hangs once, and below nodes of smaller number: that is a tree.
    _demand(sorted(left + right) == [*range(-leaves, 0), *range(1, leaves - 1)])
    _demand(all(child < 0 or child > at for at, child in [*enumerate(left), *enumerate(right)]))
    kinds = _numbers(facts["decision_type"], int)
    _demand(all(0 <= kind < 2**7 for kind in kinds))
    splits = zip(kinds, _numbers(facts["threshold"], float), strict=True)
    chosen = [threshold for kind, threshold in splits if kind & _IS_CATEGORY]
    _demand(all(each in range(categories) for each in chosen))
    if categories:
        bounds = _numbers(facts.get("cat_boundaries", ""), int)
        words = _numbers(facts.get("cat_threshold", ""), int)
        _demand(len(bounds) == categories + 1 and bounds[0] == 0 and bounds[-1] == len(words))
        _demand(bounds == sorted(set(bounds)) and all(0 <= word <= _WORD_MAX for word in words))


def _check_numbers(lists: list[str], length: int, *, may_lack: bool = False) -> None:
    for text in lists:
        if text or not may_lack:
            _demand(len(_numbers(text, float)) == length)


def _facts(block: str) -> dict[str, str]:
    lines = [line.partition("=") for line in block.split("\n")]
    facts = {key: value for key, _, value in lines}
    _demand(len(facts) == len(lines))
    return facts


def _number(facts: dict[str, str], key: str) -> int:
    (number,) = _numbers(facts.get(key, ""), int) or [-1]
    return number


def _numbers(text: str, kind: Callable[[str], float]) -> list:
    # Python reads 0_9 as nine, LightGBM as nought: a tree could bite its own tail.
    _demand("_" not in text)
    try:
        return [kind(each) for each in text.split()]
    except ValueError:
        raise BrokenTrees from None


def _demand(holds: bool) -> None:
    if not holds:
        raise BrokenTrees
