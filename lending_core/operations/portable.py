"""What reports, policies and scorecards say to an engine, held against what both engines have."""

from collections.abc import Iterator
from dataclasses import replace

from lending_core.operations.policy_replay import differences_sql
from lending_core.operations.score_reports import scored_sql
from lending_core.policy.compile import decision_query, trail_query
from lending_core.policy.document import Policy, opening_policy
from lending_core.policy.optimise_options import counts_query, sums_query
from lending_core.policy.replay import changed_query, replay_query
from lending_core.policy.replay_people import Cell, affected_query, effects_query, people_query
from lending_core.policy.replay_sums import cube_query, deals_query, outcomes_query
from lending_core.products.catalogue import catalogue
from lending_core.scoring.compile import score_query
from lending_core.scoring.document import entry_scorecard
from lending_core.scoring.scorecard import Scorecard
from lending_core.store import portable

# Names of tables that replays are held in, for as long as only the words are looked at.
_BASE, _CHANGED = "base", "changed"


def not_portable() -> list[str]:
    """Places in reports over the whole book, and in what the house's first policy and scorecard
    compile to, that another engine would not understand, or would understand otherwise: file or
    function, line and what it is; empty means none."""
    compiled = [*policy_statements(opening_policy()), *card_statements(entry_scorecard())]
    return [str(place) for place in (*portable.outside_of_all(), *outside_of(compiled))]


def outside_of(compiled: list[tuple[str, str]]) -> list[portable.Outside]:
    """Places outside the portable subset in statements, each with the function that compiles it."""
    return [place for source, text in compiled for place in portable.outside(source, text)]


def policy_statements(policy: Policy) -> Iterator[tuple[str, str]]:
    """Every statement that a policy is decided, replayed, compared and optimised by, each with the
    function that compiles it."""
    products = tuple(catalogue().values())
    halved = (replace(b, limit_person_fen=b.limit_person_fen // 2) for b in policy.band)
    draft = replace(policy, band=tuple(halved))
    people = Cell("draft", "band", policy.band[0].name, "inferred")
    compiled = {
        "policy/compile.py decision_query": decision_query(policy, products),
        "policy/compile.py trail_query": trail_query(policy, products),
        "policy/replay.py replay_query": replay_query(policy, products, policy.assumption),
        "policy/replay.py changed_query": changed_query(
            policy, draft, products, policy.assumption, _BASE
        ),
        "policy/replay_sums.py cube_query": cube_query(_BASE, "today", modelled=True),
        "policy/replay_sums.py deals_query": deals_query(_BASE, "today"),
        "policy/replay_sums.py outcomes_query": outcomes_query("matured"),
        "policy/replay_people.py effects_query": effects_query(_CHANGED),
        "policy/replay_people.py affected_query": affected_query(_CHANGED, 1),
        "policy/replay_people.py people_query": people_query(_BASE, _CHANGED, people, 1),
        "policy/optimise_options.py sums_query": sums_query(policy, products, _BASE, "offered"),
        "policy/optimise_options.py counts_query": counts_query(_BASE),
    }
    for name, query in compiled.items():
        yield f"lending_core/{name}", query.sql("duckdb")
    yield "lending_core/operations/policy_replay.py differences_sql", differences_sql(policy)


def card_statements(card: Scorecard) -> Iterator[tuple[str, str]]:
    """Every statement that a scorecard scores by, each with the function that compiles it."""
    yield "lending_core/scoring/compile.py score_query", score_query(card, "known").sql("duckdb")
    yield "lending_core/operations/score_reports.py scored_sql", scored_sql(card)
