"""No operation is forgotten: each that asks who is acting has its place in the matrix of rights."""

import ast
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import lending_core.operations
from lending_core.access.permissions import Actor

LISTS = Path(__file__).parent
# Operations that the matrix does not ask, and what stands in for it.
ELSEWHERE = {
    "collection_cases.check_lock": "a part of steps that ask for COLLECT",
    "fast_forward.fast_forward": "starts processes: tests/operations/test_fast_forward",
    "listing.as_read": "hides nothing, of lists that tell nothing of people",
    "lake_catalogue.check_books": "reaches a server: tests/operations/test_lake_catalogue",
    "lake_catalogue.forget_before": "reaches a server: tests/operations/test_lake_catalogue",
    "lake_catalogue.register_book": "reaches a server: tests/operations/test_lake_catalogue",
    "lake_catalogue.register_lake": "reaches a server: tests/operations/test_lake_catalogue",
    "lake_checks.check_lake": "reads files: tests/operations/test_lake_checks",
    "lake_copies.copy_lake": "writes a file: tests/operations/test_lake_copies",
    "lake_export.export_book": "writes files: tests/operations/test_lake_export",
    "listing.frames": "a part of reports that ask for their own right",
    "listing.page": "a part of reports that ask for their own right",
    "loan_events.record_within": "a part of steps that ask for their own right",
    "ownership.check_own": "a part of steps that ask for their own right",
    "ownership.check_own_customer": "a part of steps that ask for their own right",
    "ownership.check_own_line": "a part of steps that ask for their own right",
    "ownership.check_own_loan": "a part of steps that ask for their own right",
    "ownership.is_own": "a part of steps that ask for their own right",
    "ownership.keep_owner": "a part of steps that ask for their own right",
    "own_funding.own_code": "a part of what lenders see, which asks for VIEW_OWN_FUNDING",
    "personal.about_people": "a part of reports that ask for their own right",
    "personal.masked": "a part of reports that ask for their own right",
    "personal.masked_rows": "a part of reports that ask for their own right",
    "policy_drafts.end_draft": "a part of steps that ask for SAVE_POLICY",
    "policy_optimise.best": "over a question of `question`, which asks first",
    "policy_optimise.best_under": "over a question of `question`, which asks first",
    "policy_optimise.conflicting": "over a question of `question`, which asks first",
    "policy_optimise.loss_caps": "over a question of `question`, which asks first",
    "policy_optimise.question": "over a past with applications: `span` asks first",
    "policy_optimise.reproduced": "over a past with applications: `parts` asks first",
    "provision_overlays.may_end_overlays": "the question itself",
    "risk_pack_book.cohorts": "a part of the pack, of reports that ask for VIEW_BOOK",
    "risk_pack_book.concentration": "a part of the pack, of reports that ask for VIEW_BOOK",
    "risk_pack_book.provisions": "a part of the pack, of reports that ask for VIEW_BOOK",
    "risk_pack_book.roll": "a part of the pack, of reports that ask for VIEW_BOOK",
    "risk_pack_sections.sections": "a part of the pack, of reports that ask for VIEW_BOOK",
    "risk_pack_work.collections": "a part of the pack: sums, of nobody by name",
    "risk_pack_work.warnings": "a part of the pack, of reports that ask for VIEW_BOOK",
    "unmasking.must_hold_case": "the question itself: whether a collector needs the case",
    "unmasking.shown_in_plain": "what was unmasked before: tests/operations/test_unmasking",
    "warning_back_test.keep": "needs months that were run: tests/operations/test_warning_back_test",
    "warning_back_test.run_back_test": "starts processes; its `months_of` asks first",
    "tapes.import_tape": "over files, not over a store: tests/operations/test_tapes",
}


def functions() -> Iterator[tuple[str, Callable[..., Any]]]:
    """Every public function of operations, as `module.function`."""
    package = lending_core.operations
    for found in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
        module = import_module(found.name)
        for name, function in inspect.getmembers(module, inspect.isfunction):
            if function.__module__ == found.name and not name.startswith("_"):
                yield f"{found.name.rpartition('.')[2]}.{name}", function


def asks_who(function: Callable[..., Any]) -> bool:
    """Whether a person is handed over."""
    hints = [each.annotation for each in inspect.signature(function).parameters.values()]
    return Actor in hints


def called_here() -> set[str]:
    """What the lists of this folder call, as `module.function`."""
    nodes = (node for path in LISTS.glob("*.py") for node in ast.walk(ast.parse(path.read_text())))
    return {
        f"{node.value.id}.{node.attr}"
        for node in nodes
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
    }


def test_every_operation_that_asks_who_acts_is_in_the_matrix_or_says_why_not() -> None:
    asking = {name for name, function in functions() if asks_who(function)}

    assert sorted(asking - called_here() - ELSEWHERE.keys()) == []
    assert sorted(ELSEWHERE.keys() - asking) == []
