"""Vintage and roll rates of two public tapes, reckoned again from their files in another way.

The files are not part of this repository: where they are absent, these tests are left out.
"""

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from lending_core.__main__ import main
from lending_core.settings import reference_file

FOLDER = Path("/work/shared/data")
LOANS = FOLDER / "lendingclub_2007_2011" / "loans.parquet"
MONTHS = FOLDER / "credit_record_monthly" / "credit_record.parquet"
STAGE = {"C": "C", "X": "absent", "0": "M1", "1": "M2", "2": "M3", "3": "M4", "4": "M5", "5": "M6"}

pytestmark = pytest.mark.skipif(
    not (LOANS.exists() and MONTHS.exists()), reason=f"no public tapes in {FOLDER}"
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Both tapes as books, each brought in by one command."""
    folder = tmp_path_factory.mktemp("tapes")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LENDING_DATABASE", str(folder / "lending.duckdb"))
        for path, mapping, book in (
            (LOANS, "lendingclub", "loans"),
            (MONTHS, "credit_record_monthly", "months"),
        ):
            words = ("--mapping", str(reference_file(f"mappings/{mapping}.toml")), "--book", book)
            assert main(["import", str(path), *words]) == 0
    return folder


@pytest.fixture
def said(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    monkeypatch.setenv("LENDING_DATABASE", str(folder / "lending.duckdb"))

    def run(*words: str) -> Any:
        capsys.readouterr()
        assert main([*words, "--json"]) == 0
        return json.loads(capsys.readouterr().out)

    return run


def points(report: list[dict[str, Any]], *names: str) -> pl.DataFrame:
    """One row per cohort and month on book of a printed vintage."""
    rows = [
        (entry["cohort"], entry["loans"], *(point[name] for name in names))
        for entry in report
        for point in entry["points"]
    ]
    return pl.DataFrame(rows, schema=["cohort", "loans", *names], orient="row")


@pytest.mark.parametrize("weight", ["count", "amount"])
def test_defaults_of_loans_by_quarter_are_those_of_the_file(said: Any, weight: str) -> None:
    issued, paid = (pl.col(name).str.to_date() for name in ("issue_d", "last_pymnt_d"))
    months = [on.dt.year() * 12 + on.dt.month() for on in (issued, paid)]
    size = pl.lit(1) if weight == "count" else pl.col("funded_amnt")
    own = pl.read_parquet(LOANS).filter(~pl.col("loan_status").str.contains("credit policy"))
    told = own.select(
        size=size,
        cohort=pl.format("{}Q{}", issued.dt.year(), issued.dt.quarter()),
        when=pl.when(pl.col("loan_status") == "Charged Off").then(
            (months[1] - months[0]).fill_null(0)
        ),
    )

    found = points(
        said("vintage", "--book", "loans", "--by", "quarter", "--weight", weight),
        *("mob", "bad", "rate"),
    )

    by_month = (
        told.join(found.select("cohort", "mob"), on="cohort")
        .group_by("cohort", "mob")
        .agg(
            expected=pl.col("size").filter(pl.col("when") <= pl.col("mob")).sum(),
            share=pl.col("size").filter(pl.col("when") <= pl.col("mob")).sum()
            / pl.col("size").sum(),
        )
    )
    both = found.join(by_month, on=["cohort", "mob"], how="left")
    assert (found["cohort"].n_unique(), found.height) == (19, 1_862)
    assert both["bad"].to_list() == pytest.approx(both["expected"].to_list())
    assert both["rate"].to_list() == pytest.approx(both["share"].to_list(), abs=1e-6)


def months_of_file() -> pl.DataFrame:
    """One row per account and month: number of the month on the calendar, stage."""
    rows = pl.read_parquet(MONTHS)
    return rows.select(
        "ID",
        # The extraction month is assumed to be February 2020.
        month=pl.col("MONTHS_BALANCE").cast(pl.Int64) + 2020 * 12 + 2,
        stage=pl.col("STATUS").replace_strict(STAGE),
    )


@pytest.mark.parametrize(
    ("measure", "stages"),
    [("ever30", ["M2", "M3", "M4", "M5", "M6"]), ("ever90", ["M4", "M5", "M6"])],
)
def test_lateness_of_accounts_by_month_is_that_of_the_file(
    said: Any, measure: str, stages: list[str]
) -> None:
    months = months_of_file()
    first = months.group_by("ID").agg(opened=pl.col("month").min())
    late = months.filter(pl.col("stage").is_in(stages)).group_by("ID").agg(pl.col("month").min())
    told = first.join(late, on="ID", how="left").select(
        when=pl.col("month") - pl.col("opened"),
        cohort=pl.format(
            "{}-{}",
            (pl.col("opened") - 1) // 12,
            ((pl.col("opened") - 1) % 12 + 1).cast(pl.String).str.zfill(2),
        ),
    )

    found = points(said("vintage", "--book", "months", "--measure", measure), "mob", "bad")

    by_month = (
        told.join(found.select("cohort", "mob"), on="cohort")
        .group_by("cohort", "mob")
        .agg(expected=(pl.col("when") <= pl.col("mob")).sum(), accounts=pl.len())
    )
    both = found.join(by_month, on=["cohort", "mob"], how="left")
    assert (found["cohort"].n_unique(), found.height) == (61, 1_891)
    assert both.filter(pl.col("bad") == pl.col("expected")).height == found.height
    assert both.filter(pl.col("loans") == pl.col("accounts")).height == found.height


def test_roll_rates_of_accounts_are_those_of_the_file(said: Any) -> None:
    months = months_of_file()
    later = months.select("ID", month=pl.col("month") - 1, to="stage")
    pairs = months.join(later, on=["ID", "month"]).filter(pl.col("stage") != "absent")

    overall = said("roll-rates", "--book", "months")
    by_month = said("roll-rates", "--book", "months", "--by", "month")

    expected = pairs.group_by("stage", "to").len()
    assert {(row["from"], row["to"]): row["count"] for row in overall} == {
        (before, after): count for before, after, count in expected.iter_rows()
    }
    assert sum(row["count"] for row in by_month) == pairs.height
    sums = pl.DataFrame(by_month).group_by("month", "from").agg(pl.col("rate").sum())
    assert sums["rate"].to_list() == pytest.approx([1.0] * sums.height, abs=1e-5)
