"""Uncertainty of scores on small, dependent samples: intervals, paired tests, power.

Two questions are kept apart. *Fixed* predictions (`interval`, `compare_fixed`): how far could the
score of this set of predictions be off, were other statement groups drawn? A way of *training*
(`trained_interval`, `compare_trained`): how would its score vary with other data?
"""

from harness.uncertainty.counts import (
    Counts,
    as_counts,
    effective_n,
    gold_groups,
    group_counts,
    group_sizes,
    label_metric,
)
from harness.uncertainty.family import holm
from harness.uncertainty.folds import corrected_resampled_t
from harness.uncertainty.intervals import Interval, caution, interval, mean_interval, sums_interval
from harness.uncertainty.methods import METHODS, Method
from harness.uncertainty.paired import Difference, compare_fixed, difference_fixed
from harness.uncertainty.permutation import swap_test
from harness.uncertainty.power import Power, power
from harness.uncertainty.reasons import REASONS, code_of
from harness.uncertainty.resample import GroupTypes, group_types, leave_one_out, resample
from harness.uncertainty.seeds import by_repeat_and_seed, by_seed, seed_noise, seed_part, widened_ends
from harness.uncertainty.trained import compare_trained, draw_groups, trained_interval

__all__ = [
    "METHODS",
    "REASONS",
    "Counts",
    "Difference",
    "GroupTypes",
    "Interval",
    "Method",
    "Power",
    "as_counts",
    "by_repeat_and_seed",
    "by_seed",
    "caution",
    "code_of",
    "compare_fixed",
    "compare_trained",
    "corrected_resampled_t",
    "difference_fixed",
    "draw_groups",
    "effective_n",
    "gold_groups",
    "group_counts",
    "group_sizes",
    "group_types",
    "holm",
    "interval",
    "label_metric",
    "leave_one_out",
    "mean_interval",
    "power",
    "resample",
    "seed_noise",
    "seed_part",
    "sums_interval",
    "swap_test",
    "trained_interval",
    "widened_ends",
]
