"""The tables of names: every entry can be loaded, nothing is imported early, plugins are added."""

from importlib.metadata import EntryPoint

import pytest

from harness import registry
from harness.errors import InputError
from harness.models.base import Model
from harness.models.dummy import Majority
from harness.splits import Split


@pytest.mark.parametrize(("kind", "base"), [("model", Model), ("split", Split)])
def test_every_name_stands_for_a_specification_of_its_own_type(kind, base):
    for name in registry.TABLES[kind]:
        found = registry.load(kind, name)
        assert issubclass(found, base)
        assert found.model_fields["type"].default == name
        assert found.summary
        assert found.__doc__


def test_an_unknown_name_is_refused_with_the_nearest():
    with pytest.raises(InputError, match="unknown model type 'tfidf-svn'") as error:
        registry.load("model", "tfidf-svn")
    assert error.value.hint == "did you mean 'tfidf-svm'?"


@pytest.fixture
def plugin(monkeypatch):
    def add(name, value):
        entry = EntryPoint(name, value, "harness.models")
        found = {"harness.models": [entry]}
        monkeypatch.setattr("importlib.metadata.entry_points", lambda group: found.get(group, []))

    return add


def test_another_package_can_add_a_model(plugin):
    plugin("mine", "harness.models.dummy:Majority")
    assert registry.names("model")[-1] == "mine"
    assert registry.load("model", "mine") is Majority
    assert "mine" not in registry.names("split")


def test_a_plugin_never_replaces_a_shipped_model(plugin):
    plugin("lexicon", "harness.models.dummy:Majority")
    assert registry.load("model", "lexicon") is not Majority
    assert registry.names("model").count("lexicon") == 1


def test_a_plugin_that_cannot_be_imported_is_an_error_of_ours(plugin):
    plugin("broken", "no_such_package:Model")
    with pytest.raises(InputError, match="the plugin 'broken' cannot be imported: No module"):
        registry.load("model", "broken")
