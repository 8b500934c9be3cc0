"""What a matching says, in words: its limits, why a loan waits, what more room would be worth."""

from collections.abc import Mapping
from typing import Any

from lending_core.funding.batch import matching_rules
from lending_core.money import FEN_PER_YUAN
from pages.ui import format as shown
from pages.ui.text import funder_name, product_name, region_name, t, unmarked

# More room is priced per so much of it.
ROOM_FEN = 10_000 * FEN_PER_YUAN
# Names of what a limit is beside: a partner, a region, a product.
_OTHER = {"partner": funder_name, "region_part": region_name, "product_part": product_name}


def limit_name(row: Mapping[str, Any]) -> str:
    """A limit of a matching and whose it is: `limit`, `funder_code`, `other_code`."""
    name = t(f"funding_limit.{row['limit']}")
    if row["other_code"] is not None:
        other = _OTHER[row["limit"]](row["other_code"])
        name = t("matching.limit_beside", limit=name, other=other)
    if row["funder_code"] is None:
        return unmarked(name)
    return unmarked(t("matching.limit_of", limit=name, funder=funder_name(row["funder_code"])))


def limit_of_one(row: Mapping[str, Any]) -> str:
    """A limit of one funder in two lines, where there is little room beside a bar."""
    name = t(f"funding_limit.{row['limit']}")
    if row["other_code"] is None:
        return unmarked(name)
    return unmarked(f"{name}<br>{funder_name(row['other_code'])}")


def worth(row: Mapping[str, Any]) -> str:
    """What more room of a limit would be worth a year, as a sentence; a dash where nothing."""
    price = row["shadow_price_fen"]
    if not price:
        return shown.DASH
    facts = {
        "room": shown.whole_yuan(ROOM_FEN),
        "limit": limit_name(row),
        "price": shown.whole_yuan(abs(price)),
    }
    if row["limit"] == "offer_min":
        return unmarked(t("matching.worth_less", **facts))
    return unmarked(
        t("matching.worth_waiting" if _funds_more(price) else "matching.worth", **facts)
    )


def reason(row: Mapping[str, Any]) -> str:
    """Why a loan waits: `reason`, the funder that was nearest, and what it lacked."""
    said = t(f"funding_reason.{row['reason']}")
    if row["funder_code"] is None:
        return unmarked(t("matching.reason_nobody", reason=said))
    facts = {"reason": said, "funder": funder_name(row["funder_code"])}
    if not row["missing_fen"]:
        return unmarked(t("matching.reason_of", **facts))
    return unmarked(t("matching.reason_lacks", **facts, missing=shown.money(row["missing_fen"])))


def obstacle(row: Mapping[str, Any]) -> str:
    """What stands against a way to fund a loan: `obstacle`, its funder, and what it lacks."""
    if row["is_chosen"]:
        return t("matching.chosen")
    if row["obstacle_funder_code"] is None:
        return t(f"funding_reason.{row['obstacle']}")
    told = {
        "reason": row["obstacle"],
        "funder_code": row["obstacle_funder_code"],
        "missing_fen": row["missing_fen"],
    }
    return reason(told)


def _funds_more(price_fen: int) -> bool:
    """Whether more room would let a loan that waits be paid out: no money is that much cheaper."""
    return price_fen > ROOM_FEN * matching_rules().waiting_annual_price / 2
