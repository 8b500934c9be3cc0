"""The house scale and its words."""

import pytest

from lending_core.scoring import standards


@pytest.mark.parametrize(
    ("score", "probability"),
    [(520, 0.138), (560, 0.084), (580, 0.065), (600, 0.05), (640, 0.029), (700, 0.013)],
)
def test_default_probabilities_of_the_scale(score: int, probability: float):
    assert standards.scale().default_probability(score) == pytest.approx(probability, abs=5e-4)


@pytest.mark.parametrize(
    ("measure", "value", "word"),
    [
        ("psi", 0.0999, "stable"),
        ("psi", 0.10, "watch"),
        ("psi", 0.2499, "watch"),
        ("psi", 0.25, "act"),
        ("information_value", 0.0199, "useless"),
        ("information_value", 0.02, "weak"),
        ("information_value", 0.51, "suspect"),
        ("ks", 0.35, "good"),
        ("auc", 0.70, "usable"),
    ],
)
def test_each_word_holds_from_its_number_on(measure: str, value: float, word: str):
    assert standards.verdict(measure, value) == word
