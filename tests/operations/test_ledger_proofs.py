"""What a lender is handed proves a loan without this house, and shows rewritten history."""

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from lending_core.access.permissions import SYSTEM
from lending_core.errors import InvalidInput, NotAllowed, NotFound
from lending_core.ledger import verify
from lending_core.ledger.blocks import Finding, block_hash, head_text
from lending_core.ledger.signing import public_key, sign
from lending_core.ledger.verify import ProofError, check
from lending_core.operations.ledger_checks import verify_ledger
from lending_core.operations.ledger_proofs import consistency_proof, proof_of_loan
from lending_core.operations.ledger_witnesses import (
    check_witness,
    give_head,
    given_heads,
    ledger_key,
)
from lending_core.operations.origination import submit_application
from lending_core.operations.renewing import renew_commitments
from lending_core.operations.sealing import seal_block, signing_key
from lending_core.operations.transfers import (
    TransferOrder,
    approve_transfer,
    propose_transfer,
)
from lending_core.store.engine import Store
from lending_core.store.events import Moment
from tests.builders import (
    ANALYST,
    APPROVER,
    AT,
    BUSINESS_ON,
    MAKER,
    VIEWER,
    a_book,
    a_submission,
)
from tests.operations.joint import A, lend_jointly
from tests.operations.late import late
from tests.store.loans import LENT_ON, a_book_of_july, close
from tests.tampering import put, rows_of

PARTNER, BUYER = "yuntai_finance", "hengshan_trust"
SOLD_ON = LENT_ON + timedelta(days=17)
# 91 days after the first instalment, of 15 August, was due.
CALLED_ON = LENT_ON + timedelta(days=122)


@dataclass(frozen=True)
class Sealed:
    """A book of three blocks, its key, and what a witness was given after the first."""

    store: Store
    key: bytes
    head: dict[str, Any]
    loan_id: int


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> Sealed:
    folder = tmp_path_factory.mktemp("sealed")
    store = a_book(folder / "book.duckdb", late)
    store.signing_key = folder / "ledger-key"
    seal_block(store, APPROVER, at=AT)
    head = give_head(store, APPROVER, "binhai_bank", at=AT)
    seal_block(store, APPROVER, at=AT)
    submit_application(store, ANALYST, a_submission(), key="another", at=AT)
    seal_block(store, APPROVER, at=AT)
    loan_id = int(store.read_sql("select min(loan_id) from loan").item())
    return Sealed(store, ledger_key(store, ANALYST), head, loan_id)


@pytest.fixture(scope="module")
def sold(tmp_path_factory: pytest.TempPathFactory) -> Sealed:
    """A loan of two lenders, of whom one sold its share; nobody pays, and guarantees are called."""
    folder = tmp_path_factory.mktemp("sold")
    store = a_book_of_july(folder / "book.duckdb")
    store.signing_key = folder / "ledger-key"
    lend_jointly(store, 1, ((A, 70_000), (PARTNER, 30_000)))
    close(store, LENT_ON)
    sale = TransferOrder("transfer", PARTNER, BUYER, (1,), SOLD_ON, 29_000, "concentration")
    approve_transfer(store, APPROVER, propose_transfer(store, MAKER, sale, at=AT), at=AT)
    close(store, CALLED_ON)
    seal_block(store, APPROVER, at=AT)
    return Sealed(store, ledger_key(store, ANALYST), {}, 1)


def alone(tmp_path: Path, *files: Any) -> subprocess.CompletedProcess[str]:
    """What the one file says of these, run where nothing of the project can be found."""
    program = shutil.copy(Path(verify.__file__), tmp_path / "verify.py")
    names = []
    for number, file in enumerate(files):
        path = tmp_path / f"file{number}"
        path.write_bytes(file if isinstance(file, bytes) else json.dumps(file).encode())
        names.append(str(path))
    command = [sys.executable, "-I", str(program), *names]
    return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)


def test_a_proof_of_a_loan_holds_without_the_project(sealed: Sealed, tmp_path: Path) -> None:
    proof = proof_of_loan(sealed.store, ANALYST, sealed.loan_id)

    done = alone(tmp_path, proof, sealed.key)

    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"holds: loan {sealed.loan_id}: {len(proof['rows'])} rows")


def test_a_proof_shows_the_contract_the_money_and_what_happened(sealed: Sealed) -> None:
    proof = proof_of_loan(sealed.store, ANALYST, sealed.loan_id)

    assert {row["table"] for row in proof["rows"]} >= {"loan", "funding", "instalment", "event"}
    assert proof["waiting"] == 0


@pytest.mark.parametrize("change", ["row", "segment", "block", "head", "key", "loan"])
def test_a_proof_in_which_anything_is_changed_does_not_hold(sealed: Sealed, change: str) -> None:
    proof = proof_of_loan(sealed.store, ANALYST, sealed.loan_id)
    key = sealed.key
    forged = json.loads(json.dumps(proof))
    forge = {
        "row": lambda: forged["rows"][0].update(text=proof["rows"][0]["text"].replace("1", "2")),
        "segment": lambda: forged["segments"][0].update(index=1),
        "block": lambda: forged["blocks"][0]["path"].reverse(),
        "head": lambda: forged["head"].update(text=proof["head"]["text"].replace("3", "4")),
        "key": lambda: forged["head"].update(signature="00" * 64),
        "loan": lambda: forged.update(loan_id=sealed.loan_id + 1),
    }
    forge[change]()

    with pytest.raises(ProofError):
        check(forged, key)


def test_a_lender_learns_nothing_of_a_loan_of_others(sealed: Sealed) -> None:
    with pytest.raises(NotFound):
        proof_of_loan(sealed.store, ANALYST, sealed.loan_id, funder_code="nobody")


def test_a_lender_learns_nothing_of_the_other_lender_of_its_loan(sealed: Sealed) -> None:
    store, loan_id = sealed.store, sealed.loan_id
    before = rows_of(store, "funding")
    other = before.filter(loan_id=loan_id)["funder_code"][0]
    joint = before.filter(loan_id=loan_id).with_columns(funder_code=pl.lit("partner"))
    put(store, "funding", pl.concat([before, joint]))

    proof = proof_of_loan(store, ANALYST, loan_id, funder_code="partner")

    put(store, "funding", before)
    assert {row["table"] for row in proof["rows"]} >= {"loan", "instalment"}
    assert other not in json.dumps(proof["rows"])


def test_a_lender_sees_its_own_sale_and_guarantee_and_not_those_of_others(sold: Sealed) -> None:
    proofs = {
        code: proof_of_loan(sold.store, ANALYST, sold.loan_id, funder_code=code)["rows"]
        for code in (A, PARTNER, BUYER)
    }

    seen = {code: {row["table"] for row in rows} for code, rows in proofs.items()}
    named = {
        code: {other for other in proofs if f'"{other}"' in json.dumps(rows).replace("\\", "")}
        for code, rows in proofs.items()
    }
    assert seen[A] == {"loan", "funding", "instalment", "guarantee_call", "event"}
    assert seen[PARTNER] == {"loan", "funding", "instalment", "funding_change"}
    assert seen[BUYER] == {"loan", "instalment", "funding_change", "guarantee_call", "event"}
    assert named == {A: {A}, PARTNER: {PARTNER, BUYER}, BUYER: {PARTNER, BUYER}}


def test_the_house_proves_all_of_a_loan_that_changed_hands(sold: Sealed, tmp_path: Path) -> None:
    proof = proof_of_loan(sold.store, ANALYST, sold.loan_id)

    done = alone(tmp_path, proof, sold.key)

    assert done.returncode == 0, done.stderr
    assert {row["table"] for row in proof["rows"]} >= {"funding_change", "guarantee_call"}


def test_the_second_head_continues_the_first(sealed: Sealed, tmp_path: Path) -> None:
    proof = consistency_proof(sealed.store, ANALYST, 1, 3)

    done = alone(tmp_path, proof, sealed.key, sealed.head)

    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("holds: the ledger grew from 1 to 3 blocks")


def test_a_proof_that_begins_elsewhere_is_no_proof_for_the_witness(
    sealed: Sealed, tmp_path: Path
) -> None:
    proof = consistency_proof(sealed.store, ANALYST, 2, 3)

    done = alone(tmp_path, proof, sealed.key, sealed.head)

    assert done.returncode == 1
    assert "does not begin with the head that was kept" in done.stderr


def test_heads_that_there_are_not_have_no_proof(sealed: Sealed) -> None:
    with pytest.raises(InvalidInput):
        consistency_proof(sealed.store, ANALYST, 2, 4)


def test_what_a_witness_was_given_is_on_record_and_fits(sealed: Sealed) -> None:
    report = check_witness(sealed.store, ANALYST, [sealed.head])

    assert (report.heads, report.agreed, report.findings) == (1, 1, ())
    assert given_heads(sealed.store, ANALYST)["witness"].to_list() == ["binhai_bank"]


def test_a_head_that_was_given_and_struck_off_the_record_is_seen(sealed: Sealed) -> None:
    before = rows_of(sealed.store, "ledger_witness")
    put(sealed.store, "ledger_witness", before.clear())

    report = check_witness(sealed.store, ANALYST, [sealed.head])
    found = verify_ledger(sealed.store, ANALYST)

    put(sealed.store, "ledger_witness", before)
    assert report.findings == (Finding("ledger_witness", "binhai_bank 1", "deleted"),)
    assert {(one.table, one.kind) for one in found.findings} == {("ledger_witness", "deleted")}


def test_a_head_that_was_not_given_is_told_apart(sealed: Sealed) -> None:
    report = check_witness(sealed.store, ANALYST, [{**sealed.head, "signature": "00"}])

    assert report.findings == (Finding("ledger_head", "1", "unsigned"),)


def test_history_that_the_operator_rewrote_and_signed_anew_is_seen_by_the_witness(
    sealed: Sealed,
) -> None:
    store, path = sealed.store, signing_key(sealed.store)
    before = {table: rows_of(store, table) for table in ("ledger_block", "ledger_head")}
    texts, previous = [], "0" * 64
    for text in before["ledger_block"]["text"]:
        facts = {**json.loads(text), "sealed_by": "somebody else", "previous": previous}
        texts.append(json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=False))
        previous = block_hash(texts[-1])
    heads = [head_text(texts[:number], public_key(path)) for number in (1, 2, 3)]
    put(
        store,
        "ledger_block",
        before["ledger_block"].with_columns(
            text=pl.Series(texts), hash=pl.Series([block_hash(text) for text in texts])
        ),
    )
    put(
        store,
        "ledger_head",
        before["ledger_head"].with_columns(
            text=pl.Series(heads), signature=pl.Series([sign(path, text) for text in heads])
        ),
    )

    found = check_witness(store, ANALYST, [sealed.head])

    put(store, "ledger_block", before["ledger_block"])
    put(store, "ledger_head", before["ledger_head"])
    assert found.findings == (Finding("ledger_block", "1", "rewritten", 1),)


def test_blocks_that_were_taken_away_are_missed_by_the_witness(sealed: Sealed) -> None:
    store = sealed.store
    before = rows_of(store, "ledger_block")
    put(store, "ledger_block", before.clear())

    found = check_witness(store, ANALYST, [sealed.head])

    put(store, "ledger_block", before)
    assert found.findings == (Finding("ledger_block", "1", "deleted", 1),)


def test_personal_fields_that_are_erased_leave_the_ledger_whole(sealed: Sealed) -> None:
    store, moment = sealed.store, Moment(SYSTEM, BUSINESS_ON, AT)
    erased = pl.DataFrame({"customer_id": [1], "name": [""], "phone": [""]})

    with store.transaction() as transaction:
        transaction.overwrite("customer", "customer_id", erased)
        made = renew_commitments(transaction, moment, "customer", ["1"])

    assert made == 1
    assert verify_ledger(store, ANALYST).findings == ()


def test_personal_fields_that_are_changed_without_an_erasure_are_found(sealed: Sealed) -> None:
    store = sealed.store
    before = rows_of(store, "customer")
    with store.transaction() as transaction:
        forged = pl.DataFrame({"customer_id": [1], "phone": ["1"]})
        transaction.overwrite("customer", "customer_id", forged)

    found = verify_ledger(store, ANALYST)

    put(store, "customer", before)
    assert [(one.table, one.row_key) for one in found.findings] == [("customer", "1")]


def test_nobody_without_the_right_is_given_anything(sealed: Sealed) -> None:
    with pytest.raises(NotAllowed):
        proof_of_loan(sealed.store, VIEWER, sealed.loan_id)
    with pytest.raises(NotAllowed):
        give_head(sealed.store, ANALYST, "binhai_bank", at=AT)
