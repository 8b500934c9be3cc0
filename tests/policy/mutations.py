"""Damaged policies for tests, and what becomes of one: refused, found faulty, or it decides."""

import datetime
import functools
import random
from typing import Any

from lending_core.errors import InvalidInput
from lending_core.policy.checks import findings
from lending_core.policy.document import Policy, policy_text, read_policy
from lending_core.policy.rows import TABLES, Row, Rows, policy_of, rows_of
from tests.policy.builders import POLICY, PRODUCTS, a_business, an_applicant, decide_all
from tests.policy.reading import decide_by_hand

# What hands and files put into cells: of the wrong kind, out of range, near the right one, hostile.
CELLS: tuple[Any, ...] = (
    None,
    "",
    " ",
    "0",
    "18",
    "0.5",
    "-1",
    "1e400",
    "nan",
    "inf",
    "true",
    "额度",
    "'; drop table decision --",
    "a" * 300,
    "two\nlines",
    True,
    False,
    0,
    1,
    -1,
    100,
    585,
    10**9,
    10**30,
    0.5,
    float("nan"),
    [],
    {},
    datetime.date(2026, 1, 1),
)


def mutated(seed: int) -> Rows:
    """The reference policy's rows with one to three things done to them."""
    draw = random.Random(seed)
    rows = rows_of(POLICY)
    for _ in range(draw.randint(1, 3)):
        rows = draw.choice(DAMAGES)(rows, draw)
    return rows


def with_odd_cell(rows: Rows, draw: random.Random) -> Rows:
    part = draw.choice([part for part in rows if rows[part]])
    name = draw.choice(list(rows[part][0]))
    return with_cell(rows, draw, part, name, draw.choice(CELLS))


def with_cell_of_another(rows: Rows, draw: random.Random) -> Rows:
    """A cell that is right elsewhere: a score of another band, an operator of another rule."""
    part = draw.choice([part for part in TABLES if rows[part]])
    name = draw.choice(list(rows[part][0]))
    return with_cell(rows, draw, part, name, draw.choice(rows[part]).get(name))


def with_number_moved(rows: Rows, draw: random.Random) -> Rows:
    part = draw.choice(["band", "product", "assumption", "guard"])
    names = [name for name, cell in rows[part][0].items() if type(cell) is int]
    name = draw.choice(names)
    cell = draw.choice(rows[part]).get(name)
    moved = cell * draw.choice([-1, 0, 2, 3]) // draw.choice([1, 2]) if type(cell) is int else 0
    return with_cell(rows, draw, part, name, moved)


def with_row_gone(rows: Rows, draw: random.Random) -> Rows:
    part = draw.choice([part for part in rows if rows[part]])
    gone = draw.randrange(len(rows[part]))
    left = [row for number, row in enumerate(rows[part]) if number != gone]
    return rows | {part: left or rows[part] if part not in TABLES else left}


def with_row_twice(rows: Rows, draw: random.Random) -> Rows:
    part = draw.choice(list(TABLES))
    return rows | {part: [*rows[part], *rows[part][:1]]}


def with_rows_swapped(rows: Rows, draw: random.Random) -> Rows:
    part = draw.choice(list(TABLES))
    return rows | {part: draw.sample(rows[part], len(rows[part]))}


def with_odd_column(rows: Rows, draw: random.Random) -> Rows:
    part = draw.choice(list(TABLES))
    return rows | {part: [row | {draw.choice(["colour", ""]): 1} for row in rows[part]]}


def with_cell(rows: Rows, draw: random.Random, part: str, name: str, cell: Any) -> Rows:
    chosen = draw.randrange(len(rows[part]))
    changed: list[Row] = [
        row | {name: cell} if number == chosen else row for number, row in enumerate(rows[part])
    ]
    return rows | {part: changed}


DAMAGES = (
    with_odd_cell,
    with_cell_of_another,
    with_number_moved,
    with_number_moved,
    with_row_gone,
    with_row_twice,
    with_rows_swapped,
    with_odd_column,
)


@functools.cache
def applicants() -> list[dict[str, Any]]:
    """People and a shop on both sides of every band and of the commonest rules."""
    scores = [None, 0, 529, 530, 584, 585, 614, 615, 650, 705, 755, 900]
    people = [
        an_applicant(application_id=number, score=score, learning_draw=number * 17)
        for number, score in enumerate(scores, start=1)
    ]
    return [
        *people,
        an_applicant(application_id=90, age_years=17),
        an_applicant(application_id=91, inquiries_3m=9, monthly_income_fen=None),
        an_applicant(application_id=92, has_current_overdue=None, own_principal_fen=19_000_000),
        a_business(application_id=93),
        a_business(application_id=94, score=720, merchant_receipts_monthly_fen=None),
    ]


def fate(seed: int, *, is_tried: bool = True) -> str:
    """What becomes of a damaged policy; a wrong decision fails here where it `is_tried`."""
    try:
        policy = policy_of(mutated(seed))
    except InvalidInput as refusal:
        return "refused by place" if is_placed(refusal) else f"refused: {refusal}"
    if findings(policy, PRODUCTS):
        return "faulty"
    assert read_policy(policy_text(policy)) == policy
    if is_tried:
        assert_decides_rightly(policy, seed)
    return "decides"


def is_placed(refusal: InvalidInput) -> bool:
    return bool({"place", "code"} & refusal.facts.keys()) and bool(refusal.text("zh"))


def assert_decides_rightly(policy: Policy, seed: int) -> None:
    by_hand = [decide_by_hand(policy, applicant) for applicant in applicants()]
    by_query = decide_all(policy, applicants())

    assert by_query == by_hand, seed
