"""Trees of hashes as in RFC 6962: a root, why a leaf is in it, and why a tree continues another."""

from collections.abc import Sequence
from hashlib import sha256

from lending_core.ledger.verify import leaf_hash

EMPTY_ROOT = sha256(b"").digest()


def text_leaves(texts: Sequence[str]) -> list[bytes]:
    """The leaf of each text."""
    return [leaf_hash(text.encode()) for text in texts]


def root(leaves: Sequence[bytes]) -> bytes:
    """The root over hashes of leaves in their order (RFC 6962, 2.1); of none: the hash of
    nothing."""
    level = list(leaves)
    if not level:
        return EMPTY_ROOT
    while len(level) > 1:
        level = _above(level)
    return level[0]


def inclusion_path(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """What `root_of_path` needs beside the leaf at `index` (RFC 6962, 2.1.1), lowest first."""
    return inclusion_paths(leaves, [index])[0]


def inclusion_paths(leaves: Sequence[bytes], indexes: Sequence[int]) -> list[list[bytes]]:
    """As `inclusion_path` for several leaves, with the tree built once."""
    paths: list[list[bytes]] = [[] for _ in indexes]
    places, level = list(indexes), list(leaves)
    while len(level) > 1:
        for path, place in zip(paths, places, strict=True):
            sibling = place ^ 1
            if sibling < len(level):
                path.append(level[sibling])
        places, level = [place // 2 for place in places], _above(level)
    return paths


def consistency_path(leaves: Sequence[bytes], size: int) -> list[bytes]:
    """What `grew` needs to see that these leaves continue the first `size` of them (RFC 6962,
    2.1.2)."""
    if not 0 < size <= len(leaves):
        raise ValueError("a tree continues one of its own beginnings")
    return _continued(leaves, size, is_known=True)


def _continued(leaves: Sequence[bytes], size: int, *, is_known: bool) -> list[bytes]:
    if size == len(leaves):
        return [] if is_known else [root(leaves)]
    split = 1 << (len(leaves) - 1).bit_length() - 1
    if size <= split:
        return [*_continued(leaves[:split], size, is_known=is_known), root(leaves[split:])]
    return [*_continued(leaves[split:], size - split, is_known=False), root(leaves[:split])]


def _above(level: list[bytes]) -> list[bytes]:
    """The nodes over a level; the last without a neighbour goes up as it is."""
    # Millions of nodes: the hash is called without a step in between.
    pairs = zip(level[::2], level[1::2], strict=False)
    above = [sha256(b"\x01" + left + right).digest() for left, right in pairs]
    if len(level) % 2:
        above.append(level[-1])
    return above
