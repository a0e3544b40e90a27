# SPDX-License-Identifier: AGPL-3.0-or-later
"""Settings: defaults, one file, the environment over it."""

from __future__ import annotations

import stat
from dataclasses import replace
from pathlib import Path

import pytest

from terracite import config
from terracite.config import Settings
from terracite.errors import ConfigError


def written(folder: Path, text: str) -> Path:
    path = folder / "terracite.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_without_a_file_the_defaults_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert config.load(environ={}) == Settings()


def test_the_environment_goes_before_the_file(tmp_path: Path) -> None:
    path = written(tmp_path, 'site_name = "File"\nlanguage = "fr"\nallowed_hosts = ["a.example"]\n')
    environ = {"TERRACITE_SITE_NAME": "Environment", "TERRACITE_DEBUG": "yes", "TERRACITE_MAX_FILE_BYTES": "7"}
    assert config.load(path, environ) == Settings(
        site_name="Environment", language="fr", allowed_hosts=("a.example",), debug=True, max_file_bytes=7
    )


def test_paths_are_relative_to_the_file(tmp_path: Path) -> None:
    assert config.load(written(tmp_path, 'data_dir = "data"\n'), {}).data_dir == tmp_path / "data"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('registar = "test"', "Did you mean 'registrar'?"),
        ("debug = 3", "'debug' in"),
        ("site_name = ", "is not valid TOML"),
    ],
)
def test_a_mistake_in_the_file_is_named(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ConfigError, match=r"terracite\.toml") as raised:
        config.load(written(tmp_path, text), {})
    assert said in str(raised.value)


def test_a_missing_file_and_a_wrong_number_are_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="There is no settings file"):
        config.load(tmp_path / "none.toml", {})
    with pytest.raises(ConfigError, match="TERRACITE_MAX_FILE_BYTES"):
        config.load(written(tmp_path, ""), {"TERRACITE_MAX_FILE_BYTES": "many"})


def test_the_secret_key_is_made_once_for_nobody_else_to_read(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "new")
    key = config.ensure_secret_key(settings)
    assert len(key) >= 50
    assert config.ensure_secret_key(settings) == key
    assert stat.S_IMODE((settings.data_dir / "secret-key").stat().st_mode) == 0o600
    assert config.ensure_secret_key(replace(settings, secret_key="given")) == "given"


def test_a_secret_is_never_part_of_what_is_printed() -> None:
    shown = repr(Settings(secret_key="aaa-secret", datacite_password="bbb-secret"))
    assert "secret" not in shown.replace("secret_key", "")
