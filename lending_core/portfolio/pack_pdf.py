"""A risk pack as PDF, set by Typst with a typeface that every machine has."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from lending_core.portfolio.pack import PAPER_ROWS_MAX, Chart, Figure, Pack, Section, Table
from lending_core.portfolio.pack_charts import drawn
from lending_core.portfolio.pack_words import book_name, changed, heading, shown, with_lenders, word

_TEMPLATE = Path(__file__).with_name("pack.typ")


def pdf_bytes(pack: Pack, language: str) -> bytes:
    """The pack on A4, in `en` or `zh`."""
    return typeset(content(with_lenders(pack, language), language), pack.at)


def typeset(paper: dict[str, Any], at: datetime) -> bytes:
    """A paper of the house on A4: `paper` as `content` makes it; the same is the same file."""
    # The typesetter takes a moment to load, and only month ends need it.
    import typst
    from noto_cjk_sans_otc import FONT_PATH

    # A fixed instant, so that the same paper is the same file.
    made = int(at.timestamp())
    return bytes(
        typst.compile(
            str(_TEMPLATE),
            font_paths=[str(Path(FONT_PATH).parent)],
            ignore_system_fonts=True,
            sys_inputs={"pack": json.dumps(paper)},
            timestamp=made,
        )
    )


def content(pack: Pack, language: str) -> dict[str, Any]:
    """What the template reads: every number as text, every chart as SVG."""
    return {
        "language": language,
        "title": word("pack.title", language, month=f"{pack.month_end_on:%Y-%m}"),
        "subtitle": word(
            "pack.subtitle",
            language,
            book=book_name(pack, language),
            on=pack.month_end_on,
            currency=pack.currency,
        ),
        "warning": word("pack.simulated", language) if pack.is_simulated else "",
        "footer": word("pack.footer", language, at=f"{pack.at:%Y-%m-%d %H:%M}", by=pack.made_by),
        "sections": [_section(section, language, pack.currency) for section in pack.sections],
    }


def _section(section: Section, language: str, currency: str) -> dict[str, Any]:
    return {
        "title": word(f"section.{section.code}", language),
        "notes": [word(f"note.{code}", language) for code in section.notes],
        "figures": [_figure(figure, language, currency) for figure in section.figures],
        "charts": [_chart(chart, language, currency) for chart in section.charts],
        "tables": [_table(table, language, currency) for table in section.tables],
    }


def _figure(figure: Figure, language: str, currency: str) -> dict[str, str]:
    change = changed(figure.name, figure.value, figure.before)
    return {
        "name": heading(figure.name, language),
        "value": shown(figure.name, figure.value, language, currency),
        "change": word("pack.change", language, change=change),
    }


def _chart(chart: Chart, language: str, currency: str) -> dict[str, str]:
    title = word(f"chart.{chart.code}", language)
    return {"title": title, "svg": drawn(chart, language, currency)}


def _table(table: Table, language: str, currency: str) -> dict[str, Any]:
    rows = table.frame.head(PAPER_ROWS_MAX)
    notes = [word(f"note.{code}", language) for code in table.notes]
    if table.frame.height > PAPER_ROWS_MAX:
        left_out = table.frame.height - PAPER_ROWS_MAX
        notes.append(word("pack.rows_left_out", language, rows=f"{left_out:,}"))
    return {
        "title": word(f"table.{table.code}", language),
        "headings": [heading(name, language) for name in rows.columns],
        "numbers": [values.dtype.is_numeric() for values in rows],
        "rows": [
            [
                shown(name, value, language, currency)
                for name, value in zip(rows.columns, row, strict=True)
            ]
            for row in rows.rows()
        ],
        "notes": notes,
    }
