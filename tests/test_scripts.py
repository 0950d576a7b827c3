"""script/setup with everything it calls replaced by stubs that write down how they were called."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has a one-liner of its own in the README")

PYTHON_STUB = """#!/bin/bash
echo "python $*" >>"$CALLS"
case "$1 $2" in
  "-m venv") mkdir -p "$3/bin"; cp "$0" "$3/bin/python" ;;
  "-m pip") [ "$3" = --version ] || exit "${PIP_EXIT:-0}" ;;
  "-V ") echo "Python 3.11.2" ;;
  "- "*) cat >/dev/null; echo "needed-by-$3>=1" ;;
esac
"""
NOT_ROOT = """#!/bin/bash
[ "$1" = -u ] && echo 1000
"""
LOGGED = """#!/bin/bash
echo "$(basename "$0") $*" >>"$CALLS"
exit {exit_code}
"""
WITH_PORTAUDIO = """#!/bin/bash
echo "  libportaudio.so.2 (libc6,x86-64) => /usr/lib/libportaudio.so.2"
for n in $(seq 5000); do echo "  libother$n.so.1 (libc6,x86-64) => /lib/libother$n.so.1"; done
"""


@dataclass
class Machine:
    """A checkout at an awkward path, and what its scripts can call."""

    checkout: Path
    commands: Path
    calls_file: Path

    def install(self, name: str, script: str) -> None:
        path = self.commands / name
        path.write_text(script)
        path.chmod(0o755)

    def run(
        self, *arguments: str, script: str = "setup", **environment: str
    ) -> subprocess.CompletedProcess[str]:
        self.calls_file.write_text("")
        return subprocess.run(
            [str(self.checkout / "script" / script), *arguments],
            env={"PATH": f"{self.commands}:/usr/bin:/bin", "CALLS": str(self.calls_file), **environment},
            cwd="/",
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )

    @property
    def calls(self) -> list[str]:
        return self.calls_file.read_text().splitlines()

    def called(self, beginning: str) -> bool:
        return any(call.startswith(beginning) for call in self.calls)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    machine = Machine(tmp_path / "她的 电脑" / "voice guide", tmp_path / "commands", tmp_path / "calls")
    shutil.copytree(ROOT / "script", machine.checkout / "script")
    shutil.copy(ROOT / "pyproject.toml", machine.checkout)
    machine.commands.mkdir()
    machine.install("python3", PYTHON_STUB)
    machine.install("ldconfig", WITH_PORTAUDIO)
    machine.install("id", NOT_ROOT)
    machine.install("sudo", LOGGED.format(exit_code=1))
    machine.install("apt-get", LOGGED.format(exit_code=0))
    machine.install("dpkg-query", "#!/bin/bash\necho 'install ok installed'\n")
    return machine


def test_the_first_run_shows_its_steps_and_installs(machine: Machine) -> None:
    done = machine.run()
    assert done.returncode == 0, done.stderr
    assert [f"第 {n} 步，共 3 步" in done.stdout for n in (1, 2, 3)] == [True] * 3
    assert (
        f"python -m pip install --no-input --disable-pip-version-check --editable {machine.checkout}"
        in machine.calls
    )
    assert "已经齐全" in done.stdout
    assert not machine.called("apt-get")


def test_the_second_run_calls_neither_pip_nor_apt_and_is_quick(machine: Machine) -> None:
    machine.run()
    began = time.monotonic()
    done = machine.run()
    assert time.monotonic() - began < 0.3
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert machine.calls == ["python -V"]


def test_changed_requirements_are_installed_into_the_same_environment(machine: Machine) -> None:
    machine.run()
    with (machine.checkout / "pyproject.toml").open("a") as file:
        file.write("# changed\n")
    machine.run()
    assert machine.called("python -m pip install")
    assert not machine.called("python -m venv")


def test_again_makes_a_new_environment_whatever_is_there(machine: Machine) -> None:
    machine.run()  # and then something of it is lost, which pip does not notice
    done = machine.run("--again")
    assert done.returncode == 0, done.stderr
    assert machine.called("python -m venv")
    assert machine.called("python -m pip install")
    assert machine.run().stdout == ""


def test_a_run_that_was_cut_short_is_done_again_from_the_start(machine: Machine) -> None:
    failed = machine.run(PIP_EXIT="1")
    assert failed.returncode == 1
    assert "请检查" in failed.stderr
    (machine.checkout / ".venv" / "half").touch()
    assert machine.run().returncode == 0
    assert machine.called("python -m venv")
    assert not (machine.checkout / ".venv" / "half").exists()


def test_an_environment_that_does_not_work_is_made_again(machine: Machine) -> None:
    (machine.checkout / ".venv" / "bin").mkdir(parents=True)
    assert machine.run().returncode == 0
    assert machine.called("python -m venv")


def test_without_portaudio_and_without_permission_it_goes_on_and_says_what_to_do(machine: Machine) -> None:
    machine.install("ldconfig", "#!/bin/bash\n")
    done = machine.run()
    assert done.returncode == 0
    assert "sudo apt-get install libportaudio2" in done.stdout
    assert "仍然可以演练" in done.stdout
    assert machine.called("python -m pip install")


def test_sudo_is_used_where_it_asks_nothing(machine: Machine) -> None:
    machine.install("ldconfig", "#!/bin/bash\n")
    machine.install("sudo", LOGGED.format(exit_code=0))
    machine.run()
    assert any(call.startswith("sudo -n env") and "libportaudio2" in call for call in machine.calls)


def test_root_needs_no_sudo_and_an_incomplete_update_does_not_stop_it(machine: Machine) -> None:
    machine.install("ldconfig", "#!/bin/bash\n")
    machine.install("id", "#!/bin/bash\necho 0\n")
    machine.install("apt-get", LOGGED.format(exit_code='"$([ "$1" = update ] && echo 100 || echo 0)"'))
    done = machine.run()
    assert any(call.startswith("apt-get install") and "libportaudio2" in call for call in machine.calls)
    assert "没有装上" not in done.stdout
    assert not machine.called("sudo")


def test_developers_get_their_group_and_the_packages_of_the_rig(machine: Machine) -> None:
    machine.install("dpkg-query", "#!/bin/bash\nexit 1\n")
    machine.install("sudo", LOGGED.format(exit_code=0))
    assert machine.run("--dev").returncode == 0
    assert any("pulseaudio-utils" in call and "apt-get install" in call for call in machine.calls)
    assert any(
        call.startswith("python -m pip install") and call.endswith("needed-by-dev>=1")
        for call in machine.calls
    )
    assert machine.run("--dev").stdout == ""


def test_a_wrong_option_is_a_usage_error(machine: Machine) -> None:
    done = machine.run("--devel")
    assert done.returncode == 2
    assert "--devel" in done.stderr


def test_run_passes_its_arguments_on(machine: Machine) -> None:
    machine.run()
    guide = machine.checkout / ".venv" / "bin" / "voiceguide"
    guide.write_text('#!/bin/bash\nprintf "<%s>" "$@"; exit 3\n')
    guide.chmod(0o755)
    done = machine.run("rehearse", "two words", script="run")
    assert (done.stdout, done.returncode) == ("<rehearse><two words>", 3)


@pytest.mark.skipif(shutil.which("shellcheck") is None, reason="shellcheck is not installed")
def test_the_scripts_are_clean() -> None:
    scripts = [*map(str, (ROOT / "script").iterdir()), str(ROOT / ".ci" / "run")]
    shell = [script for script in scripts if Path(script).read_text().startswith("#!/usr/bin/env bash")]
    assert len(shell) >= 4
    done = subprocess.run(["shellcheck", *shell], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
