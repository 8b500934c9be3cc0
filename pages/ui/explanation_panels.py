"""The explanation of one application: the letter as its reader sees it, and what would help."""

from typing import Any

import streamlit as st

from lending_core.access.permissions import Actor
from lending_core.scoring.counterfactual import Way
from pages.ui import explanation_letter, explanation_reads, panels, reads, session, unmask
from pages.ui import explanation_words as words
from pages.ui import format as shown
from pages.ui.explanation_letter import Answered, Letter, Section
from pages.ui.explanation_print import html_bytes
from pages.ui.text import plain, t


def written(application_id: int, language: str, actor: Actor) -> Letter:
    """The letter about an application in `en` or `zh`; its name in plain for who may see it now."""
    case = reads.application_case(application_id)
    case = unmask.seen(case, case["customer_id"], actor) | {"id_number": case["id_number"]}
    answered = Answered(
        case=case,
        features=reads.application_features(application_id).row(0, named=True),
        policy=reads.policy(case["policy_version"]),
        reasons=explanation_reads.reasons(application_id),
        allowed=explanation_reads.sources_allowed(application_id),
        outlook=explanation_reads.outlook(application_id),
        book=reads.book(),
    )
    return explanation_letter.letter(answered, language)


def language_of_letter() -> str:
    """Chosen by the reader of the screen; at first the one the screen is in."""
    chosen = st.segmented_control(
        t("explanation.language"),
        ("zh", "en"),
        default=session.language(),
        format_func=_language_name,
        key="explanation_language",
        label_visibility="collapsed",
    )
    return chosen or session.language()


def download(letter: Letter, application_id: int) -> None:
    """The letter as one file that any browser prints."""
    st.download_button(
        t("explanation.download"),
        data=html_bytes(letter),
        file_name=f"{t('explanation.file_name')}_{application_id}_{letter.language}.html",
        mime="text/html",
        key="explanation_download",
        on_click="ignore",
        icon=":material/print:",
    )


def show(letter: Letter) -> None:
    """The letter on the screen, word for word as it is printed."""
    with st.container(border=True, key="explanation_letter"):
        st.markdown(f"### {plain(letter.title)}")
        for section in letter.sections:
            _section(section)
        st.caption(plain(letter.footer))


def ways(application_id: int) -> None:
    """For the house: each way with the answer that model and policy in force would give."""
    seen = explanation_reads.outlook(application_id)
    today = seen.today
    with st.container(border=True, key="explanation_ways", gap="small"):
        panels.heading(t("explanation.ways_title"), t("explanation.ways_note"))
        st.markdown(t("explanation.today", answer=_answer(vars(today))))
        if not seen.ways:
            panels.empty(t("explanation.no_ways"))
        for way in seen.ways:
            st.markdown(t("explanation.way", moves=_moves(way), answer=_answer(way.answer)))


def _language_name(code: str) -> str:
    return t(f"explanation.language_{code}")


def _section(section: Section) -> None:
    st.markdown(f"**{plain(section.title)}**")
    for paragraph in section.paragraphs:
        st.markdown(plain(paragraph))
    if section.points:
        st.markdown("\n".join(f"- {plain(point)}" for point in section.points))
    if section.closing:
        st.markdown(plain(section.closing))
    if section.facts:
        rows = {plain(name): plain(value) for name, value in section.facts}
        st.table(rows, border="horizontal", hide_header=True, alt=section.title)


def _moves(way: Way) -> str:
    language = session.language()
    moves = (
        t(
            "explanation.move",
            what=words.lever_name(change.lever, language),
            target=words.target_text(change, language),
        )
        for change in way.changes
    )
    return " + ".join(moves)


def _answer(answer: dict[str, Any]) -> str:
    """Outcome and score; limit and price where there is an offer."""
    said = t("explanation.answer", outcome=t(f"outcome.{answer['outcome']}"), score=answer["score"])
    if answer["annual_rate"] is None:
        return said
    limit, rate = shown.whole_yuan(answer["limit_fen"]), shown.rate(answer["annual_rate"])
    return f"{said}, {t('explanation.offer', limit=limit, rate=rate)}"
