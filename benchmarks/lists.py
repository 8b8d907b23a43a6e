"""An office's lists come in: areas and roster at Dehui's size and at a province's, as an administrator would bring them in.

Each command is a process of its own (`gridwhistle import … [--apply]`), reading a file and writing SQLite as it is on a disk.
Counted are its CPU time and its largest memory; the second time must find nothing to do.

    python -m benchmarks lists --size province
"""

import argparse
import csv
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from openpyxl import Workbook

from benchmarks.databases import databases
from benchmarks.report import Row
from bot.shipped import SHIPPED, shipped


@dataclass(frozen=True, slots=True)
class Size:
    """How much an office brings in, and where its villages are."""

    grids: int
    rows: int
    divisions: str


#: 德惠市's micro-grids (one court's 2,982) with a roster of 30,000 duties; a province as the issue of areas asks.
SIZES = {
    "small": Size(60, 300, "dehui"),
    "dehui": Size(2_982, 30_000, "dehui"),
    "province": Size(30_000, 100_000, "yanbian"),
}
_ROLES = ("网格员", "调解员", "网格法官", "法官助理")
_HEAD = (
    "工号",
    "姓名",
    "电话",
    "职务",
    "责任区域",
    "专长",
    "工作语言",
    "顺位",
    "任职日期",
    "状态",
)
_DIGITS = "甲乙丙丁戊己庚辛壬癸"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--size", choices=SIZES, default="dehui")


def run(given: argparse.Namespace) -> list[Row]:
    size = SIZES[given.size]
    with databases("sqlite") as made:
        office = made.new()
        areas, roster = office.folder / "grids.csv", office.folder / "roster.xlsx"
        grids = list(_grids(size))
        _write(areas, ("区划代码", "名称"), grids)
        _workbook(roster, _people(size, [code for code, _ in grids]))
        steps = [
            (f"areas of {size.divisions}", ["areas", size.divisions, "--apply"]),
            (f"{size.grids:,} grids (csv), written", ["areas", str(areas), "--apply"]),
            (f"{size.rows:,} duties (xlsx), the plan", ["roster", str(roster)]),
            ("… written", ["roster", str(roster), "--apply"]),
            ("… a second time: nothing to do", ["roster", str(roster), "--apply"]),
        ]
        rows = []
        for what, asked in steps:
            cpu_s, megabytes, said = _command(["import", *asked], office.url, office.folder)
            rows.append(Row(f"{given.size}: {what}", f"{cpu_s:.1f} s CPU, {megabytes:.0f} MB"))
        if f"unchanged: {size.rows}" not in said:
            raise RuntimeError(said)
    return rows


def _grids(size: Size) -> Iterator[tuple[str, str]]:
    table = shipped(size.divisions)
    if table is None:
        raise KeyError(f"{size.divisions}: not of {', '.join(SHIPPED)}")
    villages = [
        str(row.cells["code"]) for row in table.rows if _is_village(str(row.cells["code"]))
    ]
    each = -(-size.grids // len(villages))
    wanted = ((code, number) for code in villages for number in range(1, each + 1))
    for (code, number), _ in zip(wanted, range(size.grids), strict=False):
        yield f"{code}{number:03}", f"第{number}网格"


def _is_village(code: str) -> bool:
    return not code.endswith("000")


def _people(size: Size, grids: Sequence[str]) -> Iterator[Sequence[str]]:
    counties = sorted({f"{code[:6]}000000" for code in grids})
    heads = [(role, county) for county in counties for role in ("综治中心负责人", "值班")]
    for number, (role, county) in enumerate(heads):
        yield (f"H{number}", "某头", f"139{number:08}", role, county, "", "双语", "1", "", "在任")
    for number in range(size.rows - len(heads)):
        area = grids[number % len(grids)]
        role = _ROLES[number // len(grids) % len(_ROLES)]
        rank = str(1 + number // (len(_ROLES) * len(grids)))
        name = "某" + "".join(_DIGITS[int(digit)] for digit in str(number))
        spoken = "双语" if number % 2 else "中文"
        yield (f"P{number}", name, f"138{number:08}", role, area, "", spoken, rank, "2026-01-01", "在任")  # fmt: skip


def _write(path: Path, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    with path.open("w", encoding="gb18030", newline="") as file:
        csv.writer(file).writerows([head, *rows])


def _workbook(path: Path, rows: Iterator[Sequence[str]]) -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in (_HEAD, *rows):
        sheet.append(row)
    book.save(path)


def _command(asked: Sequence[str], url: str, folder: Path) -> tuple[float, float, str]:
    """CPU seconds, megabytes at most, and what was said.

    Raises:
        RuntimeError: it went wrong.
    """
    said = folder / "said.txt"
    office = {
        "GRIDWHISTLE_DATABASE_URL": url,
        "GRIDWHISTLE_DATA_DIR": str(folder),
        "GRIDWHISTLE_KEYS": str(folder / "keys.json"),
    }
    with said.open("wb") as out:
        pid = os.posix_spawn(
            sys.executable,
            [sys.executable, "-m", "bot", *asked],
            {**os.environ, **office},
            file_actions=[
                (os.POSIX_SPAWN_DUP2, out.fileno(), 1),
                (os.POSIX_SPAWN_DUP2, out.fileno(), 2),
            ],
        )
        _, status, used = os.wait4(pid, 0)
    words = said.read_text(encoding="utf-8")
    if status:
        raise RuntimeError(words)
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, words
