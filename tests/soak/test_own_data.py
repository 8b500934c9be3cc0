"""How well models do on real data that they have not seen: five folds, five ways to deal them."""

from pathlib import Path
from statistics import mean

import numpy as np
import pytest

from lending_core.operations.own_data import METHODS, own_sample, read_own_mapping
from lending_core.scoring.cross_validation import cross_validate, fold_places
from lending_core.settings import reference_file

DATA = Path("/work/shared/data")
UCI_TAIWAN = DATA / "uci_taiwan_credit_card" / "uci_credit_card.parquet"
GERMAN_CREDIT = DATA / "german_credit" / "germancredit.parquet"


def mean_auc(path: Path, mapping_name: str, kind: str, seeds: range) -> float:
    mapping = read_own_mapping(reference_file(f"mappings/{mapping_name}.toml"))
    sample = own_sample(path, mapping)
    method = METHODS[kind](mapping.plan, mapping.features)
    found = [
        cross_validate(
            sample, method, kind, fold_places(sample["is_bad"], 5, np.random.default_rng(seed))
        ).mean("auc")
        for seed in seeds
    ]
    print(f"\n{mapping_name} {kind}: {mean(found):.4f}, {[round(each, 4) for each in found]}")
    return mean(found)


@pytest.mark.skipif(not UCI_TAIWAN.exists(), reason="no UCI Taiwan data on this machine")
@pytest.mark.parametrize(("kind", "auc_min"), [("scorecard", 0.766), ("challenger", 0.781)])
def test_card_holders_of_taiwan(kind: str, auc_min: float) -> None:
    assert mean_auc(UCI_TAIWAN, "uci_taiwan", kind, range(1, 3)) >= auc_min


@pytest.mark.skipif(not GERMAN_CREDIT.exists(), reason="no German credit data on this machine")
def test_applicants_of_a_german_bank() -> None:
    assert mean_auc(GERMAN_CREDIT, "german_credit", "scorecard", range(1, 11)) >= 0.79
