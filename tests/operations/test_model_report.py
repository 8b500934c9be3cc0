"""What a training on the book prints."""

from datetime import date

from lending_core.operations.model_report import report
from lending_core.scoring.model_card import (
    Calibration,
    FeatureUse,
    ModelCard,
    Quality,
    RejectInference,
)
from lending_core.scoring.performance import Metrics
from lending_core.scoring.plan import house_plan
from lending_core.scoring.scorecard import Dropped

SEPARATION = Metrics(1_000, 60, 0.75, 0.70, 0.80, 0.50, 0.40)
DEVELOPMENT = Quality(
    date(2025, 1, 1), date(2025, 6, 30), 1_000, 940, 60, 8, 0.06, 0.0612, 0.05, SEPARATION
)
TOO_FEW = Quality(date(2025, 7, 1), date(2025, 9, 30), 40, 40, 0, 0, 0.0, 0.05, 0.01, None)
CARD = ModelCard(
    kind="scorecard",
    version=3,
    plan=house_plan(),
    development=DEVELOPMENT,
    out_of_time=TOO_FEW,
    features=(FeatureUse("inquiries_3m", 0.6), FeatureUse("credit_utilisation", 0.4)),
    dropped=(Dropped("open_accounts", "low_iv", 0.01),),
    calibration=Calibration(0.06, 0.06, 0.05, 0.05),
    reject_inference=RejectInference("fuzzy", 2_000, 250.4, DEVELOPMENT, None),
    data_sha256="0" * 64,
    document_sha256="0" * 64,
)


def test_each_set_of_rows_has_a_line_and_what_cannot_be_measured_a_dash() -> None:
    assert report(CARD).splitlines() == [
        "tested on                   rows   bads  AUC     95 % interval     KS      "
        "bad rate  promised",
        "development                 1,000  60    0.7500  0.7000 to 0.8000  0.4000  "
        "6.00%     6.12%",
        "out of time                 40     0     -       -                 -       "
        "0.00%     5.00%",
        "development, inference off  1,000  60    0.7500  0.7000 to 0.8000  0.4000  "
        "6.00%     6.12%",
        "",
        "uses: inquiries_3m 60%, credit_utilisation 40%",
        "left out: open_accounts (low_iv)",
        "fuzzy: of 2,000 declined applications 250.4 taken to be bad",
    ]
