"""Proofs to hand out: that a loan stands in the ledger, and that the ledger only ever grew."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from lending_core.access.permissions import Actor, Permission, require
from lending_core.errors import InvalidInput, InvalidState, NotFound
from lending_core.ledger.blocks import Segment
from lending_core.ledger.merkle import (
    consistency_path,
    inclusion_path,
    inclusion_paths,
    root,
    text_leaves,
)
from lending_core.ledger.tables import fact_tables
from lending_core.ledger.verify import CONSISTENCY_PROOF, LOAN_PROOF
from lending_core.operations.signing_keys import changes_for_proof
from lending_core.store.engine import Store
from lending_core.store.fact_rows import Column, condition, fact_rows, places_of, schema

# What of a loan is proved, by the columns that say whose a row is. None of them holds a personal
# field, and each row goes out as it is.
_OF_LOAN = {
    "loan": ("loan_id", {}),
    "funding": ("loan_id", {}),
    "instalment": ("loan_id", {}),
    "loan_event": ("loan_id", {}),
    "funding_change": ("loan_id", {}),
    "guarantee_call": ("loan_id", {}),
    "event": ("subject_id", {"subject_kind": "loan"}),
}


def proof_of_loan(
    store: Store, actor: Actor, loan_id: int, funder_code: str | None = None
) -> dict[str, Any]:
    """Rows of a loan (contract, fundings, instalments, what was paid and changed, shares that
    changed hands, guarantees that were called, events) with their paths to the newest signed head:
    `python verify.py PROOF KEY` checks it without this house. `funder_code`: for this lender,
    without what it says of others, but for whom it bought from or sold to; an actor who stands for
    a lender gets no other. `waiting`: how many rows are not sealed yet and stay out. Raises
    `NotAllowed`, `NotFound`, and `InvalidState` for a loan that is not sealed or rows that are not
    as they were."""
    require(actor, Permission.VIEW_EVENTS)
    lender = actor.funder_code or funder_code
    segments = _segments(store)
    work = _Proof(store, schema(store), segments, lender, _others(store, loan_id, lender))
    for table in _OF_LOAN:
        work.add(table, loan_id)
    if not any(row["table"] == "loan" for row in work.rows):
        raise InvalidState("loan_not_sealed", loan_id=loan_id)
    return {
        "format": LOAN_PROOF,
        "loan_id": loan_id,
        "waiting": work.waiting,
        "head": _heads(store)[-1],
        "keys": changes_for_proof(store),
        **work.parts(store),
    }


def consistency_proof(store: Store, actor: Actor, first: int, second: int) -> dict[str, Any]:
    """That the blocks up to `second` continue those up to `first`: both signed heads, and the path
    between them. Raises `NotAllowed`, and `InvalidInput` for heads that there are not."""
    require(actor, Permission.VIEW_EVENTS)
    heads = _heads(store)
    if not 0 < first <= second <= len(heads):
        raise InvalidInput("heads_unknown", first=first, second=second, newest=len(heads))
    leaves = text_leaves(_block_texts(store)[:second])
    return {
        "format": CONSISTENCY_PROOF,
        "first": heads[first - 1],
        "second": heads[second - 1],
        "keys": changes_for_proof(store),
        "path": _hex(consistency_path(leaves, first)),
    }


@dataclass
class _Proof:
    """A proof in the making: rows, and the segments that they are in."""

    store: Store
    columns: Mapping[str, tuple[Column, ...]]
    segments: list[Segment]
    lender: str | None
    others: frozenset[str]
    rows: list[dict[str, Any]] = field(default_factory=list)
    used: list[Segment] = field(default_factory=list)
    waiting: int = 0

    def add(self, table: str, loan_id: int) -> None:
        """Takes the sealed rows of the loan in one table."""
        column, also = _OF_LOAN[table]
        wanted = condition({column: loan_id, **also})
        places = places_of(self.store, table, wanted)
        own = [one for one in self.segments if one.table == table and not one.is_extension]
        for segment in own:
            inside = places.filter(places.is_between(segment.first, _last(segment)))
            if inside.len():
                self._add(segment, [int(place) - segment.first for place in inside])
        end = max((_last(segment) for segment in own), default=-1)
        self.waiting += int((places > end).sum())

    def _add(self, segment: Segment, indexes: list[int]) -> None:
        texts = _texts(self.store, self.columns[segment.table], segment)
        leaves = text_leaves(texts)
        if root(leaves).hex() != segment.root:
            raise InvalidState("ledger_broken", table=segment.table)
        self.used.append(segment)
        for index, path in zip(indexes, inclusion_paths(leaves, indexes), strict=True):
            if self._may_show(segment.table, texts[index]):
                self.rows.append(
                    {
                        "table": segment.table,
                        "segment": len(self.used) - 1,
                        "index": index,
                        "text": texts[index],
                        "path": _hex(path),
                    }
                )

    def _may_show(self, table: str, text: str) -> bool:
        """Whether a row goes out: it says nothing of another lender, or says that this one bought
        from it or sold to it."""
        if not _names_any(text, self.others):
            return True
        own = frozenset((self.lender,)) if self.lender else frozenset()
        return table == "funding_change" and _names_any(text, own)

    def parts(self, store: Store) -> dict[str, Any]:
        """The rows with the segments and blocks that lead them to the head."""
        texts = _block_texts(store)
        numbers = sorted({segment.block for segment in self.used})
        paths = inclusion_paths(text_leaves(texts), [number - 1 for number in numbers])
        blocks = [
            {"index": number - 1, "text": texts[number - 1], "path": _hex(path)}
            for number, path in zip(numbers, paths, strict=True)
        ]
        return {"blocks": blocks, "segments": self._parts(numbers), "rows": self.rows}

    def _parts(self, numbers: list[int]) -> list[dict[str, Any]]:
        parts = []
        for segment in self.used:
            together = [one for one in self.segments if one.block == segment.block]
            leaves = text_leaves([one.text for one in together])
            index = together.index(segment)
            parts.append(
                {
                    "block": numbers.index(segment.block),
                    "index": index,
                    "text": segment.text,
                    "path": _hex(inclusion_path(leaves, index)),
                }
            )
        return parts


def _texts(store: Store, columns: tuple[Column, ...], segment: Segment) -> list[str]:
    """The texts of a segment's rows."""
    present = {column.name: column for column in columns}
    chosen = [present[name] for name in segment.columns]
    texts: list[str] = []
    # What is personal now may have been sealed in plain.
    sealed = replace(fact_tables()[segment.table], personal=segment.personal)
    for rows in fact_rows(store, sealed, chosen, segment.first):
        texts += rows["text"].to_list()
        if len(texts) >= segment.rows:
            break
    return texts[: segment.rows]


def _others(store: Store, loan_id: int, funder_code: str | None) -> frozenset[str]:
    """The other lenders of a loan, of whom this one learns nothing. Raises `NotFound` for a loan
    that there is not, or that is not this lender's."""
    codes = set(store.read("funder_of_loan", loan_id=loan_id)["funder_code"])
    if not codes or (funder_code is not None and funder_code not in codes):
        raise NotFound("loan_unknown", loan_id=loan_id)
    return frozenset() if funder_code is None else frozenset(codes - {funder_code})


def _names_any(text: str, codes: frozenset[str]) -> bool:
    """Whether a row's text says one of these codes; what an event says is a text within it."""
    plain = text.replace('\\"', '"')
    return any(f'"{code}"' in plain for code in codes)


def _segments(store: Store) -> list[Segment]:
    rows = store.read("ledger_segment").iter_rows(named=True)
    return [Segment.of(row["segment_id"], row["text"]) for row in rows]


def _heads(store: Store) -> list[dict[str, str]]:
    return store.read("ledger_head").select("text", "signature").to_dicts()


def _block_texts(store: Store) -> list[str]:
    return store.read("ledger_block")["text"].to_list()


def _last(segment: Segment) -> int:
    return segment.first + segment.rows - 1


def _hex(nodes: list[bytes]) -> list[str]:
    return [node.hex() for node in nodes]
