"""Distances of two distributions of labels: by hand, against scipy, and what must hold for any two."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats
from scipy.spatial.distance import jensenshannon

from harness.distribution_scores import (
    correlation,
    cross_entropy,
    entropy,
    jensen_shannon,
    moments,
    total_variation,
)
from harness.probability_scores import EPSILON, log_loss

THEIRS = np.array([[0.6, 0.4, 0.0], [1.0, 0.0, 0.0], [0.2, 0.4, 0.4]])
SAID = np.array([[0.5, 0.25, 0.25], [0.0, 1.0, 0.0], [0.2, 0.4, 0.4]])


def test_cross_entropy_by_hand():
    # -(0.6 ln 0.5 + 0.4 ln 0.25) = 0.6 ln 2 + 0.8 ln 2; a certain error is clipped; H(0.2, 0.4, 0.4)
    expected = [1.4 * math.log(2), -math.log(EPSILON), -(0.2 * math.log(0.2) + 0.8 * math.log(0.4))]
    assert cross_entropy(SAID, THEIRS) == pytest.approx(expected)


def test_jensen_shannon_by_hand():
    # Between (1, 0) and (1/2, 1/2) the middle is (3/4, 1/4):
    # 1/2 log2(4/3) + 1/2 (1/2 log2(2/3) + 1/2 log2(2)) = 0.311278 bits
    by_hand = 0.5 * math.log2(4 / 3) + 0.5 * (0.5 * math.log2(2 / 3) + 0.5)
    assert by_hand == pytest.approx(0.311278, abs=1e-6)
    assert jensen_shannon(np.array([[1.0, 0.0]]), np.array([[0.5, 0.5]])) == pytest.approx([by_hand])
    assert jensen_shannon(SAID, THEIRS)[1:].tolist() == [1, 0], "no label in common; the same"


def test_total_variation_by_hand():
    # (|0.5 - 0.6| + |0.25 - 0.4| + 0.25) / 2 = 0.25
    assert total_variation(SAID, THEIRS) == pytest.approx([0.25, 1, 0])


def test_the_distances_agree_with_scipy():
    rng = np.random.default_rng(3)
    p, q = rng.dirichlet([0.3, 0.6, 1, 2], 200), rng.dirichlet([0.5] * 4, 200)
    assert jensen_shannon(p, q) == pytest.approx(jensenshannon(p, q, axis=1, base=2) ** 2)
    assert entropy(q) == pytest.approx(stats.entropy(q, axis=1))
    assert cross_entropy(p, q) == pytest.approx(stats.entropy(q, axis=1) + stats.entropy(q, p, axis=1))


def test_where_all_annotators_say_the_same_cross_entropy_is_the_log_loss():
    said = np.random.default_rng(4).dirichlet([1, 1, 1], 50)
    gold = np.arange(50) % 3
    assert cross_entropy(said, np.eye(3)[gold]) == pytest.approx(log_loss(said, gold), abs=1e-12)


def test_the_correlation_of_entropies_is_that_of_scipy_and_undefined_where_one_is_constant():
    rng = np.random.default_rng(5)
    x, y = entropy(rng.dirichlet([1, 1, 1], 80)), entropy(rng.dirichlet([1, 2, 1], 80))
    y += x  # so that it is well away from 0
    found = correlation(moments(x, y).sum(axis=0))
    assert found == pytest.approx(stats.pearsonr(x, y).statistic)
    assert correlation(moments(x, 2 * x + 3).sum(axis=0)) == pytest.approx(1)
    assert np.isnan(correlation(moments(x, np.full(80, 0.3)).sum(axis=0)))
    assert np.isnan(correlation(np.zeros(6))), "no statement"


weights = arrays(np.float64, (4, 3), elements=st.floats(0, 1).map(lambda x: round(x, 6)))


@given(weights, weights)
def test_what_holds_for_any_two_distributions(a, b):
    a, b = ((w + (w.sum(axis=1, keepdims=True) == 0)) for w in (a, b))
    p, q = (w / w.sum(axis=1, keepdims=True) for w in (a, b))
    divergence = jensen_shannon(p, q)
    assert ((divergence >= 0) & (divergence <= 1)).all()
    assert divergence == pytest.approx(jensen_shannon(q, p), abs=1e-12)
    assert jensen_shannon(p, p) == pytest.approx(0, abs=1e-12)
    apart = np.abs(p - q).max(axis=1) > 1e-4
    assert (divergence[apart] > 0).all(), "0 only if equal"
    # Clipping may add eps to each of three labels, so that what is clipped sums to 1 + 3 eps at most.
    assert (cross_entropy(p, q) >= entropy(q) - 1e-12).all()
    variation = total_variation(p, q)
    assert ((variation >= 0) & (variation <= 1)).all()
    # Lin 1991: in bits the divergence is at most the total variation.
    assert (divergence <= variation + 1e-12).all()
