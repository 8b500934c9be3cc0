"""A limit policy as a document to read or to carry away: words in Markdown, or TOML."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lending_core.policy.document import Policy
from lending_core.policy.rows import COLUMNS, NAMING, RECORDS, Row, Rows, rows_of
from pages.ui import policy_words as words
from pages.ui.text import plain, sentence


def policy_markdown(policy: Policy, language: str) -> str:
    """The whole policy as a document to read, in Markdown."""
    rows = rows_of(policy)
    parts = [
        _head(rows, language),
        _list("gate", rows["gate"], language),
        _table("band", rows["band"], language),
        _list("multiplier", rows["multiplier"], language),
        _table("product", rows["product"], language),
        _bounds(rows["cap"], language),
        _list("line_review", rows["line_review"], language),
        *(_numbers(part, rows[part][0], language) for part in RECORDS),
    ]
    return "\n\n".join(parts) + "\n"


def _head(rows: Rows, language: str) -> str:
    general = rows["general"][0]
    until = general["effective_until"]
    lines = [
        f"# {_typed(general['name'])}",
        sentence(
            "policy_editor.dates_until" if until else "policy_editor.dates",
            language,
            since=general["effective_on"],
            until=until,
        ),
    ]
    return "\n\n".join(lines)


def _list(part: str, rows: Sequence[Row], language: str) -> str:
    lines = [f"- {words.rule_text(part, row, language)}{_source(row, language)}" for row in rows]
    nothing = sentence("policy_editor.no_rows", language)
    return "\n".join([f"## {words.part_title(part, language)}", "", *(lines or [nothing])])


def _bounds(rows: Sequence[Row], language: str) -> str:
    lines = []
    for row in rows:
        name = words.row_name("cap", row, language)
        value = words.cell_text("value", row["value"], row, language)
        lines.append(f"- {name}: {value}{_source(row, language)}")
    return "\n".join([f"## {words.part_title('cap', language)}", "", *lines])


def _numbers(part: str, row: Row, language: str) -> str:
    lines = [
        f"- {words.column_name(part, name, language)}: {words.cell_text(name, cell, row, language)}"
        for name, cell in row.items()
    ]
    return "\n".join([f"## {words.part_title(part, language)}", "", *lines])


def _table(part: str, rows: Sequence[Row], language: str) -> str:
    columns = [name for name in COLUMNS[part] if name != "source"]
    headings = [words.column_name(part, name, language) for name in columns]
    lines = [headings, ["---"] * len(headings), *_cells(part, rows, columns, language)]
    drawn = [f"| {' | '.join(line)} |" for line in lines]
    return "\n".join([f"## {words.part_title(part, language)}", "", *drawn])


def _cells(
    part: str, rows: Sequence[Row], columns: Sequence[str], language: str
) -> Iterator[list[str]]:
    for row in rows:
        yield [
            _typed(words.row_name(part, row, language))
            if name == NAMING[part]
            else words.cell_text(name, row[name], row, language)
            for name in columns
        ]


def _source(row: Mapping[str, Any], language: str) -> str:
    source = _typed(str(row["source"]))
    if source == "assumption":
        source = sentence("limit_policies.assumption", language)
    return f" ({source})"


def _typed(text: str) -> str:
    """What a person typed: no markup comes of it, and no cell of a table ends in it."""
    return plain(text).replace("|", "\\|")
