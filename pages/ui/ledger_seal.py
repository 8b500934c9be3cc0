"""Parts of the sealed ledger's page: figures, verification, proofs, and heads for witnesses."""

import json
from pathlib import Path
from typing import Any

import polars as pl
import streamlit as st

from lending_core.access.permissions import Actor, Permission
from lending_core.errors import LendingError
from lending_core.ledger import verify
from lending_core.ledger.blocks import Finding
from lending_core.operations import (
    ledger_checks,
    ledger_proofs,
    ledger_witnesses,
    sealing,
    signing_keys,
)
from lending_core.operations.ledger_views import LedgerFigures
from pages.ui import format as shown
from pages.ui import inputs, notices, panels, reads, session, tables
from pages.ui.text import refusal_text, t

_JSON = "application/json"


def figures(found: LedgerFigures) -> None:
    """How far the ledger is sealed, as figures."""
    panels.key_figures(
        [
            panels.KeyFigure(t("ledger.figure_blocks"), shown.count(found.blocks)),
            panels.KeyFigure(t("ledger.figure_rows"), shown.count(found.rows)),
            panels.KeyFigure(
                t("ledger.figure_waiting"),
                shown.count(found.waiting),
                help=t("ledger.figure_waiting_help"),
            ),
            panels.KeyFigure(t("ledger.figure_sealed_to"), shown.day(found.sealed_to_on)),
            panels.KeyFigure(t("ledger.figure_given"), shown.count(found.heads_given)),
        ]
    )


def seal(actor: Actor) -> None:
    """A button that seals what waits, for whoever may."""
    if actor.may(Permission.SEAL_LEDGER) and st.button(
        t("ledger.seal"), key="ledger_seal", icon=":material/lock:", help=t("ledger.seal_help")
    ):
        _seal(actor)
        st.rerun()


def verification(actor: Actor) -> None:
    """A button that recomputes everything, counts rows as it goes, and says what was found."""
    with st.container(border=True, key="ledger_verification"):
        panels.heading(t("ledger.verify_title"), t("ledger.verify_note"))
        if not st.button(t("ledger.verify"), key="ledger_verify", icon=":material/verified:"):
            return
        # Any click ends a script that shows its progress: this one is for that.
        stop = st.empty()
        stop.button(t("ledger.stop"), key="ledger_stop", icon=":material/stop:")
        bar = st.progress(0.0)

        def show(done: int, total: int, table: str) -> None:
            words = t(
                "ledger.verifying", done=shown.count(done), of=shown.count(total), table=table
            )
            bar.progress(min(1.0, done / max(total, 1)), words)

        try:
            found = ledger_checks.verify_ledger(session.store(), actor, show)
        except LendingError as refusal:
            st.error(refusal_text(refusal), icon=":material/error:")
            return
        finally:
            bar.empty()
            stop.empty()
        _say(found)


def proofs(actor: Actor) -> None:
    """A loan's proof, the key and the program that checks it, as files to hand to a lender."""
    with st.container(border=True, key="ledger_proofs"):
        panels.heading(t("ledger.proofs_title"), t("ledger.proofs_note"))
        with st.container(horizontal=True, vertical_alignment="bottom"):
            loan_id = st.number_input(
                t("column.loan_id"), min_value=1, step=1, key="ledger_loan", width=160
            )
            if st.button(t("ledger.prove"), key="ledger_prove", icon=":material/fact_check:"):
                _prove(actor, int(loan_id))
            _file("ledger_key", "ledger-key.pem", lambda: _key(actor))
            _file("ledger_program", "verify.py", Path(verify.__file__).read_bytes)
        st.caption(t("ledger.proofs_how"))


def witnesses(actor: Actor) -> None:
    """Giving the newest head to a witness, and holding the heads that one kept against the
    ledger."""
    with st.container(border=True, key="ledger_witnesses"):
        panels.heading(t("ledger.witness_title"), t("ledger.witness_note"))
        if actor.may(Permission.SEAL_LEDGER) and st.button(
            t("ledger.give"), key="ledger_give", icon=":material/outgoing_mail:"
        ):
            st.dialog(t("ledger.give"))(_give)(actor)
        files = st.file_uploader(
            t("ledger.kept"), type="json", accept_multiple_files=True, key="ledger_kept"
        )
        if files:
            _check(actor, [file.getvalue() for file in files])


def signing_key(actor: Actor) -> None:
    """Another key for the heads from now on, for whoever may change keys, after a second look."""
    if not actor.may(Permission.CHANGE_KEYS):
        return
    with st.container(border=True, key="ledger_signing_key"):
        panels.heading(t("ledger.key_title"), t("ledger.key_note"))
        if st.button(t("ledger.change_key"), key="ledger_change_key", icon=":material/key:"):
            st.dialog(t("ledger.change_key"))(_change_key)(actor)


def named(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows with columns whose codes have names on screen: who did it, and which lender."""
    names = {"sealed_by": "actor", "given_by": "actor", "witness": "funder_code"}
    return rows.rename(names, strict=False)


def _seal(actor: Actor) -> None:
    bar = st.progress(0.0)

    def show(done: int, total: int, table: str) -> None:
        words = t("ledger.sealing", done=shown.count(done), of=shown.count(total), table=table)
        bar.progress(min(1.0, done / max(total, 1)), words)

    try:
        number = sealing.seal_block(session.store(), actor, at=session.now(), progress=show)
    except LendingError as refusal:
        notices.refused(refusal)
        return
    said = t("ledger.sealed", number=shown.count(number)) if number else t("ledger.nothing_new")
    notices.done(said)


def _say(found: ledger_checks.Verification) -> None:
    waiting = shown.count(sum(found.waiting.values()))
    if found.is_whole:
        words = t(
            "ledger.whole",
            blocks=shown.count(found.blocks),
            rows=shown.count(found.rows),
            waiting=waiting,
        )
        st.success(words, icon=":material/verified:")
        return
    words = t("ledger.broken", findings=shown.count(len(found.findings)))
    st.error(words, icon=":material/gpp_bad:")
    _list(found.findings)


def _list(findings: tuple[Finding, ...]) -> None:
    rows = pl.DataFrame(
        [
            {
                "fact_table": one.table,
                "row_key": one.row_key,
                "finding_kind": one.kind,
                "block_number": one.block,
            }
            for one in findings
        ],
        schema_overrides={"block_number": pl.Int64},
    )
    tables.show(rows, alt=t("ledger.findings_alt"), key="ledger_findings")


def _prove(actor: Actor, loan_id: int) -> None:
    try:
        proof = ledger_proofs.proof_of_loan(session.store(), actor, loan_id)
    except LendingError as refusal:
        st.error(refusal_text(refusal), icon=":material/error:")
        return
    _file("ledger_proof", f"loan_{loan_id}_proof.json", lambda: _text(proof))


def _give(actor: Actor) -> None:
    """In a dialog: to whom; the file is the head, and taking it puts on record who has it."""
    store = session.store()
    codes = reads.funder_room()["funder_code"].to_list()
    witness = inputs.choose_one(
        t("column.witness"),
        codes,
        key="ledger_witness",
        name_of=lambda code: tables.reference_name("funder", code, session.language()),
    )
    st.caption(t("ledger.give_how"))
    _file(
        "ledger_head",
        f"head_{witness}.json",
        lambda: _text(ledger_witnesses.give_head(store, actor, witness, at=session.now())),
    )


def _change_key(actor: Actor) -> None:
    """In a dialog: the step itself, and what is to be done after it."""
    st.write(t("ledger.change_key_how"))
    if not st.button(t("ledger.change_key_now"), key="ledger_change_key_now", type="primary"):
        return
    try:
        signing_keys.change_signing_key(session.store(), actor, at=session.now())
    except LendingError as refusal:
        notices.refused(refusal)
    else:
        notices.done(t("ledger.changed_key"))
    st.rerun()


def _check(actor: Actor, contents: list[bytes]) -> None:
    try:
        heads = [dict(json.loads(content)) for content in contents]
        report = ledger_witnesses.check_witness(session.store(), actor, heads)
    except (ValueError, TypeError, KeyError):
        st.error(t("ledger.no_heads"), icon=":material/error:")
        return
    if report.findings:
        st.error(
            t("ledger.disagrees", agreed=shown.count(report.agreed)), icon=":material/gpp_bad:"
        )
        _list(report.findings)
    else:
        words = t("ledger.agrees", heads=shown.count(report.heads))
        st.success(words, icon=":material/verified:")


def _key(actor: Actor) -> bytes:
    return ledger_witnesses.ledger_key(session.store(), actor)


def _text(document: Any) -> bytes:
    return json.dumps(document, ensure_ascii=False, indent=1).encode()


def _file(key: str, name: str, content: Any) -> None:
    st.download_button(
        t(f"ledger.file_{key.removeprefix('ledger_')}"),
        data=content,
        file_name=name,
        mime=_JSON if name.endswith(".json") else "text/plain",
        key=key,
        icon=":material/download:",
        on_click="ignore",
    )
