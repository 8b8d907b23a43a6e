"""Imports run down only, and the contracts that say so would notice."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("bot", "handlers", "cases", "models", "locales")
LINT = "from importlinter.cli import lint_imports_command; lint_imports_command()"


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", LINT, "--no-cache"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


def test_imports_run_down_only():
    result = lint_imports(ROOT)

    assert result.returncode == 0, result.stdout + result.stderr


@pytest.fixture(scope="module")
def a_house_with_every_rule_broken(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What import-linter says of a copy of the house with one forbidden import for each contract."""
    copy = tmp_path_factory.mktemp("house")
    shutil.copy(ROOT / "pyproject.toml", copy)
    for room in ROOMS:
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / room, copy / room, ignore=ignored)
    planted = {
        "models": "import cases",
        "cases": "import asyncio\nimport telegram",
        "handlers": "import apscheduler\nimport tests",
        "locales": "import cases",
    }
    for room, lines in planted.items():
        (copy / room / "planted.py").write_text(lines + "\n")
    (copy / "cases" / "planted_words.py").write_text("import locales\n")
    return lint_imports(copy).stdout


@pytest.mark.parametrize(
    "contract",
    [
        "imports run down only",
        "locales imports no other room",
        "cases and models know codes, never words",
        "know neither Telegram nor timers",
        "cases is plain synchronous Python",
        "only bot touches apscheduler",
        "no room imports its tests",
    ],
)
def test_a_forbidden_import_is_noticed(contract: str, a_house_with_every_rule_broken: str):
    verdicts = [line for line in a_house_with_every_rule_broken.splitlines() if contract in line]

    assert any(line.endswith("BROKEN") for line in verdicts), a_house_with_every_rule_broken
