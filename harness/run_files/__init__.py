"""What the files of a run folder must say, whoever made them; everything wrong is told with its place."""

from harness.run_files.manifest import folds_of, manifest_of, tables_of
from harness.run_files.predictions import predictions_of, whole
from harness.run_files.reading import HINT

__all__ = [
    "HINT",
    "folds_of",
    "manifest_of",
    "predictions_of",
    "tables_of",
    "whole",
]
