"""A test over the scores of single folds."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import stats

from harness.uncertainty.paired import Difference, with_error
from harness.uncertainty.reasons import reason
from harness.uncertainty.resample import TINY
from harness.uncertainty.trained import too_few, without_nan


def corrected_resampled_t(
    fold_deltas: npt.ArrayLike, test_share: float, *, level: float = 0.95
) -> Difference:
    """Corrected resampled t test of Nadeau and Bengio (2003) over fold score differences.

    Parameters
    ----------
    fold_deltas : (n_repeats, n_folds) or (n_repeats * n_folds,) float
        First model minus second in each fold; NaN (a fold without a label) is left out.
    test_share : float in (0, 1)
        Test statements over training statements of a fold, for instance 0.25 for five folds.

    Returns
    -------
    Difference
        ``t = mean / sqrt((1 / n + test_share) * variance)`` with n - 1 degrees of freedom. The mean
        over folds is not the pooled difference: print it as this test's own.

    Notes
    -----
    The plain t over folds takes them for independent and is not offered: it rejects true null
    hypotheses about half of the time (`python -m benchmarks.type_one`).
    """
    values = without_nan(fold_deltas)
    method = "corrected_resampled_t"
    if len(values) < 2:
        return Difference(None, method=method, reason=too_few(values), level=level)
    delta = float(values.mean())
    if np.abs(values).max() < TINY:
        return Difference(0.0, p=1.0, method=method, reason=reason("identical"), level=level)
    error = float(np.sqrt((1 / len(values) + test_share) * values.var(ddof=1)))
    if error < TINY:
        return Difference(delta, reason=reason("no_spread"), level=level)
    p = float(2 * stats.t.sf(abs(delta) / error, len(values) - 1))
    return with_error(Difference(delta, p=p, method=method, level=level), error, len(values) - 1)
