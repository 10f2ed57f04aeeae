"""Tables of statements: files or data sets -> examples, or every row that is wrong, by line."""

from harness.tables.loading import Loaded, load_table

__all__ = ["Loaded", "load_table"]
