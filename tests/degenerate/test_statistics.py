"""Every metric, interval and test on samples so small or so uniform that it may not exist."""

import numpy as np
import pytest

from harness.metric_types import metric_of
from harness.metrics import METRICS, per_label
from harness.uncertainty import (
    METHODS,
    code_of,
    compare_fixed,
    compare_trained,
    corrected_resampled_t,
    interval,
    label_metric,
    mean_interval,
    power,
    trained_interval,
)
from tests.degenerate.said import fault, interval_fault
from tests.degenerate.samples import PAIRS, SAMPLES

CONFIGURED = (
    {"name": "mean_f1", "type": "mean_f1"},
    {"name": "f1_of_a", "type": "mean_f1", "labels": ["a"]},
    {"name": "precision_of_a", "type": "mean_precision", "labels": ["a"], "empty": "undefined"},
    {"name": "recall_of_a", "type": "mean_recall", "labels": ["a"], "empty": "undefined"},
    {"name": "fnc", "type": "fnc", "unrelated": "a"},
    {"name": "fnc_raw", "type": "fnc", "unrelated": "a", "as": "raw"},
    {"name": "fnc_maximum", "type": "fnc", "unrelated": "a", "as": "maximum"},
    {"name": "own", "type": "function", "function": "sklearn.metrics.accuracy_score"},
    {"name": "own_table", "type": "function", "function": "harness.metrics.mcc", "low": -1},
)
ENTRIES = {**{name: name for name in METRICS}, **{entry["name"]: entry for entry in CONFIGURED[:-2]}}
OVER = {f"{name}_by_target": {"name": name, "type": name, "over": "target"} for name in METRICS}
LABELS = {kind: kind for kind in ("f1", "precision", "recall")}


def metrics_of(labels, values=1):
    """Return every registered metric for these labels, those of single labels as well."""
    entries = {**ENTRIES, **OVER} if values == 1 else OVER
    found = {
        name: metric_of(entry, labels, ()) for name, entry in entries.items() if name in ENTRIES or values > 1
    }
    if values == 1:
        found |= {f"{kind}_of_{k}": label_metric(kind, k) for kind in LABELS for k in range(len(labels))}
    return found


def rng():
    return np.random.default_rng(0)


def all_faults(check, metrics):
    """Return what ``check`` finds wrong, by name of the metric."""
    return {name: wrong for name, metric in metrics.items() if (wrong := check(metric))}


@pytest.mark.parametrize("name", SAMPLES)
def test_every_metric_has_a_value_in_its_range_or_a_reason(name):
    sample = SAMPLES[name]
    for values in (1, 2):
        tables = sample.counts(values).sum(axis=0)
        metrics = metrics_of(sample.labels, values)
        assert all_faults(lambda m, t=tables: fault(*m.value(t), m.low, m.high), metrics) == {}


@pytest.mark.parametrize("name", SAMPLES)
def test_the_scores_of_single_labels_are_numbers_or_null(name):
    sample = SAMPLES[name]
    for row in per_label(sample.counts().sum(axis=0), sample.labels).values():
        assert all(v is None or 0 <= v <= 1 for key, v in row.items() if key != "support")
        assert row["support"] >= 0


@pytest.mark.parametrize("method", ["auto", *METHODS])
@pytest.mark.parametrize("name", SAMPLES)
def test_every_interval_method_encloses_the_value_or_says_why_not(name, method):
    sample = SAMPLES[name]
    for values in (1, 2):
        counts = sample.counts(values)

        def check(metric, counts=counts):
            found = interval(counts, metric, method=method, resamples=100, labels=sample.labels, rng=rng())
            return interval_fault(found, metric.low, metric.high)

        assert all_faults(check, metrics_of(sample.labels, values)) == {}


def difference_fault(found, metric):
    """Say what is wrong with a paired difference: of its value, its p or its smallest detectable size."""
    span = metric.high - metric.low
    wrong = fault(found.delta, found.reason, -span, span)
    if not wrong and found.p is not None and not 0 < found.p <= 1:
        wrong = f"p is {found.p}"
    if not wrong and found.mde is not None and not 0 < found.mde < np.inf:
        wrong = f"the minimum detectable difference is {found.mde}"
    if not wrong and found.p is not None and not found.method:
        wrong = "a p and no method"
    if not wrong and (found.p is None or found.low is None or found.mde is None) and not found.reason:
        wrong = "something is null without a reason"
    if not wrong and found.low is not None and not found.low <= found.delta <= found.high:
        wrong = f"{found.delta} is not in {found.low} to {found.high}"
    return wrong


@pytest.mark.parametrize("name", PAIRS)
def test_every_comparison_has_a_difference_and_a_p_or_a_reason(name):
    for values in (1, 2):
        a, b = (sample.counts(values) for sample in PAIRS[name])
        metrics = metrics_of(PAIRS[name][0].labels, values)

        def check(metric, a=a, b=b):
            found = compare_fixed(a, b, metric, resamples=100, rng=rng())
            return difference_fault(found, metric)

        assert all_faults(check, metrics) == {}


@pytest.mark.parametrize("name", PAIRS)
def test_a_model_against_itself_is_never_better(name):
    for sample in PAIRS[name]:
        for metric in metrics_of(sample.labels).values():
            found = compare_fixed(sample.counts(), sample.counts(), metric, resamples=100, rng=rng())
            assert (found.delta, found.p, found.low) in {
                (0.0, 1.0, None),
                (0.0, None, None),
                (None, None, None),
            }
            assert found.reason


@pytest.mark.parametrize("name", PAIRS)
def test_the_power_to_find_a_difference_is_a_share_or_a_reason(name):
    a, b = (sample.counts() for sample in PAIRS[name])
    for metric in metrics_of(PAIRS[name][0].labels).values():
        if metric.total:
            continue
        for delta in (0.1, 2.0):
            found = power(a, b, metric, delta, n_groups=(2,), simulations=10, rng=rng())
            assert all(0 <= share <= 1 for share in found.power), metric.name
            assert (found.needed is None) == (found.reason is not None), metric.name
            assert found.needed is None or found.needed >= 2


SERIES = {
    "none": [],
    "one": [0.5],
    "nine": [0.5] * 9,
    "ten alike": [0.5] * 10,
    "ten, half of them undefined": [0.4, None] * 5,
    "all undefined": [None] * 20,
    "twenty of 0": [0.0] * 20,
    "twenty of 1": [1.0] * 20,
    "0 and 1 in turn": [0.0, 1.0] * 10,
    "alike but for the last digit": [0.5, np.nextafter(0.5, 1)] * 10,
    "twenty different": list(np.linspace(0.2, 0.8, 20)),
}
REPEATS = {
    "no repeat": [],
    "one": [0.5],
    "alike": [0.5] * 3,
    "different": [0.4, 0.6],
    "undefined": [None, 0.5],
}


@pytest.mark.parametrize("series", SERIES)
@pytest.mark.parametrize("repeats", REPEATS)
def test_an_interval_from_re_runs_encloses_the_value_or_says_why_not(series, repeats):
    replicates, by_repeat = SERIES[series], np.array(REPEATS[repeats], dtype=float)
    for value in (None, 0.0, 0.5, 1.0):
        for n_groups in (0, 1, 2, 40):
            found = trained_interval(value, replicates, n_groups, by_repeat=by_repeat)
            assert interval_fault(found, 0, 1) is None, (value, n_groups)
            delta = None if value is None else value - 0.5
            gap = [None if r is None else r - 0.5 for r in replicates]
            other = compare_trained(delta, np.array(gap, dtype=float), n_groups, by_repeat=by_repeat)
            assert difference_fault(other, METRICS["mcc"]) is None, (value, n_groups)


@pytest.mark.parametrize("series", SERIES)
def test_a_test_over_folds_has_a_p_or_a_reason(series):
    for share in (0.01, 0.25, 5.0):
        found = corrected_resampled_t(np.array(SERIES[series], dtype=float), share)
        assert difference_fault(found, METRICS["mcc"]) is None


MEANS = {
    "nothing": ([], []),
    "one group": ([0.5], [3]),
    "one group of one": ([0.0], [1]),
    "groups without statements": ([0.0, 0.0], [0, 0]),
    "one group beside empty ones": ([0.4, 0.0], [2, 0]),
    "all 0": ([0.0] * 5, [1] * 5),
    "all alike": ([0.3] * 5, [1] * 5),
    "two": ([0.0, 1.0], [1, 1]),
    "one in a large one": ([0.0] * 5 + [30.0], [1] * 5 + [30]),
    "one that is not finite": ([0.1, float("inf")], [1, 1]),
    "one that is no number": ([0.1, float("nan")], [1, 1]),
}


@pytest.mark.parametrize("n_seeds", [1, 3])
@pytest.mark.parametrize("name", MEANS)
def test_a_mean_over_statements_has_an_interval_or_a_reason(name, n_seeds):
    sums, sizes = MEANS[name]
    for shift in (0.0, 0.001):
        rows = [[s + shift * k * n for s, n in zip(sums, sizes, strict=True)] for k in range(n_seeds)]
        found = mean_interval(rows, sizes, low=0, high=2, resamples=100, rng=rng())
        assert interval_fault(found, 0, 2) is None


@pytest.mark.parametrize("seeds", [2, 3])
@pytest.mark.parametrize("name", SAMPLES)
def test_an_interval_over_training_seeds_encloses_the_value_or_says_why_not(name, seeds):
    sample = SAMPLES[name]
    counts = np.tile(sample.counts(), (1, seeds, 1, 1))
    other = counts.copy()
    if len(counts):  # one seed calls the first label of the first statement something else
        gold = int(counts[0, -1].sum(axis=1).argmax())
        said = int(counts[0, -1, gold].argmax())
        other[0, -1, gold, said] -= 1
        other[0, -1, gold, (said + 1) % other.shape[-1]] += 1
    for table in (counts, other):
        for metric in metrics_of(sample.labels).values():
            found = interval(table, metric, resamples=100, n_seeds=seeds, rng=rng())
            assert interval_fault(found, metric.low, metric.high) is None, metric.name
            compared = (
                compare_fixed(table, counts[:, :1], metric, resamples=100, n_seeds=(seeds, 1), rng=rng())
                if len(SAMPLES[name].repeats) == 1
                else None
            )
            assert compared is None or difference_fault(compared, metric) is None, metric.name


@pytest.mark.parametrize("level", [0.5001, 0.9, 0.999999])
@pytest.mark.parametrize("method", ["auto", *METHODS])
def test_an_interval_at_any_level_stays_in_the_range(method, level):
    for sample in SAMPLES.values():
        for metric in metrics_of(sample.labels).values():
            found = interval(sample.counts(), metric, method=method, level=level, resamples=100, rng=rng())
            assert interval_fault(found, metric.low, metric.high) is None, (metric.name, sample)


@pytest.mark.parametrize("name", SAMPLES)
def test_a_reason_begins_with_a_code(name):
    sample = SAMPLES[name]
    for metric in metrics_of(sample.labels).values():
        found = interval(sample.counts(), metric, resamples=100, rng=rng())
        code = code_of(found.reason)
        assert code is None or code in {
            "undefined",
            "few_groups",
            "not_estimable",
            "degenerate",
            "sum",
            "not_applicable",
        }, metric.name
