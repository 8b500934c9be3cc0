"""How far staff may go with a loan, as data (`data/reference/servicing.toml`)."""

import functools
import tomllib
from dataclasses import dataclass

from lending_core.settings import reference_file


@dataclass(frozen=True)
class Bounds:
    """Numbers of days and instalments; `sources` names the rule of each, or `assumption`."""

    charge_off_days_past_due: int
    holiday_instalments_max: int
    added_instalments_max: int
    back_dated_days_max: int
    sources: dict[str, str]


@functools.cache
def bounds() -> Bounds:
    """The house's bounds. Raises `ValueError` where one has no source."""
    document = tomllib.loads(reference_file("servicing.toml").read_text("utf-8"))
    found = Bounds(**document)
    if set(found.sources) != set(document) - {"sources"}:
        raise ValueError("servicing.toml: every number needs a source")
    return found
