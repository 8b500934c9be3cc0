"""Commands about the ledger: sealing, verifying, proofs to hand out, and witnesses."""

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from lending_core.command import Command, no_arguments
from lending_core.errors import InvalidInput


def _seal(_: argparse.Namespace) -> None:
    from lending_core.access.permissions import SYSTEM
    from lending_core.operations.sealing import seal_block

    with _store() as store, _bar("Sealing") as show:
        number = seal_block(store, SYSTEM, at=datetime.now(UTC), progress=show)
    print("nothing happened since the last block" if number is None else f"block {number}")


def _verify(_: argparse.Namespace) -> None:
    from lending_core.access.permissions import SYSTEM
    from lending_core.operations.ledger_checks import verify_ledger

    with _store() as store, _bar("Verifying") as show:
        found = verify_ledger(store, SYSTEM, show)
    for one in found.findings:
        print(
            f"{one.kind}: {one.table} {one.row_key}"
            + (f" (block {one.block})" if one.block else "")
        )
    waiting = sum(found.waiting.values())
    print(f"{found.blocks} blocks, {found.rows} rows, {waiting} not sealed yet: ", end="")
    if not found.is_whole:
        print(f"{len(found.findings)} findings")
        raise InvalidInput("ledger_findings", findings=len(found.findings))
    print("whole")


def _loan(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--loan", type=int, required=True, help="number of the loan")
    parser.add_argument("--funder", help="the lender that the proof is for")
    _out(parser)


def _proof(arguments: argparse.Namespace) -> None:
    from lending_core.access.permissions import SYSTEM
    from lending_core.operations.ledger_proofs import proof_of_loan

    with _store() as store:
        _write(arguments.out, proof_of_loan(store, SYSTEM, arguments.loan, arguments.funder))


def _growth(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--first", type=int, required=True, help="blocks of the earlier head")
    parser.add_argument("--second", type=int, required=True, help="blocks of the later head")
    _out(parser)


def _growth_proof(arguments: argparse.Namespace) -> None:
    from lending_core.access.permissions import SYSTEM
    from lending_core.operations.ledger_proofs import consistency_proof

    with _store() as store:
        proof = consistency_proof(store, SYSTEM, arguments.first, arguments.second)
        _write(arguments.out, proof)


def _files(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("proof", type=Path, help="a proof that was handed out")
    parser.add_argument("key", type=Path, help="the public key, as `ledger-key` prints it")
    parser.add_argument("head", type=Path, nargs="?", help="the signed head that was kept")


def _check_proof(arguments: argparse.Namespace) -> None:
    from lending_core.ledger.verify import main

    names = [str(path) for path in vars(arguments).values() if isinstance(path, Path)]
    if code := main(names):
        sys.exit(code)


def _key(_: argparse.Namespace) -> None:
    from lending_core.access.permissions import SYSTEM
    from lending_core.operations.ledger_witnesses import ledger_key

    with _store() as store:
        print(ledger_key(store, SYSTEM).decode(), end="")


def _change_key(_: argparse.Namespace) -> None:
    from lending_core.access.permissions import SYSTEM
    from lending_core.operations.signing_keys import change_signing_key

    with _store() as store:
        number = change_signing_key(store, SYSTEM, at=datetime.now(UTC))
    print(f"change {number}: keep a copy of the new key, and hand its public half to witnesses")


def _witness(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--witness", required=True, help="who keeps the head: a lender's code")
    parser.add_argument(
        "--folder", type=Path, required=True, help="where the witness keeps heads: not this machine"
    )


def _give_head(arguments: argparse.Namespace) -> None:
    from lending_core.access.permissions import SYSTEM
    from lending_core.operations.ledger_witnesses import give_head, head_file

    with _store() as store:
        head = give_head(store, SYSTEM, arguments.witness, at=datetime.now(UTC))
    _write(head_file(arguments.folder, head), head)


def _check_witness(arguments: argparse.Namespace) -> None:
    from lending_core.access.permissions import SYSTEM
    from lending_core.operations.ledger_witnesses import check_witness, kept_heads

    with _store() as store:
        report = check_witness(store, SYSTEM, kept_heads(arguments.folder, arguments.witness))
    for one in report.findings:
        print(f"{one.kind}: {one.table} {one.row_key}")
    print(f"{report.heads} heads kept; they fit up to block {report.agreed}")
    if report.findings:
        raise InvalidInput("ledger_findings", findings=len(report.findings))


def _out(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--out", type=Path, required=True, help="the file to write")


def _write(path: Path, document: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", "utf-8")
    print(path)


@contextmanager
def _store() -> Iterator[Any]:
    from lending_core.operations.console import open_console
    from lending_core.settings import from_environment

    store = open_console(from_environment())
    try:
        yield store
    finally:
        store.close()


@contextmanager
def _bar(what: str) -> Iterator[Callable[[int, int, str], None]]:
    """A progress bar that counts rows."""
    from tqdm import tqdm

    with tqdm(unit="row", desc=what, unit_scale=True) as bar:

        def show(done: int, of: int, table: str) -> None:
            bar.total = of
            bar.set_postfix_str(table, refresh=False)
            bar.update(done - bar.n)

        yield show


COMMANDS = (
    Command(
        "seal", "seal what was recorded since the last block of the ledger", no_arguments, _seal
    ),
    Command(
        "verify",
        "check every fact and the ledger, and name what was changed",
        no_arguments,
        _verify,
    ),
    Command("ledger-key", "print the public key that proofs are checked with", no_arguments, _key),
    Command(
        "change-ledger-key",
        "have another key sign the ledger from now on; proofs of before still verify",
        no_arguments,
        _change_key,
    ),
    Command("proof", "write a proof that a loan stands in the ledger", _loan, _proof),
    Command(
        "growth-proof",
        "write a proof that a later head continues an earlier",
        _growth,
        _growth_proof,
    ),
    Command("check-proof", "check a proof with nothing but the public key", _files, _check_proof),
    Command("give-head", "hand the newest signed head to a witness", _witness, _give_head),
    Command(
        "check-witness",
        "hold the heads that a witness kept against the ledger",
        _witness,
        _check_witness,
    ),
)
