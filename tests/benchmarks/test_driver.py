"""``python -m benchmarks`` finds every benchmark by itself."""

import pytest

from benchmarks.__main__ import benchmarks, main


def test_a_module_with_a_main_is_a_benchmark_and_quick_if_its_command_line_is(tmp_path):
    (tmp_path / "a.py").write_text('"""Times a."""\n\ndef main():\n    options(__doc__)\n', encoding="utf-8")
    (tmp_path / "b.py").write_text('"""Checks b.\n\nMore."""\n\ndef main():\n    pass\n', encoding="utf-8")
    (tmp_path / "c.py").write_text('"""Helps a and b."""\n', encoding="utf-8")
    found = [(b.name, b.summary, b.quick) for b in benchmarks(tmp_path)]
    assert found == [("a", "Times a.", True), ("b", "Checks b.", False)]


def test_the_list_names_each_with_what_it_measures(capsys):
    assert main([]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "startup            ``harness --help`` against a Python that does nothing." in lines


def test_an_unknown_benchmark_is_refused(capsys):
    with pytest.raises(SystemExit):
        main(["--quick", "startupp"])
    assert "no benchmark startupp; there are" in capsys.readouterr().err
