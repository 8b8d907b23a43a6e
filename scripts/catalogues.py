"""Code → messages.pot → the catalogues, without line numbers and dates that would change by themselves.

Run by scripts/messages. A translation whose message is gone is kept below (#~) and comes back with it.
"""

import io
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
LANGUAGES = ("zh_CN", "ko_CN")
KEYWORDS = {**DEFAULT_KEYWORDS, "P_": ((1, "c"), 2)}
#: Headers that change with every run or say nothing.
FLEETING = (
    b'"POT-Creation-Date',
    b'"PO-Revision-Date',
    b'"Generated-By',
    b'"Project-Id-Version',
    b'"Report-Msgid-Bugs-To',
    b'"Last-Translator: FULL NAME',
    b'"Language-Team',
)


def main(arguments: list[str]) -> int:
    wanted = renewed(ROOT, prune="--prune" in arguments)
    changed = [path for path, text in wanted.items() if not _is(path, text)]
    for path in changed:
        name = path.relative_to(ROOT)
        if "--check" in arguments:
            print(f"{name} is not current: run scripts/messages", file=sys.stderr)
        else:
            path.write_bytes(wanted[path])
            print(f"{name} written")
    return 1 if changed and "--check" in arguments else 0


def renewed(root: Path, *, prune: bool = False) -> dict[Path, bytes]:
    """Each file of words, as it should be."""
    template = extracted(root)
    files = {root / "locales" / "messages.pot": _written(template)}
    for language in LANGUAGES:
        path = root / "locales" / language / "LC_MESSAGES" / "messages.po"
        catalog = _read(path, language)
        _revive(catalog)
        catalog.update(template, no_fuzzy_matching=True)
        files[path] = _written(catalog, ignore_obsolete=prune)
    return files


def extracted(root: Path) -> Catalog:
    with (root / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]  # Babel's own
    catalog = Catalog(header_comment="# Words of gridwhistle.")
    for name, _, message, comments, context in extract_from_dir(
        root, methods, options, KEYWORDS, ("L10n:",)
    ):
        catalog.add(message, None, [(name, 0)], auto_comments=comments, context=context)
    return catalog


def _read(path: Path, language: str) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=language)


def _revive(catalog: Catalog) -> None:
    for message in list(catalog.obsolete.values()):
        if message.string and catalog.get(message.id, message.context) is None:
            catalog[message.id] = message
    catalog.obsolete.clear()


def _written(catalog: Catalog, *, ignore_obsolete: bool = False) -> bytes:
    buffer = io.BytesIO()
    write_po(
        buffer,
        catalog,
        width=99,
        sort_by_file=True,
        include_lineno=False,
        ignore_obsolete=ignore_obsolete,
    )
    lines = buffer.getvalue().splitlines(keepends=True)
    return b"".join(line for line in lines if not line.startswith(FLEETING))


def _is(path: Path, text: bytes) -> bool:
    return path.exists() and path.read_bytes() == text


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
