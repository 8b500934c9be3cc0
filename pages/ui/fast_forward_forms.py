"""What to run: three presets with one click, or two policies, an economy and a time of choice."""

import polars as pl
import streamlit as st

from lending_core.access.permissions import Actor
from lending_core.errors import LendingError
from lending_core.operations import fast_forward
from lending_core.operations.fast_forward import (
    PATH_NAMES,
    PRESET_NAMES,
    QUOTA_PERCENT_MAX,
    MacroPath,
    Order,
    macro_path,
)
from pages.ui import fast_forward_choices as choices
from pages.ui import fast_forward_runs as runs
from pages.ui import inputs, notices, panels, reads
from pages.ui.fast_forward_runs import Compared
from pages.ui.text import t

OWN = "own"
_CARD_WIDTH_MIN = 260
_FIELD_WIDTH_MIN = 190
_MONTHS, _FUTURES, _QUOTA_PERCENT = 12, 3, 100
_PERCENT = 100
_ICONS = {
    "looser_in_slowdown": ":material/trending_down:",
    "tighter_cut_off": ":material/filter_alt:",
    "festival_peak": ":material/celebration:",
}


def presets(actor: Actor) -> None:
    """Three demonstrations, each one click away."""
    panels.heading(t("fast_forward.presets_title"), t("fast_forward.presets_note"))
    with st.grid(len(PRESET_NAMES), min_column_width=_CARD_WIDTH_MIN, gap="small"):
        for preset in PRESET_NAMES:
            _preset(actor, preset)


def _preset(actor: Actor, preset: str) -> None:
    plan = fast_forward.preset(preset, reads.book())
    with st.container(border=True, height="stretch"):
        st.markdown(f"{_ICONS[preset]} **{t(f'fast_forward.preset.{preset}')}**")
        st.caption(t(f"fast_forward.preset_text.{preset}", months=plan.months))
        st.button(
            t("fast_forward.start"),
            key=f"fast_forward_start_{preset}",
            type="primary",
            icon=":material/play_arrow:",
            on_click=_start_preset,
            args=(actor, preset),
        )


def _start_preset(actor: Actor, preset: str) -> None:
    plan = fast_forward.preset(preset, reads.book())
    compared = Compared(choices.in_force_code(), choices.preset_code(preset), plan.path)
    order = Order(
        one=choices.policy(actor, compared.one),
        other=choices.policy(actor, compared.other),
        path=macro_path(plan.path),
        months=plan.months,
        futures=plan.futures,
        quota_percent=plan.quota_percent,
    )
    runs.start(actor, order, compared)


def own(actor: Actor) -> None:
    """Any two policies in any economy."""
    with st.container(border=True, key="fast_forward_own"):
        panels.heading(t("fast_forward.own_title"), t("fast_forward.own_note"))
        known = choices.codes(actor)
        names = {code: choices.name(code) for code in known}
        with st.grid(2, min_column_width=_CARD_WIDTH_MIN):
            one = _policy_choice("one", known, names)
            # What is compared with the policy in force is most often the newest draft.
            other = _policy_choice("other", [*known[1:], known[0]], names)
        with st.grid(4, min_column_width=_FIELD_WIDTH_MIN):
            paths = {path: t(f"fast_forward.path.{path}") for path in (*PATH_NAMES, OWN)}
            path = inputs.choose_one(
                t("fast_forward.path_label"), list(paths), key="path", name_of=paths.__getitem__
            )
            months = _whole("months", _MONTHS, 1, fast_forward.bounds()["months_max"])
            futures = _whole("futures", _FUTURES, 1, fast_forward.bounds()["futures_max"])
            quota = _whole("quota_percent", _QUOTA_PERCENT, 0, QUOTA_PERCENT_MAX, step=10)
        curves = _curves(months) if path == OWN else None
        if st.button(
            t("fast_forward.run"), key="fast_forward_run_own", icon=":material/play_arrow:"
        ):
            compared = Compared(one, other, path)
            _start_own(actor, compared, (months, futures, quota), curves)
            st.rerun()


def _policy_choice(side: str, codes: list[str], names: dict[str, str]) -> str:
    label = t(f"fast_forward.policy_{side}")
    return inputs.choose_one(label, codes, key=side, name_of=names.__getitem__)


def _whole(name: str, value: int, low: int, high: int, *, step: int = 1) -> int:
    return int(
        st.number_input(
            t(f"fast_forward.{name}"),
            value=value,
            min_value=low,
            max_value=high,
            step=step,
            key=f"fast_forward_{name}",
            help=t(f"fast_forward.{name}_help"),
        )
    )


def _curves(months: int) -> pl.DataFrame:
    """Odds of lateness and demand of each month ahead, in percent of the usual, as typed."""
    limits = fast_forward.bounds()
    usual = pl.DataFrame(
        {
            "month": range(1, months + 1),
            "odds": [_PERCENT] * months,
            "demand": [_PERCENT] * months,
        }
    )
    st.caption(t("fast_forward.curves_note"))
    return st.data_editor(
        usual,
        key=f"fast_forward_curves_{months}",
        hide_index=True,
        disabled=["month"],
        column_config={
            "month": st.column_config.NumberColumn(t("fast_forward.curve_month"), format="%d"),
            **{
                name: st.column_config.NumberColumn(
                    t(f"fast_forward.curve_{name}"),
                    min_value=limits[name][0] * _PERCENT,
                    max_value=limits[name][1] * _PERCENT,
                    step=1,
                    required=True,
                    format="%d %%",
                )
                for name in ("odds", "demand")
            },
        },
    )


def _start_own(
    actor: Actor, compared: Compared, plan: tuple[int, int, int], curves: pl.DataFrame | None
) -> None:
    months, futures, quota_percent = plan
    try:
        order = Order(
            one=choices.policy(actor, compared.one),
            other=choices.policy(actor, compared.other),
            path=macro_path(compared.path) if curves is None else _own_path(curves),
            months=months,
            futures=futures,
            quota_percent=quota_percent,
        )
    except LendingError as refusal:
        notices.refused(refusal)
        return
    runs.start(actor, order, compared)


def _own_path(curves: pl.DataFrame) -> MacroPath:
    def curve(name: str) -> tuple[tuple[int, float], ...]:
        return tuple((number, level / _PERCENT) for number, level in enumerate(curves[name]))

    return MacroPath(curve("odds"), curve("demand"))
