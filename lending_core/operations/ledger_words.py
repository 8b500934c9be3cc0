"""Rows that were sealed before their words were encrypted: their leaves are those of the words."""

import json
from typing import Any

import polars as pl

from lending_core.ledger.rows import digests, text_leaves
from lending_core.store.cipher import MARK
from lending_core.store.engine import Transaction


def leaves_as_sealed(reader: Transaction, rows: pl.DataFrame, sealed: pl.DataFrame) -> list[bytes]:
    """The leaves of rows (row_key, text) of one table. A row that has encrypted words and is not as
    it was sealed (row_key, digest) counts as it reads in plain: words that were kept in plain then
    have been encrypted in their place since. Words whose key is destroyed stay as they are."""
    leaves = text_leaves(rows["text"])
    marked = rows.with_row_index("place").with_columns(own=digests(leaves))
    marked = marked.filter(pl.col("text").str.contains(MARK, literal=True))
    if marked.is_empty():
        return leaves
    known = sealed.select("row_key", "digest").unique("row_key", keep="first")
    differing = marked.join(known, on="row_key", maintain_order="left")
    differing = differing.filter(pl.col("own") != pl.col("digest"))
    opened = _in_plain(reader, differing["text"].to_list())
    for place, leaf in zip(differing["place"], text_leaves(opened), strict=True):
        leaves[place] = leaf
    return leaves


def _in_plain(reader: Transaction, texts: list[str]) -> list[str]:
    """Rows as JSON with their encrypted words opened."""
    said = [json.loads(text) for text in texts]
    tokens = {value for row in said for value in row.values() if _is_token(value)}
    frame = pl.DataFrame({"token": list(tokens)}, schema={"token": pl.String})
    plain = dict(zip(frame["token"], reader.opened(frame)["token"], strict=True))
    return [
        json.dumps(
            {
                name: plain.get(value) or value if _is_token(value) else value
                for name, value in row.items()
            },
            ensure_ascii=False,
            separators=(",", ":"),
        )
        for row in said
    ]


def _is_token(value: Any) -> bool:
    return isinstance(value, str) and value.startswith(MARK)
