"""What an applicant can do about what is known of them: the reference data of advice."""

import functools
import tomllib
from dataclasses import dataclass

from lending_core.settings import reference_file


@dataclass(frozen=True)
class Advice:
    """One thing that a person can change, and the sentence that says how.

    `includes` are features that are counted in it, `scales` features in proportion to it;
    `rise_max` is how far it can rise within a year, `needs` what must be above zero for it.
    """

    name: str
    en: str
    zh: str
    includes: tuple[str, ...] = ()
    scales: tuple[str, ...] = ()
    rise_max: int | None = None
    needs: str | None = None

    def text(self, language: str) -> str:
        """The sentence with its placeholders {now} and {target}."""
        return self.zh if language == "zh" else self.en


@dataclass(frozen=True)
class AdviceRules:
    """What can be advised by name, how many ways are named at most and of how many changes each,
    from how much more limit on an offer is better, and within how many days a credit bureau answers
    an objection."""

    advice: dict[str, Advice]
    ways_max: int
    changes_max: int
    limit_gain_percent: int
    objection_days: int


@functools.cache
def advice_rules() -> AdviceRules:
    """The rules of `data/reference/advice.toml`."""
    document = tomllib.loads(reference_file("advice.toml").read_text("utf-8"))
    tables = document.pop("advice")
    return AdviceRules({name: _advice(name, table) for name, table in tables.items()}, **document)


def _advice(name: str, table: dict) -> Advice:
    lists = {key: tuple(table.get(key, ())) for key in ("includes", "scales")}
    return Advice(name=name, **{**table, **lists})
