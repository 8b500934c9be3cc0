"""Papers that the house hands out, as PDF: what they say as data, set by Typst with a typeface that
every machine has."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path

_TEMPLATE = Path(__file__).with_name("paper.typ")


@dataclass(frozen=True)
class Fact:
    """A name and its value, both in words; the strong ones are what the paper is for."""

    name: str
    value: str
    strong: bool = False


@dataclass(frozen=True)
class Table:
    """Rows of text under headings; `numbers` says which columns stand right, `widths` how wide they
    are beside each other."""

    title: str
    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    numbers: Sequence[bool]
    widths: Sequence[int]


@dataclass(frozen=True)
class Paper:
    """A paper in one language; `made_at` stands in the file, so that the same paper is the same
    file."""

    language: str
    title: str
    subtitle: str
    footer: str
    made_at: datetime
    warning: str = ""
    facts: Sequence[Fact] = ()
    tables: Sequence[Table] = ()
    notes: Sequence[str] = field(default_factory=tuple)


def pdf_bytes(paper: Paper) -> bytes:
    """The paper on A4."""
    # The typesetter takes a moment to load, and few papers are asked for.
    import typst
    from noto_cjk_sans_otc import FONT_PATH

    said = {name: value for name, value in asdict(paper).items() if name != "made_at"}
    return bytes(
        typst.compile(
            str(_TEMPLATE),
            font_paths=[str(Path(FONT_PATH).parent)],
            ignore_system_fonts=True,
            sys_inputs={"paper": json.dumps(said)},
            timestamp=int(paper.made_at.timestamp()),
        )
    )
