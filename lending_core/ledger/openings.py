"""Whether personal fields are those that were committed to, and whose erasure is on record."""

from collections.abc import Container, Mapping, Sequence
from typing import Any

import polars as pl

from lending_core.ledger.blocks import Finding
from lending_core.ledger.rows import commitment, committed_text, digests, salt_hash, text_leaves


def openings(sealed: pl.DataFrame, commitments: pl.DataFrame) -> pl.DataFrame:
    """One row per sealed row (segment_id, position, row_key, digest) with commitments
    (commitment_id, segment_id, position, commitment, salt, salt_hash): its key, digest, first
    commitment, and the newest one with its salt."""
    newest = (
        commitments.sort("commitment_id")
        .group_by("segment_id", "position", maintain_order=True)
        .agg(
            first_commitment=pl.col("commitment").first(),
            commitment_id=pl.col("commitment_id").last(),
            commitment=pl.col("commitment").last(),
            salt=pl.col("salt").last(),
            salt_hash=pl.col("salt_hash").last(),
        )
    )
    return sealed.join(newest, on=["segment_id", "position"], maintain_order="left")


def committed(rows: pl.DataFrame, opened: pl.DataFrame) -> pl.Series:
    """The texts of rows (row_key, text) with the commitments that they were sealed with."""
    first = opened.select("row_key", "first_commitment").unique("row_key", keep="first")
    known = rows.join(first, on="row_key", how="left", maintain_order="left")
    pairs = zip(known["text"], known["first_commitment"].fill_null(""), strict=True)
    return pl.Series([committed_text(*pair) for pair in pairs], dtype=pl.String)


def broken_openings(
    table: str, rows: pl.DataFrame, opened: pl.DataFrame, renewed: Container[str]
) -> list[Finding]:
    """Rows (row_key, text, personal) whose personal fields are not those of their newest
    commitment. `renewed`: commitments that an erasure made, as events say."""
    known = rows.join(opened, on="row_key", maintain_order="left")
    found = (_broken(table, row, renewed) for row in known.iter_rows(named=True))
    return [one for one in found if one is not None]


def forged_places(commitments: pl.DataFrame, found: Sequence[Finding]) -> pl.DataFrame:
    """Where the rows are (segment_id, position) whose commitments were found to be changed."""
    numbers = [
        int(one.row_key)
        for one in found
        if one.table == "ledger_commitment" and one.kind == "changed"
    ]
    changed = commitments.filter(pl.col("commitment_id").is_in(numbers))
    return changed.select("segment_id", "position").unique()


def not_blamed(found: list[Finding], sealed: pl.DataFrame, forged: pl.DataFrame) -> list[Finding]:
    """Findings without rows (segment_id, position, row_key) that differ only because their
    commitment was changed, which is told already."""
    if forged.is_empty():
        return found
    keys = {*sealed.join(forged, on=["segment_id", "position"], how="semi")["row_key"]}
    return [one for one in found if one.kind != "changed" or one.row_key not in keys]


def _broken(table: str, row: Mapping[str, Any], renewed: Container[str]) -> Finding | None:
    place, salt = str(row["commitment_id"]), row["salt"]
    is_first = row["commitment"] == row["first_commitment"]
    if not is_first and row["commitment"] not in renewed:
        return Finding("ledger_commitment", place, "inserted")
    if salt is None:
        return Finding("ledger_salt", place, "deleted")
    opens = commitment(salt, row["personal"])
    if opens == row["commitment"] and salt_hash(salt) == row["salt_hash"]:
        return None
    if opens == row["commitment"] or _digest(row["text"], opens) == row["digest"]:
        return Finding("ledger_commitment", place, "changed")
    if salt_hash(salt) != row["salt_hash"]:
        return Finding("ledger_salt", place, "changed")
    return Finding(table, row["row_key"], "changed")


def _digest(text: str, made: str) -> int:
    return int(digests(text_leaves([committed_text(text, made)]))[0])
