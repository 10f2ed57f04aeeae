"""Examples -> Folds: ids of train and test, and what was purged from training and why.

Whatever a split is called, one rule holds for all but :class:`Naive`: no training statement shares a
group with a test statement. What that rule takes out of a training set is recorded in the fold.
"""

from harness.splits.base import Chosen, Divided, Divisions, Split
from harness.splits.by_value import Fixed, LeaveOneArticleOut, LeaveOneGroupOut, LeaveOneSourceOut
from harness.splits.dealing import deal
from harness.splits.folds import Naive, StratifiedGroupKFold

__all__ = [
    "Chosen",
    "Divided",
    "Divisions",
    "Fixed",
    "LeaveOneArticleOut",
    "LeaveOneGroupOut",
    "LeaveOneSourceOut",
    "Naive",
    "Split",
    "StratifiedGroupKFold",
    "deal",
]
