"""Random numbers depend on seed, purpose, id and period, and on nothing else."""

import numpy as np
import pytest

from lending_core.simulate.draws import Draws

IDS = np.arange(1, 200_001)


def test_a_draw_depends_on_the_id_and_not_on_the_batch() -> None:
    whole = Draws(7).uniform("luck", IDS, 24_300)

    part = Draws(7).uniform("luck", IDS[500:600], 24_300)

    assert (whole[500:600] == part).all()


@pytest.mark.parametrize(
    ("seed", "purpose", "period"), [(8, "luck", 0), (7, "turn", 0), (7, "luck", 1)]
)
def test_another_seed_purpose_or_period_is_unrelated(seed, purpose, period) -> None:
    first = Draws(7).uniform("luck", IDS)

    second = Draws(seed).uniform(purpose, IDS, period)

    assert abs(np.corrcoef(first, second)[0, 1]) < 0.01


def test_uniform_draws_fill_the_unit_interval_evenly() -> None:
    drawn = Draws(7).uniform("luck", IDS)

    counts = np.histogram(drawn, bins=10, range=(0, 1))[0]

    assert abs(counts / 20_000 - 1).max() < 0.03


def test_normal_draws_are_standard() -> None:
    drawn = Draws(7).normal("risk", IDS)

    assert (abs(drawn.mean()) < 0.01, abs(drawn.std() - 1) < 0.01) == (True, True)


def test_choices_follow_their_weights() -> None:
    drawn = Draws(7).choice("kind", IDS, [3.0, 0.0, 1.0])

    shares = np.bincount(drawn, minlength=3) / len(IDS)

    assert shares == pytest.approx([0.75, 0.0, 0.25], abs=0.005)
