"""`harness doctor` says what is there, what is not, and what to do about it."""

import json
import os
import subprocess
import sys

import pytest

METADATA = """Metadata-Version: 2.1
Name: stance-harness
Version: 0.1.0
Provides-Extra: birds
Provides-Extra: zoo
Requires-Dist: numpy>=1
Requires-Dist: {core}
Requires-Dist: {extra}; extra == "birds"
Requires-Dist: stance-harness[birds]; extra == "zoo"
"""


@pytest.fixture
def doctor(project, tmp_path):
    """Run the command with an installation that asks for what a test says."""

    def examined(core="scipy>=1", extra="numpy>=1", cwd=tmp_path, **environment):
        info = tmp_path / "site" / "stance_harness-0.1.0.dist-info"
        info.mkdir(parents=True, exist_ok=True)
        (info / "METADATA").write_text(METADATA.format(core=core, extra=extra), encoding="utf-8")
        path = os.pathsep.join([str(info.parent), str(project)])
        done = subprocess.run(
            [sys.executable, "-m", "harness", "doctor", "--json"],
            env={**os.environ, "PYTHONPATH": path, "HARNESS_CACHE": str(tmp_path / "cache"), **environment},
            cwd=cwd,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.stderr == ""
        said = json.loads(done.stdout)
        return done.returncode, said, {(f["topic"], f["name"]): f for f in said["findings"]}

    return examined


def test_a_sound_installation_is_healthy(doctor):
    code, said, found = doctor()
    assert (code, said["healthy"]) == (0, True)
    assert found["version", "scipy"]["verdict"] == "ok"
    assert found["extra", "zoo"]["verdict"] == "ok"


def test_a_package_that_is_too_old_is_wrong_with_the_command_that_helps(doctor):
    code, said, found = doctor(core="scipy>=99")
    assert (code, said["healthy"]) == (1, False)
    assert found["version", "scipy"]["verdict"] == "wrong"
    assert found["version", "scipy"]["remedy"] == "pip install 'scipy>=99'"


def test_an_absent_extra_is_no_fault_and_so_is_one_that_takes_it_in(doctor):
    code, _, found = doctor(extra="no-such-package>=2")
    assert code == 0
    for name in ("birds", "zoo"):
        assert found["extra", name]["verdict"] == "absent"
        assert found["extra", name]["text"] == "lacks no-such-package>=2"
        assert found["extra", name]["remedy"] == f"pip install 'stance-harness[{name}]'"


def test_a_cache_under_a_file_is_wrong(doctor, tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    code, _, found = doctor(HARNESS_CACHE=str(tmp_path / "file" / "cache"))
    assert code == 1
    assert found["folder", "cache"]["remedy"] == "export HARNESS_CACHE=FOLDER"


def test_a_folder_outside_of_a_repository_names_no_commit(doctor):
    assert doctor()[2]["folder", "commit"]["verdict"] == "absent"


def test_the_text_says_every_finding(run_cli):
    ended = run_cli("doctor")
    assert "VERSION" in ended.out
    assert "scikit-learn" in ended.out
