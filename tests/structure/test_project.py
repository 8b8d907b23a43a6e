"""The repository as a whole: it names no machine, installs only what is pinned, and its files keep their size."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
ROOMS = ("bot", "handlers", "cases", "models", "locales")
LOCKS = ("requirements.lock", "requirements-s3.lock", "requirements-dev.lock")
NOT_OURS = re.compile(
    r"(^|/)(\.(?!ci(/|$)|gitignore$)[^/]*|__pycache__|data|dist|htmlcov|uv\.lock)(/|$)"
)
MOST_LINES = 300
# A longer file needs its reason here: what it would lose by being split.
LONGER: dict[str, str] = {
    "bot/chats.py": "one update's way from its row to done; its crash points are read together",
    "bot/house.py": "the parts of one process, and the order in which they begin and end",
    "bot/inbox.py": "fetching, storing and confirming; the order of these is the law",
    "bot/records.py": "what becomes of a notice, as one table of outcomes",
    "models/vocabulary.py": "every code of the house, once: split, a code would have two places",
    "bot/sender.py": "claiming and adopting under one lease; its crash points are read together",
}


def files(*suffixes: str, under: tuple[str, ...] = ("",)) -> Iterator[Path]:
    for folder in under:
        for path in sorted((ROOT / folder).rglob("*")):
            name = path.relative_to(ROOT).as_posix()
            if path.is_file() and not NOT_OURS.search(name) and path.name.endswith(suffixes or ""):
                yield path


def lines_matching(pattern: re.Pattern[str]) -> list[str]:
    found = []
    for path in files():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        where = path.relative_to(ROOT)
        numbered = enumerate(text.splitlines(), start=1)
        found += [
            f"{where}:{number}: {line[:120]}" for number, line in numbered if pattern.search(line)
        ]
    return found


def test_no_file_names_a_place_on_somebodys_machine():
    home = re.compile(r"(?<![\w.<$}~-])/(work|tmp|root|home/\w+|Users/\w+)(/[\w.-]|[\"'`\s]|$)")

    assert lines_matching(home) == []


def test_no_file_reaches_outside_the_repository():
    assert lines_matching(re.compile(r"\.\./shared\b")) == []


def test_no_file_names_a_package_registry():
    host = re.compile(r"\b(pypi|pythonhosted|npmjs|crates|(deb|security)\.debian)\.(org|com|io)\b")

    assert lines_matching(host) == []


@pytest.mark.parametrize("lock", [*LOCKS, "requirements-fuzz.lock"])
def test_a_lock_holds_versions_and_hashes_and_no_addresses(lock: str):
    text = (ROOT / lock).read_text()
    pins = text.replace("\\\n", " ").splitlines()

    assert "://" not in text
    assert all(
        re.match(r"[\w.-]+(\[[\w,-]+\])?==\S+ .*--hash=sha256:[0-9a-f]{64}", pin) for pin in pins
    )


def pinned(lock: str) -> dict[str, str]:
    return dict(re.findall(r"^([\w.-]+)==(\S+)", (ROOT / lock).read_text(), re.MULTILINE))


def declared() -> dict[str, list[Requirement]]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    run = [*project["dependencies"], *extras["pg"]]
    return {
        "requirements.lock": [Requirement(line) for line in run],
        "requirements-s3.lock": [Requirement(line) for line in run + extras["s3"]],
        "requirements-dev.lock": [
            Requirement(line) for line in run + extras["s3"] + extras["dev"]
        ],
    }


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_holds_what_the_project_asks_for(lock: str):
    versions = pinned(lock)

    missing = [
        str(wanted)
        for wanted in declared()[lock]
        if not wanted.specifier.contains(versions.get(wanted.name.lower(), "0"), prereleases=True)
    ]

    assert missing == [], "run scripts/lock"


def test_developers_run_the_same_versions_as_everybody():
    run, dev = pinned("requirements.lock"), pinned("requirements-dev.lock")

    assert run.items() <= pinned("requirements-s3.lock").items() <= dev.items()
    assert "pytest" not in run


def test_every_dependency_is_capped():
    for wanted in declared()["requirements-dev.lock"]:
        operators = {part.operator for part in wanted.specifier}
        # tzdata is numbered by the year, and an old one is wrong.
        assert "<" in operators or wanted.name == "tzdata", wanted


def test_scripts_can_be_run():
    scripts = [path for path in files(under=("scripts", ".ci")) if not path.suffix]

    assert {"run", "test", "check", "lock"} <= {path.name for path in scripts}
    for path in scripts:
        assert path.stat().st_mode & 0o111, f"chmod +x {path.relative_to(ROOT)}"
        assert path.read_text().startswith("#!"), f"{path.relative_to(ROOT)} needs a first line"


def test_python_files_keep_to_one_meaning():
    too_long = {
        path.relative_to(ROOT).as_posix()
        for path in files(".py", under=(*ROOMS, "scripts"))
        if path.parent.name != "versions"  # a migration is one change, and never edited
        and len(path.read_text().splitlines()) > MOST_LINES
    }

    assert too_long == set(LONGER), "split by meaning, or give the reason in LONGER"


def test_no_file_is_named_for_nothing():
    nothing = {"utils", "util", "helpers", "helper", "manager", "managers", "common", "misc"}

    assert [str(path) for path in files(".py") if path.stem in nothing] == []


def test_rooms_have_no_re_export_faces():
    speaking = {ROOT / "handlers" / "__init__.py", ROOT / "locales" / "__init__.py"}
    doors = set(files("__init__.py", under=ROOMS)) - speaking

    assert [str(door) for door in sorted(doors) if door.read_text().strip()] == []
