"""A replay person by person: who fares better or worse, and who stands behind a figure."""

from dataclasses import dataclass

from sqlglot import exp

from lending_core.policy.replay import SIDES

# What a person notices first decides: the outcome, then the limit, the rate, the longest term.
GAINS = ("outcome_better", "limit_higher", "rate_lower", "term_longer")
LOSSES = ("outcome_worse", "limit_lower", "rate_higher", "term_shorter")
EFFECTS = (*GAINS, *LOSSES)

# Per application, of each side.
SHOWN = ("outcome", "limit_fen", "granted_rate_ppm", "expected_drawn_fen", "expected_loss_fen")
_OUTCOMES = ("decline", "review", "approve")


@dataclass(frozen=True)
class Cell:
    """The applicants of one side whose `dimension` has the `value` (None: not known), all of them
    without a dimension, and of one kind of evidence where it is named."""

    side: str
    dimension: str | None = None
    value: str | None = None
    evidence: str | None = None

    def __post_init__(self) -> None:
        if self.side not in SIDES:
            raise ValueError(f"no side {self.side!r}")


def effects_query(source: str) -> exp.Select:
    """One row per effect of a `changed_query` held in `source`: effect, applications; null where
    only the name of the band is another."""
    query = exp.select(_effect().as_("effect"), exp.Count(this=exp.Star()).as_("applications"))
    return query.from_(source).group_by(exp.convert(1))


def affected_query(source: str, most: int) -> exp.Select:
    """The applications of a `changed_query` whose limit moves most, at most so many.

    Columns: application_id, effect, evidence, and `SHOWN` of each side.
    """
    moved = exp.func("abs", exp.column("draft_limit_fen") - exp.column("today_limit_fen"))
    shown = (f"{side}_{name}" for side in SIDES for name in SHOWN)
    columns = ("application_id", "evidence", *shown)
    query = exp.select(*columns, _effect().as_("effect")).from_(source)
    query = query.where(exp.not_(_effect().is_(exp.null())))
    return query.order_by(exp.Ordered(this=moved, desc=True), "application_id").limit(most)


def people_query(base: str, changed: str, cell: Cell, most: int) -> exp.Select:
    """The applicants of a cell whom its side grants most, at most so many.

    `base` holds a `replay_query`, `changed` a `changed_query` over it. Columns: application_id,
    evidence, `SHOWN` of each side, and applications: how many the cell has.
    """
    columns = [exp.column(f"today_{name}", "base").as_(f"today_{name}") for name in SHOWN]
    columns += [_after(name).as_(f"draft_{name}") for name in SHOWN]
    everyone = exp.Window(this=exp.Count(this=exp.Star())).as_("applications")
    ids = [exp.column(name, "base") for name in ("application_id", "evidence")]
    query = exp.select(*ids, *columns, everyone).from_(exp.to_table(base).as_("base"))
    query = query.join(
        exp.to_table(changed).as_("changed"), using="application_id", join_type="left"
    )
    granted = _of_side(cell, "limit_fen")
    query = query.where(exp.and_(*_conditions(cell)))
    return query.order_by(exp.Ordered(this=granted, desc=True), "application_id").limit(most)


def _conditions(cell: Cell) -> list[exp.Expr]:
    found: list[exp.Expr] = [_of_side(cell, "outcome").neq("decline")]
    if cell.evidence is not None:
        found.append(exp.column("evidence", "base").eq(cell.evidence))
    if cell.dimension is not None:
        value = exp.null() if cell.value is None else exp.Literal.string(cell.value)
        held = (
            _of_side(cell, "band")
            if cell.dimension == "band"
            else exp.column(cell.dimension, "base")
        )
        found.append(exp.NullSafeEQ(this=held, expression=value))
    return found


def _of_side(cell: Cell, name: str) -> exp.Expr:
    return exp.column(f"today_{name}", "base") if cell.side == "today" else _after(name)


def _after(name: str) -> exp.Expr:
    """What the draft decides: as today where the application is not among the changed."""
    is_changed = exp.not_(exp.column("draft_outcome", "changed").is_(exp.null()))
    changed = exp.column(f"draft_{name}", "changed")
    return exp.case().when(is_changed, changed).else_(exp.column(f"today_{name}", "base"))


def _effect() -> exp.Case:
    found = exp.case()
    ranks = {side: _rank(side) for side in SIDES}
    compared = {
        "outcome": (ranks["today"], ranks["draft"], ("outcome_better", "outcome_worse")),
        "limit": (*_pair("limit_fen"), ("limit_higher", "limit_lower")),
        "rate": (*_pair("granted_rate_ppm"), ("rate_higher", "rate_lower")),
        "term": (*_pair("instalments_max"), ("term_longer", "term_shorter")),
    }
    for today, draft, (more, less) in compared.values():
        found = found.when(exp.GT(this=draft, expression=today), exp.Literal.string(more))
        found = found.when(
            exp.LT(this=draft.copy(), expression=today.copy()), exp.Literal.string(less)
        )
    return found


def _pair(name: str) -> tuple[exp.Expr, exp.Expr]:
    return exp.column(f"today_{name}"), exp.column(f"draft_{name}")


def _rank(side: str) -> exp.Expr:
    ranked = exp.case()
    for rank, outcome in enumerate(_OUTCOMES):
        ranked = ranked.when(exp.column(f"{side}_outcome").eq(outcome), exp.convert(rank))
    return ranked
