"""The licensed lenders, as data (`data/reference/funders.toml`)."""

import functools
import tomllib
from dataclasses import dataclass
from decimal import Decimal

from lending_core.products.catalogue import catalogue
from lending_core.settings import reference_file

# The size of book for which the quotas in the document are meant.
QUOTA_CUSTOMERS = 20_000


@dataclass(frozen=True)
class Funder:
    """A lender that funds the listed products up to a quota of outstanding principal."""

    funder_code: str
    name_en: str
    name_zh: str
    lender_type: str
    product_codes: tuple[str, ...]
    annual_cost: Decimal
    quota_fen: int

    def __post_init__(self) -> None:
        for code in self.product_codes:
            if self.lender_type not in catalogue()[code].lender_types:
                raise ValueError(f"{self.funder_code}: a {self.lender_type} may not fund {code}")


@functools.cache
def funders() -> dict[str, Funder]:
    """Funder code -> funder, in file order.

    Raises `ValueError` for a product that a type of lender may not fund.
    """
    rows = tomllib.loads(reference_file("funders.toml").read_text("utf-8"))["funder"]
    read = [
        Funder(
            **{
                **row,
                "product_codes": tuple(row["product_codes"]),
                "annual_cost": Decimal(row["annual_cost"]),
            }
        )
        for row in rows
    ]
    return {funder.funder_code: funder for funder in read}
