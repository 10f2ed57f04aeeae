"""Where fits are computed: executors, which take tasks off the runner's hands."""

from harness.executors.executor import Executor, Work
from harness.executors.local import Local

__all__ = ["Executor", "Local", "Work"]
