"""Trees of hashes are those of RFC 6962, and their proofs hold for what is true only."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lending_core.ledger.merkle import (
    EMPTY_ROOT,
    consistency_path,
    inclusion_path,
    inclusion_paths,
    root,
)
from lending_core.ledger.verify import grew, leaf_hash, root_of_path

# The leaves, roots and paths that implementations of Certificate Transparency are tested with
# (google/certificate-transparency, merkle_tree_test.cc).
LEAVES = [
    leaf_hash(bytes.fromhex(text))
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = (
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)
FIRST_OF_EIGHT = (
    "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
    "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
    "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
)
SIX_TO_EIGHT = (
    "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
    "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
)

sizes = st.integers(1, 40)


def leaves_of(size: int) -> list[bytes]:
    return [leaf_hash(bytes([number])) for number in range(size)]


@pytest.mark.parametrize("size", range(1, 9))
def test_roots_are_the_published_ones(size: int) -> None:
    assert root(LEAVES[:size]).hex() == ROOTS[size - 1]


def test_the_root_of_nothing_is_the_hash_of_nothing() -> None:
    assert root([]) == EMPTY_ROOT
    assert EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_the_path_of_a_leaf_is_the_published_one() -> None:
    assert [node.hex() for node in inclusion_path(LEAVES, 0)] == list(FIRST_OF_EIGHT)


def test_the_path_from_six_to_eight_leaves_is_the_published_one() -> None:
    assert [node.hex() for node in consistency_path(LEAVES, 6)] == list(SIX_TO_EIGHT)


@given(size=sizes)
def test_each_leaf_leads_to_the_root(size: int) -> None:
    leaves = leaves_of(size)

    paths = inclusion_paths(leaves, range(size))

    found = {
        root_of_path(leaf, place, size, path)
        for place, (leaf, path) in enumerate(zip(leaves, paths, strict=True))
    }
    assert found == {root(leaves)}


@given(size=sizes, place=sizes, other=sizes)
def test_a_leaf_does_not_lead_to_the_root_from_another_place(
    size: int, place: int, other: int
) -> None:
    leaves, at, wrong = leaves_of(size + 1), place % (size + 1), (place + other) % (size + 1)
    path = inclusion_path(leaves, at)

    found = root_of_path(leaves[at], wrong, size + 1, path)

    assert (found == root(leaves)) is (at == wrong)


@given(size=sizes, more=st.integers(0, 20))
def test_a_tree_continues_each_of_its_beginnings(size: int, more: int) -> None:
    leaves = leaves_of(size + more)

    path = consistency_path(leaves, size)

    assert grew((size, root(leaves[:size])), (size + more, root(leaves)), path)


@given(size=sizes, more=st.integers(0, 20), place=sizes)
def test_a_tree_does_not_continue_another_beginning(size: int, more: int, place: int) -> None:
    leaves = leaves_of(size + more)
    other = list(leaves)
    other[place % size] = leaf_hash(b"something else")

    path = consistency_path(leaves, size)

    assert not grew((size, root(other[:size])), (size + more, root(leaves)), path)


def test_a_tree_continues_no_larger_one() -> None:
    with pytest.raises(ValueError, match="beginnings"):
        consistency_path(LEAVES, 9)
