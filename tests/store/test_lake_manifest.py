"""A manifest is read as something that anybody may have written."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from lending_core.errors import InvalidState
from lending_core.store.lake_files import exported, manifest_path, previous, stand
from lending_core.store.lake_manifest import Manifest, Part, PartTable, part_path

NAME = "家/../.."
PART = Part("2026-10", "0" * 32, 2, 700, {"principal_fen": "-12"})
TABLE = PartTable({"loan_id": "BIGINT", "principal_fen": "BIGINT"}, (PART,))
AT = datetime(2026, 11, 1, 8)  # noqa: DTZ001
MANIFEST = Manifest(NAME, True, 7, date(2026, 10, 31), AT, "duckdb 1.5.5", None, {"loan": TABLE})
BAD: dict[str, Callable[[dict[str, Any]], object]] = {
    "format": lambda says: says.update(format=2),
    "book": lambda says: says.update(book=["a"]),
    "event_id": lambda says: says.update(event_id=True),
    "business_on": lambda says: says.update(business_on="2026-13-01"),
    "exported_at": lambda says: says.update(exported_at="now"),
    "ledger": lambda says: says.update(
        ledger={"block_number": 1, "root": "a", "key": "b", "text": "{}", "signature": "c"}
    ),
    "tables": lambda says: says.update(tables={"../loan": says["tables"]["loan"]}),
    "loan.columns": lambda says: says["tables"]["loan"]["columns"].update({'a" from b': "BIGINT"}),
    "loan.month": lambda says: part_of(says).update(month="../../x"),
    "loan.fingerprint": lambda says: part_of(says).update(fingerprint="../x"),
    "loan.path": lambda says: part_of(says).update(path="/etc/passwd"),
    "loan.sums": lambda says: part_of(says).update(sums={"principal_fen": "1e9"}),
    "rows": lambda says: part_of(says).update(rows=-1),
    "bytes": lambda says: part_of(says).update(bytes=2**70),
    "loan.parts": lambda says: says["tables"]["loan"].update(parts=[part_of(says)] * 2),
}


def part_of(says: dict[str, Any]) -> dict[str, Any]:
    part: dict[str, Any] = says["tables"]["loan"]["parts"][0]
    return part


def test_a_manifest_is_read_as_it_was_written(tmp_path: Path) -> None:
    stand(tmp_path, MANIFEST)

    assert exported(tmp_path, NAME) == MANIFEST
    assert previous(tmp_path, NAME) is None


def test_nothing_that_a_book_is_called_leads_out_of_the_lake() -> None:
    assert part_path("loan", NAME, PART) == (
        "loan/book=%E5%AE%B6%2F..%2F../month=2026-10/part-00000000000000000000000000000000.parquet"
    )


def test_the_name_of_a_folder_fits_however_long_that_of_the_book_is() -> None:
    long, other = (part_path("loan", "家" * 60 + end, PART).split("/")[1] for end in "ab")

    assert len(long) < 250
    assert long != other


@pytest.mark.parametrize("place", BAD)
def test_what_is_not_as_it_must_be_is_refused_and_named(place: str, tmp_path: Path) -> None:
    stand(tmp_path, MANIFEST)
    path = manifest_path(tmp_path, NAME)
    says = json.loads(path.read_text("utf-8"))
    BAD[place](says)
    path.write_text(json.dumps(says), "utf-8")

    with pytest.raises(InvalidState, match="cannot be used") as refusal:
        exported(tmp_path, NAME)

    assert refusal.value.facts["place"] == place


@pytest.mark.parametrize("sums", [{}, {"loan_id": "3"}])
def test_a_part_tells_the_sum_of_every_column_of_money_and_of_no_other(
    sums: dict[str, str], tmp_path: Path
) -> None:
    part = replace(PART, sums=sums)
    stand(tmp_path, replace(MANIFEST, tables={"loan": replace(TABLE, parts=(part,))}))

    with pytest.raises(InvalidState, match=r"“loan\.sums” is not as it must be"):
        exported(tmp_path, NAME)


@pytest.mark.parametrize("content", [b"", b"PAR1\xff", b"[" * 100_000, b"[]", b'{"format": 1}'])
def test_what_is_no_manifest_at_all_is_refused(content: bytes, tmp_path: Path) -> None:
    stand(tmp_path, MANIFEST)
    manifest_path(tmp_path, NAME).write_bytes(content)

    with pytest.raises(InvalidState, match="cannot be used"):
        exported(tmp_path, NAME)
