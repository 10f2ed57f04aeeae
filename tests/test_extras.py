"""A missing optional dependency is named together with the command that installs it."""

import pytest

from harness.errors import InputError
from harness.extras import need


def test_what_is_installed_is_no_problem():
    need("test", "pytest", "numpy", what="this test")


def test_everything_that_is_missing_is_named_with_its_extra():
    with pytest.raises(InputError, match=r"this test needs no_such_a and no_such_b, which are not") as caught:
        need("embeddings", "numpy", "no_such_a", "no_such_b", what="this test")
    assert caught.value.hint == "pip install 'stance-harness[embeddings]'"
