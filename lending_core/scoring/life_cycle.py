"""The life of a model: development, validated, champion or challenger, retired.

One champion decides; challengers score silently beside it. Two people stand behind whatever
decides: nobody validates or appoints what they built themselves. A champion that another replaces
goes back to `validated`, in reserve; a champion that is switched off is retired.
"""

from dataclasses import dataclass

import polars as pl

from lending_core.errors import InvalidState, NotAllowed

SCORECARD, CHALLENGER = "scorecard", "challenger"
STATUSES = ("development", "validated", "challenger", "champion", "retired")
# A champion leaves only by another's appointment or by the kill switch.
NEXT: dict[str, tuple[str, ...]] = {
    "development": ("validated", "retired"),
    "validated": ("champion", "challenger", "retired"),
    "challenger": ("champion", "retired"),
    "champion": (),
    "retired": (),
}
_NOT_BY_ITS_AUTHOR = ("validated", "champion")
# A former champion that may still decide.
_IN_RESERVE = ("validated", "challenger")


@dataclass(frozen=True)
class Standing:
    """Where a model stands: its kind (`scorecard` or `challenger`), who built it, its status."""

    version: int
    kind: str
    author: str
    status: str

    @property
    def next_statuses(self) -> tuple[str, ...]:
        """Where it may go from here; only a scorecard decides, since it owes reasons in points."""
        is_barred = self.kind != SCORECARD
        return tuple(each for each in NEXT[self.status] if not (is_barred and each == "champion"))


def check_step(model: Standing, status: str, user_name: str) -> None:
    """Raises `InvalidState` for a step that the life of this model does not have, `NotAllowed` for
    one that its author may not take."""
    if status == "champion" and model.kind != SCORECARD:
        raise InvalidState("champion_must_be_scorecard", model_version=model.version)
    if status not in model.next_statuses:
        raise InvalidState(
            "model_step", model_version=model.version, model_status=model.status, to=status
        )
    if status in _NOT_BY_ITS_AUTHOR and model.author == user_name:
        raise NotAllowed("own_model", model_version=model.version)


def fallback(steps: pl.DataFrame) -> int | None:
    """The version that takes over when the champion is switched off: the newest earlier champion
    still in reserve, else the book's first model; `None` where that is the champion itself.

    `steps`: every step of every model, oldest first: model_version, status.
    """
    champions = steps.filter(pl.col("status") == "champion")["model_version"].to_list()
    newest = dict(steps.select("model_version", "status").rows())
    reserve = [version for version in champions if newest[version] in _IN_RESERVE]
    chosen: int = reserve[-1] if reserve else min(newest)
    return None if newest[chosen] == "champion" else chosen
