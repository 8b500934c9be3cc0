"""A letter as a page to print or send: one file, no script, nothing fetched, all text escaped."""

import html
from pathlib import Path
from string import Template

from pages.ui.explanation_letter import Letter, Section

_TEMPLATE = Path(__file__).parent / "letter.html"


def html_bytes(letter: Letter) -> bytes:
    """The letter as HTML, UTF-8, with a style for paper."""
    page = Template(_TEMPLATE.read_text("utf-8")).substitute(
        language={"zh": "zh-CN"}.get(letter.language, letter.language),
        title=html.escape(letter.title),
        sections="\n".join(map(_section, letter.sections)),
        footer=html.escape(letter.footer),
    )
    return page.encode()


def _section(section: Section) -> str:
    parts = [_tagged("h2", section.title), *(_tagged("p", each) for each in section.paragraphs)]
    if section.points:
        parts.append(f"<ul>{''.join(_tagged('li', each) for each in section.points)}</ul>")
    if section.closing:
        parts.append(_tagged("p", section.closing))
    if section.facts:
        rows = (
            f"<tr>{_tagged('th', name)}{_tagged('td', value)}</tr>" for name, value in section.facts
        )
        parts.append(f"<table>{''.join(rows)}</table>")
    return f"<section>{''.join(parts)}</section>"


def _tagged(tag: str, text: str) -> str:
    return f"<{tag}>{html.escape(text)}</{tag}>"
