"""The ledger of a month: the office's own columns, codes in Chinese, no party's name unless asked for, danger as a number."""

import csv
from collections.abc import Mapping
from datetime import UTC, date, datetime
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.cell.cell import Cell
from openpyxl.utils.escape import unescape

from bot.export import Format, Table, as_csv, as_workbook, table, written
from cases.actions.assignment import take
from cases.actions.mediation import record_contact
from cases.journal import EventKind
from cases.month_ledger import NAMES, Column, ColumnsUnclear, audit, columns, ledger
from cases.work import Work
from cases.workdays import CIVIL
from models.case import Case
from models.party import Party
from models.vocabulary import Category, Channel, ContactResult, Part, Side
from tests.factories import BEATEN, WAGES
from tests.scene import Scene

MONTH = date(2026, 11, 1)


def rows(scene: Scene, *, names: bool = False) -> list[Mapping[str, str]]:
    file = as_csv(table(ledger(scene.work, MONTH, names=names), columns()))
    return list(csv.DictReader(StringIO(file.decode("utf-8-sig"))))


def opened(file: bytes) -> list[list[Cell]]:
    """The cells of a workbook, as another program finds them."""
    (sheet,) = load_workbook(BytesIO(file)).worksheets
    return [[cell for cell in row if isinstance(cell, Cell)] for row in sheet.iter_rows()]


def text_in(file: bytes) -> Table:
    return [[str(cell.value or "") for cell in row] for row in opened(file)]


def wages(scene: Scene, **changes: Any) -> Case:
    officer = scene.person(scene.town.officer)
    facts: dict[str, Any] = {
        "channel": Channel.GRID_OFFICER,
        "matter": WAGES,
        "people": 12,
    } | changes
    return scene.case(officer, **facts)


def test_a_line_tells_a_case_in_chinese_codes(scene: Scene):
    case = wages(scene)
    for part in Part:
        offer = scene.offers(case, part)[0]
        take(scene.work, offer.id, offer.person)
    mediator = scene.person(scene.town.mediator)
    record_contact(scene.work, case.id, mediator, ContactResult.REACHED)

    (row,) = rows(scene)

    assert row["登记日期"] == "2026-11-23"
    assert row["地点"].endswith("第一网格")
    assert (row["纠纷类别"], row["涉及人数"], row["事件规模"]) == ("拖欠工资", "12", "02")
    assert (row["级别"], row["来源"], row["办理阶段"]) == ("重大", "网格员", "调解中")
    assert (row["调解员"], row["网格法官"], row["网格员"]) == ("T1", "F1", "W1")
    assert row["法官报到时间"] == row["首次联系时间"] == "2026-11-23 09:00"
    assert row["结案方式"] == row["结案日期"] == ""


def test_no_party_is_named_unless_asked_for(scene: Scene):
    scene.case(phone="13944300000")

    plain, named = rows(scene)[0], rows(scene, names=True)[0]

    headings = [heading for column, heading in columns() if column in NAMES]
    assert {plain[heading] for heading in headings} == {""}
    assert (named["报告人"], named["联系电话"], named["对方当事人"]) == (
        "金哲",
        "13944300000",
        "楼上",
    )


def test_people_who_were_not_asked_are_not_named_even_when_asked_for(scene: Scene):
    wages(scene, consented=False, phone="13944300000")

    (row,) = rows(scene, names=True)

    assert (row["报告人"], row["联系电话"], row["对方当事人"]) == ("", "", "")


def test_a_case_of_danger_is_a_number_and_a_level(scene: Scene):
    scene.case(matter=BEATEN, phone="13944300000")

    for names in (False, True):
        (row,) = rows(scene, names=names)
        filled = {heading for heading, cell in row.items() if cell}
        assert filled == {"编号", "级别"}
        assert row["级别"] == "紧急"


def test_names_leave_a_trace_in_each_journal_and_a_plain_ledger_none(scene: Scene):
    case, danger = scene.case(), scene.case(matter=BEATEN)
    rows(scene)
    assert not scene.events(case, EventKind.EXPORTED)

    audit(scene.work, MONTH, scene.person(scene.town.supervisor))

    (exported,) = scene.events(case, EventKind.EXPORTED)
    assert (exported.actor_id, exported.facts) == (scene.town.supervisor, {"month": "2026-11"})
    assert not scene.events(danger, EventKind.EXPORTED)


@pytest.mark.parametrize(
    ("wall", "month"),
    [
        ("2026-11-01 00:00", "2026-11"),
        ("2026-11-30 23:59", "2026-11"),
        ("2026-12-01 00:00", "2026-12"),
        ("2026-12-31 23:59", "2026-12"),
    ],
)
def test_a_month_is_that_of_the_wall(scene: Scene, wall: str, month: str):
    registered = datetime.fromisoformat(wall).replace(tzinfo=CIVIL).astimezone(UTC)
    scene.work = Work(scene.session, registered, scene.work.rules)
    scene.case()

    for year, number in ((2026, 10), (2026, 11), (2026, 12), (2027, 1)):
        found = ledger(scene.work, date(year, number, 15))
        assert len(found) == (f"{year}-{number:02}" == month)


def test_the_office_chooses_its_columns_their_order_and_their_names(scene: Scene, tmp_path: Path):
    scene.case()
    own = tmp_path / "columns.csv"
    own.write_text("column,heading\nlevel,等级\nnumber,\nkind,类型\n", encoding="utf-8")

    headings, line = table(ledger(scene.work, MONTH), columns(own))

    assert headings == ["等级", "编号", "类型"]
    assert line[0] == "一般"
    assert line[1].startswith("26-222401-000001-")


def test_an_unknown_column_is_named_with_its_line(tmp_path: Path):
    for text in ("column,heading\nnumber,编号\nsalary,工资\n", "column,heading\n", ""):
        own = tmp_path / "columns.csv"
        own.write_text(text, encoding="utf-8")
        with pytest.raises(ColumnsUnclear) as unclear:
            columns(own)
        assert ("3" in str(unclear.value)) == ("salary" in text)


def test_the_shipped_order_holds_every_column_and_begins_like_the_copied_line():
    shipped = [column for column, _ in columns()]

    assert set(shipped) == set(Column)
    assert shipped[:6] == [
        Column.NUMBER,
        Column.REGISTERED_ON,
        Column.PLACE,
        Column.KIND,
        Column.PEOPLE,
        Column.AMOUNT,
    ]


@pytest.mark.parametrize("words", ["=HYPERLINK(1)", "+86", "-1", "@SUM(1)", "＝1+1", "\n=1"])
def test_nobodys_words_become_a_formula(scene: Scene, words: str):
    case = scene.case()
    party = scene.session.query(Party).filter_by(case_id=case.id, side=Side.OTHER).one()
    party.name = words
    scene.session.flush()

    (row,) = rows(scene, names=True)

    assert row["对方当事人"] == f"'{words}"


def test_excel_reads_the_chinese(scene: Scene):
    file = written(table(ledger(scene.work, MONTH), columns()), Format.CSV)

    assert file.startswith(b"\xef\xbb\xbf")
    assert b"\r\n" in file


def test_a_workbook_says_what_the_csv_says(scene: Scene):
    wages(scene, phone="13944300000")
    scene.case(matter=BEATEN)
    lines = table(ledger(scene.work, MONTH, names=True), columns())

    plain = list(csv.reader(StringIO(written(lines, Format.CSV).decode("utf-8-sig"))))

    assert text_in(written(lines, Format.XLSX)) == plain == lines
    assert len(plain) == 3


@example("=HYPERLINK(1)")
@example("-1")
@example("#N/A")
@example("01")
@example("13944300000")
@example("222401199001011234")
@example("2026-11-23")
@example("1E5")
@example(" 楼上 ")
@given(st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"]), max_size=40))
def test_every_cell_of_a_workbook_is_text_as_it_was_written(words: str):
    ((cell,),) = opened(as_workbook([[words]]))

    assert cell.data_type in {"s", "inlineStr"}
    assert cell.number_format == "@"
    assert unescape(str(cell.value or "")) == words


def test_what_a_workbook_cannot_hold_is_marked_and_the_rest_is_kept():
    file = as_workbook([["楼\x00上\x1b\ufffe"], ["x" * 40_000], ["漏水\n三天"], ["_x0041_"]])

    assert [cell.value for (cell,) in opened(file)] == [
        "楼\ufffd上\ufffd\ufffd",
        "x" * 32_767,
        "漏水\n三天",
        "_x005F_x0041_",  # which Excel shows as _x0041_
    ]


def test_a_corrected_kind_is_the_kind(scene: Scene):
    wages(scene, category=Category.CONTRACT)

    assert rows(scene)[0]["纠纷类别"] == "合同纠纷"
