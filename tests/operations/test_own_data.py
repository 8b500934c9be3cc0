"""A file of one's own is trained on and scored as it says, with nothing that may not score."""

import json
from pathlib import Path

import polars as pl
import pytest

from lending_core.__main__ import main
from lending_core.errors import InvalidInput
from lending_core.operations.own_data import own_sample, read_own_mapping, score_file
from lending_core.scoring.compile import assess
from lending_core.scoring.document import from_json
from lending_core.settings import reference_file
from tests.scoring.cards import a_card
from tests.scoring.samples import a_sample

REAL = {
    "german_credit": Path("/work/shared/data/german_credit/germancredit.parquet"),
    "uci_taiwan": Path("/work/shared/data/uci_taiwan_credit_card/uci_credit_card.parquet"),
}
MAPPING = """
[file]
row_id = "number"
applied_on = "cast('2025-01-01' as date)"

[target]
bad = "is_bad = 'yes'"
grey = "is_disputed"
days_past_due = 90
window_months = 12

[audit]
columns = ["SEX"]

[features.asked]
expression = "inquiries_3m"
risk = "ascending"
digits = 0

[features.used_per_stable]
expression = "credit_utilisation / payment_stability"

[features.branch]
expression = "case when number % 2 = 0 then 'A' else 'B' end"
kind = "category"
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of 2,400 rows whose 7th is grey and 9th divides by zero, and its mapping."""
    folder = tmp_path_factory.mktemp("own")
    stable = pl.when(pl.col("number") == 9).then(0.0).otherwise("payment_stability")
    rows = a_sample(2_400).with_row_index("number", offset=1)
    rows.select(
        "number",
        "inquiries_3m",
        "credit_utilisation",
        payment_stability=stable,
        SEX=pl.lit("M"),
        is_disputed=pl.col("number") == 7,
        is_bad=pl.when("is_bad").then(pl.lit("yes")).otherwise(pl.lit("no")),
    ).write_csv(folder / "rows.csv")
    (folder / "mapping.toml").write_text(MAPPING)
    return folder


def test_the_sample_is_what_the_mapping_says(folder: Path):
    sample = own_sample(folder / "rows.csv", read_own_mapping(folder / "mapping.toml"))

    expected = a_sample(2_400)["is_bad"].to_list()
    assert sample["is_bad"].to_list() == [*expected[:6], None, *expected[7:]]
    assert sample["branch"][:2].to_list() == ["B", "A"]
    assert sample["used_per_stable"][8] is None
    assert set(sample.columns) == {"is_bad", "applied_on", "asked", "used_per_stable", "branch"}


def test_training_prints_how_it_does_on_unseen_rows_and_writes_a_card_that_scores(
    folder: Path, capsys: pytest.CaptureFixture[str]
):
    own = ["--file", str(folder / "rows.csv"), "--mapping", str(folder / "mapping.toml")]
    card_file, scores_file = str(folder / "card.json"), str(folder / "scores.csv")

    trained = main(["train", *own, "--folds", "2", "--out", card_file])
    scored = main(["score", *own, "--model", card_file, "--out", scores_file])

    lines = capsys.readouterr().out.splitlines()
    card = from_json((folder / "card.json").read_text())
    model_card = json.loads((folder / "card.model_card.json").read_text())
    scores = pl.read_csv(folder / "scores.csv")
    assert (trained, scored) == (0, 0)
    assert lines[0].startswith("2,399 rows, ")
    assert [line.split()[1:4] for line in lines[3:5]] == [
        ["fold", "1", "1,200"],
        ["fold", "2", "1,199"],
    ]
    assert "kept aside, in no score: SEX" in lines
    assert model_card["development"]["grey"] == 1
    assert (card.target.days_past_due, card.target.window_months) == (90, 12)
    sample = own_sample(folder / "rows.csv", read_own_mapping(folder / "mapping.toml"))
    assert scores["score"].to_list() == assess(card, sample)["score"].to_list()
    assert scores["row_id"].to_list() == list(range(1, 2_401))
    points = [f"{each.name}_points" for each in card.features]
    assert scores.select(pl.sum_horizontal(points)).to_series().equals(scores["score"])


@pytest.mark.parametrize(
    ("was", "now", "reason"),
    [
        ('"inquiries_3m"', '"AGE * 1"', "mapping_column_aside"),
        ('"inquiries_3m"', '"SEX"', "mapping_column_aside"),
        (
            '"inquiries_3m"',
            "\"case when is_bad = 'yes' then 1 else 0 end\"",
            "mapping_column_aside",
        ),
        ("features.asked", "features.age_band", "scorecard_feature_not_allowed"),
        ('"inquiries_3m"', '"(select 1)"', "mapping_expression"),
        ("[audit]", "[audits]", "mapping_broken"),
        ("[target]", "[target", "mapping_broken"),
        ('risk = "ascending"', 'risk = "up"', "training_candidate_broken"),
        ("window_months = 12", "", "mapping_broken"),
    ],
)
def test_a_mapping_that_may_not_be_is_refused(folder: Path, was: str, now: str, reason: str):
    (folder / "broken.toml").write_text(MAPPING.replace(was, now, 1))

    with pytest.raises(InvalidInput) as refusal:
        read_own_mapping(folder / "broken.toml")

    assert refusal.value.reason == reason


def test_a_column_that_the_file_does_not_have_is_named(folder: Path):
    (folder / "other.toml").write_text(MAPPING.replace('"inquiries_3m"', '"inquiries_5m"'))

    with pytest.raises(InvalidInput) as refusal:
        own_sample(folder / "rows.csv", read_own_mapping(folder / "other.toml"))

    assert refusal.value.facts["column"] == "inquiries_5m"


def test_a_model_that_needs_more_than_the_mapping_has_does_not_score(folder: Path):
    mapping = read_own_mapping(folder / "mapping.toml")

    with pytest.raises(InvalidInput) as refusal:
        score_file(folder / "rows.csv", mapping, a_card())

    assert refusal.value.reason == "mapping_feature_missing"


@pytest.mark.parametrize("name", REAL)
def test_mappings_of_real_data_read_their_file_without_sex_marriage_or_age(name: str):
    mapping = read_own_mapping(reference_file(f"mappings/{name}.toml"))
    read = {column.lower() for each in mapping.expressions for column in each.columns}

    assert read.isdisjoint({"sex", "marriage", "age", "age_in_years", "personal_status_and_sex"})
    if not REAL[name].exists():
        pytest.skip(f"{REAL[name]} is not on this machine")
    sample = own_sample(REAL[name], mapping)
    assert {"german_credit": 300, "uci_taiwan": 6_636}[name] == sample["is_bad"].sum()
