"""Reasons and advice in the borrower's words, in the language of the letter."""

from collections.abc import Sequence
from typing import Any

from lending_core.operations.explanations import Reason
from lending_core.policy.document import Policy
from lending_core.scoring.advice import advice_rules
from lending_core.scoring.counterfactual import Change, Way
from lending_core.scoring.features import CONSENT_SOURCES, register
from pages.ui import feature_values
from pages.ui import format as shown
from pages.ui.text import reference_name, sentence, sentences

# A person decided so without a reason of the list.
_BARE = ("approve", "decline")


def reason_texts(reasons: Sequence[Reason], policy: Policy, language: str) -> list[str]:
    """The sentence of each reason; two that say the same are one."""
    texts = [_reason_text(reason, policy, language) for reason in reasons]
    return list(dict.fromkeys(texts))


def way_text(way: Way, facts: dict[str, Any], language: str) -> str:
    """What to do, as one line; that all of it is needed where it is more than one thing."""
    steps = [_change_text(change, facts, language) for change in way.changes]
    if len(steps) == 1:
        return steps[0]
    return sentence("letter.all_of", language, count=len(steps), steps=" ".join(steps))


def lever_name(name: str, language: str) -> str:
    """What is changed: a source to allow, a part of the request, a feature."""
    if name in CONSENT_SOURCES:
        source = sentence(f"source.{name}", language)
        return sentence("explanation.allow", language, source=source)
    if name in register():
        return reference_name("feature", name, language)
    return sentence(f"column.{name}", language)


def target_text(change: Change, language: str) -> str:
    """Where a lever has to be moved; of a source, that it was tried at its best."""
    if change.lever not in change.values:
        return sentence("explanation.at_best", language)
    return _within(change.lever, change.values[change.lever], language)


def value_text(name: str, value: Any, language: str) -> str:
    """A fact on its own: `2`, `47.0%`, `¥1,345.00`, `33 months`."""
    if register()[name].unit == "ratio":
        return shown.percent(value)
    return feature_values.value_text(name, value, language)


def _reason_text(reason: Reason, policy: Policy, language: str) -> str:
    if reason.kind == "rule":
        return _rule_text(reason.code, policy, language)
    if reason.kind == "review":
        if reason.code in _BARE:
            return sentence(f"letter.person_{reason.code}", language)
        return sentence(f"review_reason.{reason.code}", language)
    if reason.kind == "feature":
        return register()[reason.code].reason(language) or ""
    source = sentence(f"source.{reason.code}", language)
    return sentence(f"letter.{reason.kind}", language, source=source)


def _rule_text(code: str, policy: Policy, language: str) -> str:
    """As the borrower should hear it: in the letter's own words, else in those of the screens; a
    rule that somebody added, by what it is about. Of links to other people only that there are
    some: who and how many is theirs."""
    known = sentences(language)
    features = {gate.code: gate.feature for gate in policy.gate}
    feature = features.get(code) or features.get(code.removesuffix("_unknown"), "")
    about = register().get(feature)
    if about is not None and about.purpose == "fraud_prevention":
        return sentence("letter.shared_with_others", language)
    if f"letter_reason.{code}" in known:
        return sentence(f"letter_reason.{code}", language)
    if f"reason.{code}" in known:
        return sentence(f"reason.{code}", language)
    name = known.get(f"column.{feature}") or reference_name("feature", feature, language)
    return sentence("letter.rule_about", language, feature=name)


def _change_text(change: Change, facts: dict[str, Any], language: str) -> str:
    advice = advice_rules().advice.get(change.lever)
    if advice is None:
        source = sentence(f"source.{change.lever}", language)
        return sentence("letter.allow", language, source=source)
    return advice.text(language).format(
        now=_within(change.lever, facts[change.lever], language),
        target=_within(change.lever, change.values[change.lever], language),
    )


def _within(name: str, value: Any, language: str) -> str:
    """A value in a sentence that says what it counts: `2`, `47.0%`, `¥1,345.00`."""
    about = register().get(name)
    if name.endswith("_fen"):
        return shown.money(value)
    if about is None or about.unit in ("days", "months"):
        return shown.count(value)
    return value_text(name, value, language)
