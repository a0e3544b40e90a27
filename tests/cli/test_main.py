# SPDX-License-Identifier: AGPL-3.0-or-later
"""What every command has in common: exit codes, suggestions, errors with a cure."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import click
import pytest

from terracite.cli import cli, main
from terracite.errors import ArchiveError, Problem, RecipeError

Failing = Callable[[BaseException], None]
PROGRAM = Path(sys.executable).with_name("terracite")


def terracite(*arguments: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("TERRACITE_")}
    return subprocess.run(
        [PROGRAM, *arguments], cwd=cwd, env=clean | environment, capture_output=True, text=True, timeout=240
    )


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> Failing:
    """A command of the real group that raises what it is given."""

    def with_error(error: BaseException) -> None:
        @click.command()
        def crate() -> None:
            raise error

        monkeypatch.setattr("terracite.cli.LazyGroup.get_command", lambda *_: crate)

    return with_error


def outcome(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    with pytest.raises(SystemExit) as stopped:
        main(list(arguments))
    return int(stopped.value.code or 0), capsys.readouterr().err


def test_a_mistyped_command_gets_the_nearest_name_and_exit_code_2(capsys: pytest.CaptureFixture[str]) -> None:
    code, said = outcome(capsys, "landcovr", "run")
    assert code == 2
    assert "Did you mean 'landcover'?" in said


def test_an_error_is_its_message_and_its_cure(capsys: pytest.CaptureFixture[str], failing: Failing) -> None:
    failing(ArchiveError("'x.jp2' is not an index image.", hint="Rename it."))
    assert outcome(capsys, "crate") == (1, "Error: 'x.jp2' is not an index image. Rename it.\n")


def test_all_problems_are_told_at_once(capsys: pytest.CaptureFixture[str], failing: Failing) -> None:
    failing(RecipeError("Two mistakes.", [Problem("a", "is wrong.", "Mend it."), Problem("b", "is missing.")]))
    assert outcome(capsys, "crate") == (1, "Error: Two mistakes.\n  - a: is wrong. Mend it.\n  - b: is missing.\n")


def test_a_full_disk_says_that_what_is_finished_is_kept(capsys: pytest.CaptureFixture[str], failing: Failing) -> None:
    failing(OSError(errno.ENOSPC, "No space left on device"))
    code, said = outcome(capsys, "crate")
    assert code == 1
    assert said.startswith("Error: The disk is full.")


@pytest.mark.parametrize(
    ("code", "cure"),
    [(errno.EROFS, "can only be read"), (errno.EFBIG, "larger than"), (errno.ENOTDIR, "Check the path")],
)
def test_what_a_disk_refuses_is_told_with_its_cure(
    code: int, cure: str, capsys: pytest.CaptureFixture[str], failing: Failing
) -> None:
    failing(OSError(code, "as the system says", "/data/a.nc"))
    exit_code, said = outcome(capsys, "crate")
    assert exit_code == 1
    assert said.startswith("Error: '/data/a.nc': ")
    assert cure in said


def test_stopping_by_hand_says_how_to_go_on(capsys: pytest.CaptureFixture[str], failing: Failing) -> None:
    failing(KeyboardInterrupt())
    code, said = outcome(capsys, "crate")
    assert code == 1
    assert "run the same command again" in said


def test_debug_shows_the_traceback(failing: Failing) -> None:
    failing(ArchiveError("broken"))
    with pytest.raises(ArchiveError):
        main(["--debug", "crate"])


def test_the_exit_code_that_a_command_chooses_is_kept(capsys: pytest.CaptureFixture[str], failing: Failing) -> None:
    failing(click.exceptions.Exit(3))
    assert outcome(capsys, "crate")[0] == 3


def test_every_command_is_documented_by_the_group() -> None:
    text = cli.get_help(click.Context(cli))
    assert [name for name in cli.list_commands(click.Context(cli)) if name not in text] == []


def test_config_hides_secrets(tmp_path: Path) -> None:
    (tmp_path / "terracite.toml").write_text('site_name = "Lagoon"\ndatacite_password = "hush-hush"\n')
    done = terracite("config", "--json", cwd=tmp_path)
    assert done.returncode == 0
    assert "hush-hush" not in done.stdout + done.stderr
    assert json.loads(done.stdout)


def test_a_wrong_settings_file_is_named_with_the_cure(tmp_path: Path) -> None:
    (tmp_path / "terracite.toml").write_text('site_nam = "Lagoon"\n')
    done = terracite("config", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (
        1,
        "Error: 'terracite.toml' has an unknown setting 'site_nam'. Did you mean 'site_name'?\n",
    )


def test_the_demo_says_what_real_data_it_needs(tmp_path: Path) -> None:
    done = terracite("demo", "--data", str(tmp_path), "--exit", cwd=tmp_path)
    assert done.returncode == 1
    assert "cbers-bahia, sits-sinop-raster and sen2rts-s2-ndvi" in done.stderr


def test_the_package_runs_as_a_module() -> None:
    done = subprocess.run([sys.executable, "-m", "terracite", "--version"], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("terracite")
