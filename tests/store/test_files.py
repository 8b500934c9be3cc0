"""Files that people bring: read where they are what they say, refused otherwise, nothing beside."""

from pathlib import Path

import polars as pl
import pytest
from sqlglot import exp, parse_one

from lending_core.errors import InvalidInput
from lending_core.store.files import file_columns, read_file

SUM = {"total": parse_one("a + b", dialect="duckdb")}


def test_csv_and_parquet_give_the_same_rows_in_their_order(tmp_path: Path):
    rows = pl.DataFrame({"a": [3, 1, 2], "b": [0.5, 0.25, 4.0]})
    rows.write_csv(tmp_path / "rows.csv")
    rows.write_parquet(tmp_path / "rows.parquet")

    from_csv = read_file(tmp_path / "rows.csv", SUM)

    assert from_csv["total"].to_list() == [3.5, 1.25, 6.0]
    assert from_csv.equals(read_file(tmp_path / "rows.parquet", SUM))
    assert file_columns(tmp_path / "rows.csv") == ["a", "b"]


def test_another_file_is_out_of_reach(tmp_path: Path):
    (tmp_path / "mine.csv").write_text("a,b\n1,2\n")
    (tmp_path / "other.csv").write_text("a,b\nsecret,2\n")
    other = exp.select("a").from_(exp.func("read_csv", exp.Literal.string(f"{tmp_path}/other.csv")))

    with pytest.raises(InvalidInput) as refusal:
        read_file(tmp_path / "mine.csv", {"stolen": other.subquery()})

    assert refusal.value.reason == "file_unreadable"


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("rows.parquet", b"not a parquet file", "file_unreadable"),
        ("rows.parquet", b"PAR1" + bytes(40) + b"PAR1", "file_unreadable"),
        ("rows.csv", b"x,y\n1,2\n", "file_unreadable"),
        ("rows.csv", b"a,b\nword,2\n", "file_unreadable"),
        ("rows.xlsx", b"PK", "file_kind"),
        ("o'brien.csv", b"", "file_unreadable"),
    ],
)
def test_a_file_that_is_not_what_it_says_is_refused(
    tmp_path: Path, name: str, content: bytes, reason: str
):
    (tmp_path / name).write_bytes(content)

    with pytest.raises(InvalidInput) as refusal:
        read_file(tmp_path / name, SUM)

    assert refusal.value.reason == reason


def test_a_file_that_is_not_there_is_refused(tmp_path: Path):
    with pytest.raises(InvalidInput) as refusal:
        file_columns(tmp_path / "rows.csv")

    assert refusal.value.reason == "file_kind"
