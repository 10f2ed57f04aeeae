"""Every command of the executed pages is run, and what the page shows is what it prints."""

import re

import pytest

from tests.docs.executed import (
    CUT,
    ROOT,
    blocks,
    lacking,
    matches,
    pages,
    problems,
    renewed,
    run,
    run_in_copy,
)


def page(*parts):
    """Return a page of blocks: (command, shown) or (command, shown, comment above it)."""
    text = "# Title\n\n<!-- executed -->\n"
    for command, shown, *note in parts:
        above = f"<!-- {note[0]} -->\n" if note else ""
        below = f"\n```text\n{shown}\n```\n" if shown is not None else ""
        text += f"\nWhy.\n\n{above}```sh\n{command}\n```\n{below}"
    return text


def wrong(text, folder):
    return problems(text, run([block["command"] for block in blocks(text)], folder))


def test_a_page_that_shows_what_its_commands_print_passes(tmp_path):
    assert wrong(page(("echo one; echo two >&2", "one\ntwo"), ("true", None)), tmp_path) == []


@pytest.mark.parametrize(
    "shown", ["one", "one\ntwo\nthree", "one\ntvo", "two\none", "", f"{CUT}\none", f"one\n{CUT}\none"]
)
def test_a_page_that_shows_anything_else_fails(tmp_path, shown):
    [found] = wrong(page(("printf 'one\\ntwo\\n'", shown)), tmp_path)
    assert found.startswith("line 8: printf")


def test_output_that_a_page_does_not_show_fails(tmp_path):
    [found] = wrong(page(("echo one", None)), tmp_path)
    assert found.endswith("+one")


@pytest.mark.parametrize(
    ("shown", "same"),
    [
        ("a [...] d", True),
        ("[...] c d", True),
        ("a b [...]", True),
        ("[...] b [...] d", True),
        ("[...]", True),
        ("a b c d [...]", True),  # no line is also any lines
        ("b [...] d", False),
        ("a [...] c", False),
        ("[...] c [...] b [...]", False),
        ("a b c [...] c d", False),  # a line stands for itself once
    ],
)
def test_a_cut_stands_for_any_lines(shown, same):
    assert matches(shown.split(), ["a", "b", "c", "d"]) is same


def test_digests_of_one_length_are_alike_and_numbers_are_not():
    assert matches(["runs/x/63ee5ea1d678638e: ok"], ["runs/x/0123456789abcdef: ok"])
    assert matches(["sha256 5e5acec84913…"], ["sha256 0a1b2c3d4e5f…"])
    assert not matches(["runs/63ee5ea1d678638e"], ["runs/63ee5ea1"])
    assert not matches(["seed 20220915"], ["seed 20220916"])
    assert not matches(["score 0.781"], ["score 0.782"])


def test_directories_and_variables_last_from_block_to_block(tmp_path):
    (tmp_path / "inner").mkdir()
    text = page(("cd inner\nx=5", None), ('basename "$PWD"; echo $x', "inner\n5"))
    assert wrong(text, tmp_path) == []


def test_a_failing_command_fails_even_where_a_later_one_succeeds(tmp_path):
    [found] = wrong(page(("false\ntrue", None)), tmp_path)
    assert "failing statuses (1,), expected ()" in found


def test_a_failure_must_be_announced_with_its_status(tmp_path):
    assert wrong(page(("echo no; (exit 3)", "no", "exit 3")), tmp_path) == []
    assert "expected (2,)" in wrong(page(("echo no; (exit 3)", "no", "exit 2")), tmp_path)[0]
    assert "statuses (), expected (1,)" in wrong(page(("echo yes", "yes", "exit 1")), tmp_path)[0]


def test_what_stands_after_an_exit_was_never_reached(tmp_path):
    found = wrong(page(("exit 0", None), ("echo one", "one")), tmp_path)
    assert len(found) == 1
    assert found[0].endswith("was never reached")


def test_a_block_is_left_out_only_with_a_reason(tmp_path):
    assert wrong(page(("false", None, "not executed: needs a browser")), tmp_path) == []
    assert len(wrong(page(("false", None, "not executed:")), tmp_path)) == 1


def test_nobody_answers_a_command_that_asks(tmp_path):
    assert wrong(page(("cat", None)), tmp_path) == []


def test_commands_run_in_a_copy_of_the_project(tmp_path):
    [found] = run_in_copy(["echo changed >README.md; ls; test ! -e .git"])
    assert found.failed == ()
    assert {"docs", "seeds", "annotations", "configs"} <= set(found.lines)
    assert (ROOT / "README.md").read_text(encoding="utf-8") != "changed\n"


def test_the_command_line_is_that_of_this_python(tmp_path):
    [found] = run(["command -v harness"], tmp_path)
    assert found.failed == ()


def test_renewing_puts_in_what_is_printed_and_keeps_the_cuts(tmp_path):
    command = "printf '%s\\n' a b c d e f g"
    before = page((command, "x\n[...]\nc\nx\n[...]\nx"), ("echo new", "old"), ("echo same", "same"))
    after = page((command, "a\n[...]\nc\nd\n[...]\ng"), ("echo new", "new"), ("echo same", "same"))
    printed = run([block["command"] for block in blocks(before)], tmp_path)
    assert renewed(before, printed) == after
    assert problems(after, printed) == []


def test_a_stretch_whose_first_line_is_gone_is_left_to_its_author(tmp_path):
    text = page(("printf '%s\\n' a b c d", "x\n[...]\ngone\n[...]\nd"))
    printed = run([block["command"] for block in blocks(text)], tmp_path)
    assert "a\n[...]\ngone\n[...]\nd" in renewed(text, printed)
    assert len(problems(renewed(text, printed), printed)) == 1


@pytest.mark.parametrize("path", pages(), ids=lambda path: path.name)
def test_prose_quotes_only_scores_that_the_page_shows(path):
    text = path.read_text(encoding="utf-8")
    shown = "".join(re.findall(r"^```text\n(.*?)^```", text, re.MULTILINE | re.DOTALL))
    prose = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    quoted = set(re.findall(r"\b\d\.\d{3}\b", prose))
    assert {number for number in quoted if number not in shown} == set()


@pytest.mark.slow
@pytest.mark.parametrize("path", pages(), ids=lambda path: path.name)
def test_every_command_of_a_page_prints_what_the_page_shows(path):
    text = path.read_text(encoding="utf-8")
    if (module := lacking(text)) is not None:
        pytest.skip(f"{path.name} needs {module}")
    found = problems(text, run_in_copy([block["command"] for block in blocks(text)]))
    assert not found, "\n\n".join([*found, f"python -m tests.docs.executed --write {path.relative_to(ROOT)}"])
