"""The pages of docs/ that are made from code, and whether they are what the code says today."""

from collections.abc import Callable, Mapping
from pathlib import Path

from bot import matrix, settings_page
from cases.lifecycle import mermaid


def lifecycle() -> str:
    return (
        "# The life of a case\n\n"
        "Made by `gridwhistle docs` from `MOVES` in cases/lifecycle.py; do not edit.\n\n"
        f"```mermaid\n{mermaid()}\n```\n"
    )


PAGES: Mapping[str, Callable[[], str]] = {
    "docs/lifecycle.md": lifecycle,
    "docs/access.md": matrix.page,
    "docs/settings.md": settings_page.page,
}


def stale(repository: Path) -> list[str]:
    """The pages that are not what the code says."""
    return [name for name in PAGES if not _is_current(repository / name, PAGES[name]())]


def write(repository: Path) -> list[str]:
    """Write those that are not; their names."""
    old = stale(repository)
    for name in old:
        (repository / name).parent.mkdir(exist_ok=True)
        (repository / name).write_text(PAGES[name](), encoding="utf-8")
    return old


def _is_current(page: Path, wanted: str) -> bool:
    return page.exists() and page.read_text(encoding="utf-8") == wanted
