"""A mapping that a person is still writing: plain texts in the session, whole or not yet."""

from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import Any

import streamlit as st

from lending_core.mapping import Expression, read_expression
from lending_core.portfolio.tape_mapping import TapeMapping, read_tape_mapping, write_tape_mapping
from lending_core.portfolio.tape_targets import PAYMENT_TARGETS, TARGETS

_DRAFT_KEY = "tape_draft"
_SERIES_KEY = "tape_draft_series"


@dataclass(frozen=True)
class Draft:
    """What stands in the fields: a text per target, empty where the tape does not tell it."""

    shape: str
    currency: str
    as_of_on: str = ""
    exclude: str = ""
    note: str = ""
    columns: dict[str, str] = field(default_factory=dict)
    payments: dict[str, str] = field(default_factory=dict)
    segments: dict[str, str] = field(default_factory=dict)

    def of_shape(self, proposed: "Draft") -> "Draft":
        """The same for a tape of another shape: what that shape does not have is left out, what it
        has more is as `proposed`."""
        known = {target.name for target in TARGETS[proposed.shape]}
        kept = {name: text for name, text in self.columns.items() if name in known}
        return replace(
            self,
            shape=proposed.shape,
            columns={**proposed.columns, **kept},
            payments=proposed.payments,
        )


def draft_of(mapping: TapeMapping) -> Draft:
    """The draft in which a mapping stands as it is."""
    as_of_on = mapping.as_of_on
    texts = {
        name: {key: each.text for key, each in getattr(mapping, name).items()}
        for name in ("columns", "payments", "segments")
    }
    return Draft(
        shape=mapping.shape,
        currency=mapping.currency,
        as_of_on=as_of_on.text if isinstance(as_of_on, Expression) else str(as_of_on or ""),
        exclude=mapping.exclude.text if mapping.exclude else "",
        note=mapping.note,
        **texts,
    )


def toml_of(draft: Draft) -> str:
    """The draft as a mapping document, whether or not one can be read from it."""
    return write_tape_mapping(
        TapeMapping(
            shape=draft.shape,
            currency=draft.currency.strip().upper(),
            as_of_on=_as_of(draft.as_of_on.strip()),
            exclude=_expression(draft.exclude),
            note=draft.note.strip(),
            columns=_expressions(draft.columns),
            payments=_expressions(draft.payments),
            segments=_expressions(draft.segments),
        )
    )


def mapping_of(draft: Draft) -> TapeMapping:
    """The mapping that the draft says. Raises `InvalidInput` where it is not whole."""
    return read_tape_mapping(toml_of(draft))


def unchecked(draft: Draft) -> TapeMapping:
    """The mapping as far as it is written. Raises `InvalidInput` for what is no expression."""
    as_of_on = _as_of(draft.as_of_on.strip())
    if isinstance(as_of_on, Expression):
        as_of_on = read_expression(as_of_on.text, "tape.as_of_on")
    return TapeMapping(
        shape=draft.shape,
        currency=draft.currency,
        as_of_on=as_of_on,
        exclude=_parsed({"exclude": draft.exclude}, "tape").get("exclude"),
        columns=_parsed(draft.columns, "columns"),
        payments=_parsed(draft.payments, "payments"),
        segments=_parsed(draft.segments, "segments"),
    )


def column_text(name: str) -> str:
    """The expression that is a column of the file, whatever the file calls it."""
    return '"' + name.replace('"', '""') + '"'


def targets(shape: str) -> tuple[str, ...]:
    """Names of what a tape of this shape may tell of a loan."""
    return tuple(target.name for target in TARGETS[shape])


def payment_targets() -> tuple[str, ...]:
    """Names of what is told of each payment."""
    return tuple(target.name for target in PAYMENT_TARGETS)


def kept() -> Draft | None:
    """The draft of this session, None before there is a file."""
    held = st.session_state.get(_DRAFT_KEY)
    return Draft(**held) if held else None


def keep(draft: Draft, *, is_new: bool = False) -> None:
    """Keeps the draft; a new one is put into fields of its own, where nothing was typed yet."""
    st.session_state[_DRAFT_KEY] = asdict(draft)
    if is_new:
        st.session_state[_SERIES_KEY] = series() + 1


def forget() -> None:
    """There is no draft any more."""
    st.session_state.pop(_DRAFT_KEY, None)


def series() -> int:
    """Tells the fields of one draft apart from those of another."""
    return int(st.session_state.get(_SERIES_KEY, 0))


def _parsed(texts: dict[str, str], where: str) -> dict[str, Expression]:
    return {
        name: read_expression(text.strip(), f"{where}.{name}")
        for name, text in texts.items()
        if text.strip()
    }


def _expressions(texts: dict[str, str]) -> dict[str, Expression]:
    return {name: Expression(text.strip(), ()) for name, text in texts.items() if text.strip()}


def _expression(text: str) -> Expression | None:
    return Expression(text.strip(), ()) if text.strip() else None


def _as_of(text: str) -> Any:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return _expression(text)
