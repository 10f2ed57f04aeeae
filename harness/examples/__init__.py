"""Labelled texts of any number: in columns, an `Example` each when it is asked for, and by their ids."""

from harness.examples.columns import KEPT, Examples, field_names
from harness.examples.places import AnyOf, Ids, Places, ids_at
from harness.examples.text_columns import BLOCK, Coded, IntArray, Numbers, dictionary, one_piece, plain, taken

__all__ = [
    "BLOCK",
    "KEPT",
    "AnyOf",
    "Coded",
    "Examples",
    "Ids",
    "IntArray",
    "Numbers",
    "Places",
    "dictionary",
    "field_names",
    "ids_at",
    "one_piece",
    "plain",
    "taken",
]
