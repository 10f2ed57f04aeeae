"""How many groups a difference needs."""

from __future__ import annotations

import numpy as np
import pytest

from harness.errors import InputError
from harness.metrics import METRICS
from harness.uncertainty import compare_fixed, group_types, power, swap_test
from harness.uncertainty.paired import Delta
from harness.uncertainty.power import tilted_share

from .samples import corpus, counts_of

MACRO_F1, ACCURACY = METRICS["macro_f1"], METRICS["accuracy"]


def rng() -> np.random.Generator:
    return np.random.default_rng(0)


def test_power_grows_with_groups_and_reaches_80_percent_at_the_needed_number() -> None:
    a, b = corpus(1)
    found = power(a, b, MACRO_F1, 0.15, n_groups=(90, 360), rng=rng())
    assert found.n_groups == (45, 90, 360)
    assert list(found.power) == sorted(found.power)
    assert found.needed is not None
    again = power(a, b, MACRO_F1, 0.15, n_groups=(found.needed,), rng=np.random.default_rng(1))
    assert dict(zip(again.n_groups, again.power, strict=True))[found.needed] == pytest.approx(0.8, abs=0.04)


def test_a_smaller_difference_needs_about_the_inverse_square_of_groups() -> None:
    a, b = corpus(1, n=300, k=225)
    half, full = (power(a, b, ACCURACY, d, rng=rng()).needed for d in (0.05, 0.1))
    assert half is not None
    assert full is not None
    assert half / full == pytest.approx(4, rel=0.2)


def test_the_detectable_difference_of_a_sample_needs_about_that_sample() -> None:
    a, b = corpus(2, n=300, k=225)
    mde = compare_fixed(a, b, ACCURACY, resamples=99, rng=rng()).mde
    assert mde is not None
    needed = power(a, b, ACCURACY, mde, rng=rng()).needed
    assert needed == pytest.approx(225, rel=0.2)


def test_the_jackknife_t_stands_for_the_swap_test() -> None:
    """Power at 45 groups, by 400 simulated samples and the swap test itself."""
    a, b = corpus(3)
    types = group_types(np.concatenate([a, b], axis=1))
    share = tilted_share(types, Delta(MACRO_F1.of, 1), 0.25)
    assert share is not None
    generator, hits = rng(), 0
    for _ in range(400):
        rows = types.tables[generator.choice(len(share), size=45, p=share)].astype(np.int64)
        hits += swap_test(rows[:, :1], rows[:, 1:], MACRO_F1.of, 199, generator)[0] <= 0.05
    assert power(a, b, MACRO_F1, 0.25, rng=rng()).power[0] == pytest.approx(hits / 400, abs=0.07)


def test_the_tilted_population_has_the_difference_asked_for() -> None:
    a, b = corpus(4)
    types, statistic = group_types(np.concatenate([a, b], axis=1)), Delta(MACRO_F1.of, 1)
    for delta in (-0.2, 0.01, 0.2):
        share = tilted_share(types, statistic, delta)
        assert share is not None
        assert share.sum() == pytest.approx(1)
        assert float(statistic(np.tensordot(share, types.tables, axes=1))[0]) == pytest.approx(delta)


def test_identical_systems_and_impossible_differences_have_no_number() -> None:
    a, b = corpus(5)
    assert power(a, a, MACRO_F1, 0.1, rng=rng()).code == "identical"
    assert power(a, b, ACCURACY, 1.5, rng=rng()).code == "unreachable"
    assert power(counts_of("ss nn"), counts_of("ss ns"), ACCURACY, 0.1, rng=rng()).code == "few_groups"


def test_a_difference_of_0_is_refused() -> None:
    with pytest.raises(InputError, match="difference of 0"):
        power(*corpus(5), MACRO_F1, 0.0, rng=rng())


def test_what_was_asked_stands_beside_what_could_not_be_found() -> None:
    a, b = corpus(5)
    far = power(a, b, ACCURACY, 1.5, rng=rng())
    assert (far.delta, far.observed, far.n_groups, far.needed) == (1.5, 45, (), None)
    near = power(a, b, ACCURACY, 1e-4, simulations=20, rng=rng())
    assert (near.delta, near.observed, near.n_groups, near.code) == (1e-4, 45, (45,), "too_many")
    assert len(near.power) == 1
