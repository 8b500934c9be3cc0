"""Training a model on the book: every choice of the plan as an input, set as the house does it."""

from dataclasses import replace
from typing import Any

import streamlit as st

from lending_core.access.permissions import Actor, Permission
from lending_core.errors import LendingError
from lending_core.operations.model_training import TrainingOrder
from lending_core.scoring.life_cycle import CHALLENGER, SCORECARD
from lending_core.scoring.plan import BOUNDS, REJECT_INFERENCES, TrainingPlan, house_plan
from lending_core.scoring.standards import Scale, Target, target
from pages.ui import model_runs, panels
from pages.ui.text import refusal_text, t

_WIDTH_MIN = 210
_SHARE_STEP = 0.005


def show(actor: Actor) -> None:
    """The form, for whoever may train."""
    if not actor.may(Permission.TRAIN_MODEL):
        return
    with st.container(border=True, key="models_training"):
        panels.heading(t("models.training_title"), t("models.training_note"))
        with st.form("models_training_form", border=False):
            kind = st.segmented_control(
                t("models.kind"),
                (SCORECARD, CHALLENGER),
                default=SCORECARD,
                format_func=_kind_name,
                required=True,
                key="models_kind",
            )
            with st.grid(4, min_column_width=_WIDTH_MIN):
                bad, scale, plan = _target_choices(), _scale_choices(), _plan_choices()
            if st.form_submit_button(
                t("models.train"),
                key="models_train",
                type="primary",
                icon=":material/model_training:",
            ):
                _ask(kind, bad, scale, plan)
        model_runs.here("training")


def _target_choices() -> dict[str, Any]:
    house = target()
    return {
        "days_past_due": _whole("days_past_due", house.days_past_due, (1, 360)),
        "window_months": _whole("window_months", house.window_months, (1, 60)),
        "grey_from_days": _whole("grey_from_days", house.grey_from_days, (1, 359)),
    }


def _scale_choices() -> dict[str, Any]:
    house = house_plan().scale
    return {
        "anchor_score": _whole("anchor_score", house.anchor_score, (0, 1_000)),
        "anchor_goods_per_bad": _whole(
            "anchor_goods_per_bad", house.anchor_goods_per_bad, (1, 1_000)
        ),
        "points_to_double_odds": _whole(
            "points_to_double_odds", house.points_to_double_odds, (20, 1_000)
        ),
    }


def _plan_choices() -> dict[str, Any]:
    house = house_plan()
    return {
        "sample_from": _day("sample_from"),
        "sample_to": _day("sample_to"),
        "out_of_time_months": _whole(
            "out_of_time_months", house.out_of_time_months, BOUNDS["out_of_time_months"]
        ),
        "bins_max": _whole("bins_max", house.bins_max, BOUNDS["bins_max"]),
        "bin_share_min": _share("bin_share_min", house.bin_share_min),
        "information_value_min": _share("information_value_min", house.information_value_min),
        "reject_inference": st.selectbox(
            t("models.input.reject_inference"),
            REJECT_INFERENCES,
            index=REJECT_INFERENCES.index(house.reject_inference),
            format_func=_inference_name,
            key="models_reject_inference",
            help=t("models.help.reject_inference"),
        ),
        "parcelling_uplift": _share("parcelling_uplift", house.parcelling_uplift, step=0.1),
    }


def _whole(name: str, value: int | None, bounds: tuple[float, float]) -> int | None:
    """A whole number; empty where the house has none."""
    typed = st.number_input(
        t(f"models.input.{name}"),
        value=value,
        min_value=int(bounds[0]),
        max_value=int(bounds[1]),
        step=1,
        key=f"models_{name}",
        help=t(f"models.help.{name}"),
    )
    return typed if typed is None else int(typed)


def _share(name: str, value: float, *, step: float = _SHARE_STEP) -> float:
    least, most = BOUNDS[name]
    return st.number_input(
        t(f"models.input.{name}"),
        value=float(value),
        min_value=float(least),
        max_value=float(most),
        step=step,
        format="%.3f",
        key=f"models_{name}",
        help=t(f"models.help.{name}"),
    )


def _day(name: str) -> Any:
    return st.date_input(
        t(f"models.input.{name}"),
        None,
        format="YYYY-MM-DD",
        key=f"models_{name}",
        help=t(f"models.help.{name}"),
    )


def _ask(kind: str, bad: dict[str, Any], scale: dict[str, Any], choices: dict[str, Any]) -> None:
    try:
        plan: TrainingPlan = replace(
            house_plan(), target=Target(**bad), scale=Scale(**scale), **choices
        )
    except LendingError as refusal:
        st.error(refusal_text(refusal), icon=":material/error:")
        return
    model_runs.ask_training(TrainingOrder(kind, plan))
    st.rerun()


def _kind_name(code: str) -> str:
    return t(f"model_kind.{code}")


def _inference_name(code: str) -> str:
    return t(f"reject_inference.{code}")
