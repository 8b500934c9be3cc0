"""What sharing a device, phone, card or address says of an application, for rules and people."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lending_core.identity.fingerprints import SHARED

# Columns of application_feature that only fraud rules read. Each counts the applicant too, so 1 is
# nobody else; null is not known.
PEOPLE_ON = {kind: f"people_on_{kind}" for kind in SHARED}
APPLICATIONS_7D = "applications_7d"
LINK_FEATURES = (*PEOPLE_ON.values(), APPLICATIONS_7D)


@dataclass(frozen=True)
class Signal:
    """Something that others share, or that came in a hurry: its feature, and how many others."""

    feature: str
    others: int


def signals(features: Mapping[str, Any]) -> list[Signal]:
    """What of `LINK_FEATURES` the applicant is not alone with, most others first."""
    found = [Signal(name, (features[name] or 1) - 1) for name in LINK_FEATURES]
    return sorted((s for s in found if s.others), key=lambda signal: -signal.others)
