"""The divisions that ship with the project: real areas and borders (bot/divisions/README.md has source and licence)."""

from collections.abc import Sequence
from pathlib import Path

from bot.tables import Table, read
from cases.area_file import NEEDED

DIVISIONS = Path(__file__).parent / "divisions"
_JILIN = "jilin.csv"
BORDERS = DIVISIONS / "counties.geojson"

#: By the name it is asked for: the file, and the codes of it that are wanted.
SHIPPED = {
    "yanbian": (_JILIN, ("2224",)),
    "erdao": (_JILIN, ("220105",)),
    "dehui": (_JILIN, ("220183",)),
    "counties": (BORDERS.name, ()),
}


def shipped(name: str) -> Table | None:
    """The rows behind one of these names; None when nothing of that name ships."""
    if name not in SHIPPED:
        return None
    file, wanted = SHIPPED[name]
    return _of(file, wanted)


def divisions(counties: Sequence[str]) -> Table:
    """The areas of these counties (six digits each), and those above them, as far as they ship."""
    return _of(_JILIN, counties)


def _of(file: str, wanted: Sequence[str]) -> Table:
    table = read(DIVISIONS / file, "areas", NEEDED)
    return Table([row for row in table.rows if _belongs(str(row.cells["code"]), wanted)])


def _belongs(code: str, wanted: Sequence[str]) -> bool:
    """Whether an area is one of those wanted, within them, or above them."""
    return not wanted or any(
        code.startswith(one) or one.startswith(code.rstrip("0")) for one in wanted
    )
