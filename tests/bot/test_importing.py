"""An office's spreadsheets: every faulty row is named with its reason, the rest is taken, and twice is once."""

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from bot.import_words import FILES, WORDS, sentence
from bot.shipped import DIVISIONS
from bot.tables import FileUnreadable, Unreadable, read
from bot.template import write
from cases import area_file, roster
from cases.errors import NobodyLeft
from cases.roster_plan import RosterPlan
from cases.roster_rows import NEEDED
from cases.roster_steps import steps
from cases.sheet import Cell, Fault, Reason, Row
from cases.work import Work
from models.area import Area
from models.base import Base
from models.duty import Duty
from models.person import Person
from models.vocabulary import AssignmentState, Language, Part, Role, Station
from tests.factories import MONDAY, a_duty, a_person, a_town, work_at
from tests.scene import Scene

HEAD = [
    "工号",
    "姓名",
    "朝鲜语姓名",
    "电话",
    "职务",
    "所属单位",
    "责任区域",
    "专长",
    "工作语言",
    "顺位",
    "任职日期",
    "离任日期",
    "状态",
    "阅读语言",
]
GRID = "22240100100101"
GOOD: list[Cell] = [
    "N1",
    "金甲",
    "김갑",
    "13900000001",
    "调解员",
    "司法所",
    GRID,
    "邻里",
    "双语",
    "1",
    "2026-01-01",
    "",
    "在任",
    "朝鲜语",
]


@pytest.fixture
def scene() -> Iterator[Scene]:
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        yield Scene(session, a_town(session), work_at(session))
    engine.dispose()


def a_row(**changes: Cell) -> list[Cell]:
    """The good row, with cells changed by heading."""
    places = {heading: place for place, heading in enumerate(HEAD)}
    cells = list(GOOD)
    for heading, cell in changes.items():
        cells[places[heading]] = cell
    return cells


def a_sheet(path: Path, rows: Sequence[Sequence[Cell]], head: Sequence[str] = HEAD) -> Path:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(list(head))
    for row in rows:
        sheet.append(list(row))
    for line in sheet.iter_rows():
        for cell in line:
            if isinstance(cell.value, str) and cell.value.startswith("="):
                cell.data_type = "f"
    book.save(path)
    return path


def rows_of(path: Path) -> Sequence[Row]:
    return read(path, "roster", NEEDED).rows


def applied(work: Work, rows: Sequence[Row], whole: int | None = None) -> RosterPlan:
    made = roster.plan(work, rows, whole=whole)
    for _, step in steps(made):
        made.faults.extend(step(work))
    work.session.flush()
    work.session.expire_all()
    return made


#: What is wrong, the rows in which it is, and the message that names it.
FAULTS: list[tuple[str, list[list[Cell]], Reason, str]] = [
    ("a formula", [a_row(姓名="=A1")], Reason.FORMULA, "是公式或公式错误"),
    ("the error of a formula", [a_row(姓名="#N/A")], Reason.FORMULA, "是公式或公式错误"),
    ("broken characters", [a_row(姓名="�炷")], Reason.BROKEN_TEXT, "乱码"),
    ("more cells than headings", [[*GOOD, "多"]], Reason.TOO_MANY_CELLS, "多出单元格"),
    ("a code as a fraction", [a_row(工号=12.5)], Reason.DAMAGED_FRACTION, "带小数点"),
    ("a telephone as written by a program", [a_row(电话="13900000001.0")], Reason.DAMAGED_FRACTION, "带小数点"),
    ("a telephone in scientific notation", [a_row(电话="1.39E+10")], Reason.DAMAGED_EXPONENT, "科学计数法"),
    ("an area code in scientific notation", [a_row(责任区域="2.22401E+11")], Reason.DAMAGED_EXPONENT, "科学计数法"),
    ("an area code that was rounded", [a_row(责任区域=22240100100101000)], Reason.DAMAGED_DIGITS, "超过15位"),
    ("a very long name", [a_row(姓名="金" * 41)], Reason.TOO_LONG, "太长"),
    ("no name", [a_row(姓名="")], Reason.NAME_MISSING, "没有姓名"),
    ("a number for a name", [a_row(姓名="金1")], Reason.NAME_WITH_DIGITS, "姓名里有数字"),
    ("a Korean name in Hanzi", [a_row(朝鲜语姓名="金甲")], Reason.NAME_KO_NOT_KOREAN, "不是朝鲜文"),
    ("two names of one person", [a_row(), a_row(姓名="金乙", 责任区域="222401001000")], Reason.NAMES_DIFFER, "两种写法"),
    ("neither code nor telephone", [a_row(工号="", 电话="")], Reason.NO_KEY, "认不出是谁"),
    ("a code with odd letters", [a_row(工号="M/1 甲")], Reason.CODE_FORM, "工号只能用"),
    ("one code of two people", [a_row(), a_row(电话="13900000002")], Reason.CODE_OF_TWO, "一个工号有两个电话"),
    ("no telephone number", [a_row(电话="12345")], Reason.PHONE_FORM, "不是电话号码"),
    ("a telephone that lost its zero", [a_row(电话=4332500000)], Reason.PHONE_FORM, "不是电话号码"),
    ("a masked telephone", [a_row(电话="139****0001")], Reason.PHONE_MASKED, "遮挡"),
    ("an identity number", [a_row(电话="222401199001011234")], Reason.PHONE_IS_IDENTITY, "身份证号"),
    ("one telephone of two people", [a_row(), a_row(工号="N2", 姓名="金乙")], Reason.PHONE_OF_TWO, "一个电话属于两个工号"),
    ("an unknown status", [a_row(状态="休息")], Reason.STATUS_UNKNOWN, "状态只认"),
    ("here and gone", [a_row(), a_row(状态="离任")], Reason.STATUS_DIFFERS, "又在任又离任"),
    ("an unknown reading language", [a_row(阅读语言="英语")], Reason.READS_UNKNOWN, "阅读语言只认"),
    ("no role", [a_row(职务="")], Reason.ROLE_MISSING, "没有职务"),
    ("an unknown role", [a_row(职务="书记员")], Reason.ROLE_UNKNOWN, "不认识这个职务"),
    ("a resident on the roster", [a_row(职务="居民")], Reason.ROLE_UNKNOWN, "不认识这个职务"),
    ("an officer of a whole county", [a_row(职务="网格员", 责任区域="222401000000")], Reason.ROLE_NOT_HERE, "不能负责这一级区域"),
    ("no area", [a_row(责任区域="")], Reason.AREA_MISSING, "没有责任区域"),
    ("an unknown area", [a_row(责任区域="亚特兰蒂斯")], Reason.AREA_UNKNOWN, "没有这个区域"),
    ("an area code cut short", [a_row(责任区域="2224010010")], Reason.AREA_UNKNOWN, "没有这个区域"),
    ("an unknown station", [a_row(所属单位="气象站")], Reason.STATION_UNKNOWN, "不认识这个单位"),
    ("an unknown kind of dispute", [a_row(专长="邻里;天文")], Reason.CATEGORY_UNKNOWN, "不认识这个类别"),
    ("a kind that is not mediated", [a_row(专长="NM1")], Reason.CATEGORY_NOT_OURS, "这一类不调解"),
    ("an unknown working language", [a_row(工作语言="日语")], Reason.LANGUAGE_UNKNOWN, "工作语言只认"),
    ("a rank that is none", [a_row(顺位="第一")], Reason.RANK_FORM, "顺位是1到99"),
    ("a rank of zero", [a_row(顺位=0)], Reason.RANK_FORM, "顺位是1到99"),
    ("two heads of one rank", [a_row(职务="庭长", 责任区域="222401000000"), a_row(职务="庭长", 责任区域="222401000000", 工号="N2", 电话="13900000002", 姓名="金乙")], Reason.RANK_TAKEN, "顺位有两个人"),
    ("no day", [a_row(任职日期="去年")], Reason.DATE_FORM, "不是日期"),
    ("a day as a bare number", [a_row(任职日期=46023)], Reason.DATE_FORM, "不是日期"),
    ("a day that does not exist", [a_row(任职日期="2026-02-30")], Reason.DATE_IMPOSSIBLE, "没有这一天"),
    ("day and month not to be told apart", [a_row(任职日期="03/04/2026")], Reason.DATE_EITHER_WAY, "分不清日和月"),
    ("a year far away", [a_row(离任日期="2206-01-01")], Reason.DATE_FAR, "年份不对"),
    ("an end before the beginning", [a_row(离任日期="2025-12-31")], Reason.ENDS_FIRST, "离任早于任职"),
    ("one duty said in two ways", [a_row(), a_row(顺位="2")], Reason.DUTY_DIFFERS, "内容不同"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "reason", "said"), [one[1:] for one in FAULTS], ids=[one[0] for one in FAULTS]
)
def test_every_faulty_row_is_named_and_the_good_one_beside_it_is_taken(
    scene: Scene, tmp_path: Path, rows: list[list[Cell]], reason: Reason, said: str
):
    good = a_row(工号="G1", 姓名="朴好", 朝鲜语姓名="", 电话="13911111111")
    file = a_sheet(tmp_path / "roster.xlsx", [*rows, good])

    made = roster.plan(scene.work, rows_of(file))

    faults = [fault for fault in made.faults if fault.refuses]
    assert {fault.reason for fault in faults} == {reason}
    assert {fault.row for fault in faults} == set(range(2, 2 + len(rows)))
    assert all(said in sentence("roster", fault) for fault in faults)
    assert [entry.code for entry in made.people] == ["G1"]


def test_the_table_holds_forty_kinds_of_rows_and_each_reason_is_said_in_three_languages():
    assert len(FAULTS) >= 40
    assert set(WORDS) == set(Reason)
    assert set(FILES) == set(Unreadable)
    for said in (*WORDS.values(), *FILES.values()):
        assert all(said)
        assert len(set(said)) == 3


def test_a_chain_that_ends_nowhere_is_refused(scene: Scene, tmp_path: Path):
    for duty in scene.session.scalars(
        select(Duty).where(Duty.role.in_([Role.SUPERVISOR, Role.COORDINATOR]))
    ).all():
        duty.ends = date(2026, 1, 2)
    scene.session.flush()
    file = a_sheet(tmp_path / "roster.xlsx", [GOOD])

    assert [fault.reason for fault in roster.plan(scene.work, rows_of(file)).faults] == [
        Reason.CHAIN_ENDS
    ]

    desk = a_row(
        工号="D7",
        姓名="值",
        电话="13922222222",
        职务="值班",
        责任区域="222401000000",
        朝鲜语姓名="",
    )
    both = a_sheet(tmp_path / "both.xlsx", [GOOD, desk])
    assert roster.plan(scene.work, rows_of(both)).faults == []


def test_a_roster_is_applied_once_and_a_second_time_changes_nothing(scene: Scene, tmp_path: Path):
    file = a_sheet(tmp_path / "roster.xlsx", [GOOD, a_row(职务="网格员", 所属单位="", 专长="")])

    first = applied(scene.work, rows_of(file))
    second = roster.plan(scene.work, rows_of(file))

    assert (len(first.people), len(first.duties), first.faults) == (1, 2, [])
    assert second.is_empty
    assert second.unchanged == 2
    person = scene.session.scalars(select(Person).where(Person.code == "N1")).one()
    assert (person.name, person.name_ko, person.phone, person.language) == (
        "金甲",
        "김갑",
        "13900000001",
        Language.KO,
    )
    stations = scene.session.scalars(select(Duty.station).where(Duty.person_id == person.id))
    assert set(stations) == {Station.JUSTICE_OFFICE, None}


def test_what_differs_is_changed_and_an_empty_cell_changes_nothing(scene: Scene, tmp_path: Path):
    applied(scene.work, rows_of(a_sheet(tmp_path / "1.xlsx", [GOOD])))
    changed = a_row(电话="13900000009", 朝鲜语姓名="", 顺位="3", 所属单位="", 任职日期="")

    made = applied(scene.work, rows_of(a_sheet(tmp_path / "2.xlsx", [changed])))

    assert [sorted(one.values) for one in made.changed_people] == [["phone", "phone_index"]]
    assert [one.values for one in made.changed_duties] == [{"rank": 3}]
    assert roster.plan(scene.work, rows_of(tmp_path / "2.xlsx")).is_empty


def test_a_person_without_a_code_is_known_again_by_telephone(scene: Scene, tmp_path: Path):
    file = a_sheet(tmp_path / "roster.xlsx", [a_row(工号=""), a_row(工号="", 职务="网格员")])

    made = applied(scene.work, rows_of(file))

    assert len(made.people) == 1
    assert "139" not in made.people[0].code
    assert roster.plan(scene.work, rows_of(file)).is_empty


def test_korean_headings_and_chinese_excels_csv_say_the_same(scene: Scene, tmp_path: Path):
    korean = ["번호", "성명", "전화번호", "직무", "담당구역", "사업언어"]
    a_sheet(
        tmp_path / "ko.xlsx",
        [["N1", "金甲", "13900000001", "조정원", "공원가두원교사회구역", "쌍어"]],
        korean,
    )
    text = io.StringIO()
    csv.writer(text).writerows(
        [
            ["工号", "姓名", "手机号", "岗位", "网格", "语言"],
            ["N1", "金甲", "139-0000-0001", "人民调解员", "园校社区", "中文、朝鲜语"],
        ]
    )
    (tmp_path / "zh.csv").write_bytes(text.getvalue().encode("gb18030"))
    (tmp_path / "utf8.csv").write_bytes(text.getvalue().encode("utf-8-sig"))

    plans = [
        roster.plan(scene.work, rows_of(tmp_path / name))
        for name in ("ko.xlsx", "zh.csv", "utf8.csv")
    ]

    assert [one.faults for one in plans] == [[], [], []]
    assert len({(one.people[0].phone, one.duties[0].post.content) for one in plans}) == 1
    assert plans[0].duties[0].post.area_id == scene.town.community


def test_a_whole_roster_retires_who_is_not_in_it_and_his_cases_go_on(scene: Scene, tmp_path: Path):
    case = scene.case()
    file = a_sheet(tmp_path / "roster.xlsx", [GOOD])

    kept = roster.plan(scene.work, rows_of(file))
    assert (kept.leaving, kept.not_in_file) == ([], 10)

    made = applied(scene.work, rows_of(file), whole=scene.town.grid)

    assert {one.code for one in made.leaving} == {"T1", "W1"}
    offers = scene.offers(case, Part.MEDIATOR)
    assert offers[0].state is AssignmentState.RELEASED
    assert offers[-1].state is AssignmentState.OFFERED
    assert offers[-1].person_id != scene.town.mediator
    assert scene.running(case)


def test_nobody_is_retired_by_a_file_with_a_faulty_row(scene: Scene, tmp_path: Path):
    file = a_sheet(tmp_path / "roster.xlsx", [GOOD, a_row(工号="T1", 电话="坏")])

    assert roster.plan(scene.work, rows_of(file), whole=scene.town.county).leaving == []


def test_the_last_who_answers_cannot_leave_by_a_list(scene: Scene, tmp_path: Path):
    gone = [
        a_row(工号=code, 姓名=code[0], 朝鲜语姓名="", 电话="", 状态="离任")
        for code in ("Z1", "D1", "D2")
    ]

    made = applied(scene.work, rows_of(a_sheet(tmp_path / "roster.xlsx", gone)))

    assert [(fault.reason, fault.value) for fault in made.faults] == [(Reason.CHAIN_ENDS, "Z1")]
    assert issubclass(NobodyLeft, Exception)


def an_end(**changes: Cell) -> list[Cell]:
    """The town's supervisor as a row."""
    said = {
        "工号": "Z1",
        "姓名": "Z",
        "朝鲜语姓名": "",
        "电话": "",
        "职务": "综治中心",
        "所属单位": "",
    }
    place = {
        "责任区域": "222401000000",
        "专长": "",
        "工作语言": "中文",
        "任职日期": "",
        "阅读语言": "",
    }
    return a_row(**{**said, **place, **changes})


def gone(made: RosterPlan) -> set[str]:
    return {one.code for one in made.ended} | {one.code for one in made.leaving}


def no_desk(scene: Scene) -> None:
    for duty in scene.session.scalars(select(Duty).where(Duty.role == Role.COORDINATOR)).all():
        duty.ends = date(2026, 1, 2)
    scene.session.flush()


def test_rows_by_code_and_by_telephone_are_one_person_and_no_duty_of_the_file_ends(
    scene: Scene, tmp_path: Path
):
    applied(scene.work, rows_of(a_sheet(tmp_path / "1.xlsx", [GOOD])))
    by_code = a_row(电话="")
    by_phone = a_row(工号="", 责任区域="22240100100102")

    made = applied(
        scene.work,
        rows_of(a_sheet(tmp_path / "2.xlsx", [by_code, by_phone])),
        whole=scene.town.grid,
    )

    assert (made.faults, [one.code for one in made.duties]) == ([], ["N1"])
    assert "N1" not in gone(made)
    again = roster.plan(
        scene.work,
        rows_of(a_sheet(tmp_path / "3.xlsx", [by_phone, by_code])),
        whole=scene.town.county,
    )
    assert "N1" not in gone(again)


def test_rows_by_code_and_by_telephone_that_contradict_each_other_are_refused(
    scene: Scene, tmp_path: Path
):
    applied(scene.work, rows_of(a_sheet(tmp_path / "1.xlsx", [GOOD])))
    rows = [a_row(电话=""), a_row(工号="", 姓名="金乙")]

    made = roster.plan(scene.work, rows_of(a_sheet(tmp_path / "2.xlsx", rows)))

    assert {(fault.row, fault.reason) for fault in made.faults if fault.refuses} == {
        (2, Reason.NAMES_DIFFER),
        (3, Reason.NAMES_DIFFER),
    }
    assert made.is_empty


def test_of_two_with_one_telephone_the_one_who_is_here_is_meant(scene: Scene, tmp_path: Path):
    applied(scene.work, rows_of(a_sheet(tmp_path / "1.xlsx", [GOOD])))
    here = scene.session.scalars(select(Person).where(Person.code == "N1")).one()
    for code in ("A0", "Z9"):
        gone = a_person(scene.session, code=code)
        gone.phone, gone.phone_index, gone.retired_at = here.phone, here.phone_index, MONDAY
    scene.session.flush()

    made = roster.plan(scene.work, rows_of(a_sheet(tmp_path / "2.xlsx", [a_row(工号="")])))

    assert made.is_empty


def test_an_end_that_is_over_or_still_to_come_carries_no_chain_of_today(
    scene: Scene, tmp_path: Path
):
    no_desk(scene)
    over = a_sheet(tmp_path / "1.xlsx", [GOOD, an_end(离任日期="2026-01-02")])
    assert {fault.row for fault in roster.plan(scene.work, rows_of(over)).faults} == {2, 3}

    later = (MONDAY.date() + timedelta(days=30)).isoformat()
    coming = a_sheet(tmp_path / "2.xlsx", [GOOD, an_end(任职日期=later)])
    assert {fault.row for fault in roster.plan(scene.work, rows_of(coming)).faults} == {2}

    both = a_sheet(tmp_path / "3.xlsx", [a_row(任职日期=later), an_end(任职日期=later)])
    assert roster.plan(scene.work, rows_of(both)).faults == []


def test_a_changed_day_does_not_end_the_last_of_the_chain(scene: Scene, tmp_path: Path):
    no_desk(scene)
    newcomer = an_end(工号="Z2", 姓名="新", 电话="13933333333", 顺位="2")
    rows = [an_end(离任日期="2026-01-02"), newcomer]

    made = applied(scene.work, rows_of(a_sheet(tmp_path / "1.xlsx", rows)))

    assert [(fault.reason, fault.value) for fault in made.faults] == [
        (Reason.CHAIN_ENDS, "Z1 222401000000")
    ], "the newcomer has not joined, so nobody could reach him"
    duty = scene.session.scalars(select(Duty).where(Duty.person_id == scene.town.supervisor)).one()
    assert duty.ends is None


def test_no_list_ends_an_administrator(scene: Scene, tmp_path: Path):
    chief, both = (a_person(scene.session, code=code) for code in ("A1", "A2"))
    a_duty(scene.session, chief, Role.ADMINISTRATOR, scene.town.county)
    a_duty(scene.session, both, Role.ADMINISTRATOR, scene.town.county)
    a_duty(scene.session, both, Role.MEDIATOR, scene.town.grid, rank=9)
    file = a_sheet(tmp_path / "roster.xlsx", [GOOD])

    made = roster.plan(scene.work, rows_of(file), whole=scene.town.county)

    assert made.kept == ["A1", "A2"]
    assert not {"A1", "A2"} & gone(made)
    assert "T1" in {one.code for one in made.leaving}


@settings(
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(order=st.permutations(range(7)))
def test_the_order_of_rows_does_not_matter(scene: Scene, order: list[int]):
    cells: list[dict[str, Cell]] = [
        {"code": "A1", "name": "甲", "phone": "13900000001", "role": "mediator", "area": GRID},
        {"code": "A1", "name": "甲", "role": "judge", "area": "222401001001"},
        {"code": "", "name": "甲", "phone": "13900000001", "role": "grid_officer", "area": GRID},
        {"code": "A2", "name": "乙", "role": "judge", "area": GRID},
        {"code": "A2", "name": "错", "role": "mediator", "area": GRID},
        {"code": "A3", "name": "丙", "role": "mediator", "area": GRID, "rank": "2"},
        {"code": "A3", "name": "丙", "role": "mediator", "area": GRID, "rank": "2"},
    ]  # fmt: skip

    made = roster.plan(scene.work, [Row(number, cells[number]) for number in order])

    assert [entry.code for entry in made.people] == ["A1", "A3"]
    assert {(one.code, one.post.place, one.post.rank) for one in made.duties} == {
        ("A1", (Role.MEDIATOR, scene.town.grid, frozenset()), 1),
        ("A1", (Role.JUDGE, scene.town.community, frozenset()), 1),
        ("A1", (Role.GRID_OFFICER, scene.town.grid, frozenset()), 1),
        ("A3", (Role.MEDIATOR, scene.town.grid, frozenset()), 2),
    }
    assert {fault.row for fault in made.faults if fault.refuses} == {3, 4}


# areas


def areas_plan(session: Session, name: str) -> area_file.AreaPlan:
    return area_file.plan(session, read(DIVISIONS / name, "areas", ("code",)).rows)


def add_areas(session: Session, made: area_file.AreaPlan) -> None:
    for _, step in area_file.steps(made):
        step(session)
    session.expire_all()


def test_the_real_divisions_are_loaded_once_with_their_borders_and_twice_changes_nothing():
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        first = areas_plan(session, "jilin.csv")
        assert (len(first.added), first.faults) == (2094, [])
        add_areas(session, first)
        again = areas_plan(session, "jilin.csv")
        assert again.is_empty

        borders = areas_plan(session, "counties.geojson")
        assert (len(borders.changed), borders.added) == (10, [])
        add_areas(session, borders)
        assert areas_plan(session, "counties.geojson").is_empty

        yanji = session.scalars(select(Area).where(Area.code == "222401002002")).one()
        assert [area.name_zh for area in yanji.line] == [
            "丹山社区",
            "北山街道",
            "延吉市",
            "延边朝鲜族自治州",
            "吉林省",
        ]
        assert (yanji.area12, yanji.grid_seq) == ("222401002002", None)
    engine.dispose()


AREA_FAULTS: list[tuple[dict[str, Cell], Reason]] = [
    ({"code": ""}, Reason.AREA_CODE_MISSING),
    ({"code": "22240100100"}, Reason.AREA_CODE_FORM),
    ({"code": "2.22401E+11"}, Reason.DAMAGED_EXPONENT),
    ({"code": 22240100100100300}, Reason.DAMAGED_DIGITS),
    ({"name_zh": ""}, Reason.AREA_NAME_MISSING),
    ({"level": "洲"}, Reason.LEVEL_UNKNOWN),
    ({"level": "street"}, Reason.LEVEL_NOT_OF_CODE),
    ({"parent": "222401009000"}, Reason.PARENT_UNKNOWN),
    ({"code": "222402001001003"}, Reason.PARENT_UNKNOWN),
    ({"parent": GRID}, Reason.PARENT_NOT_ABOVE),
    ({"phone": "12"}, Reason.PHONE_FORM),
    ({"hours": "每天"}, Reason.HOURS_FORM),
    ({"hours": "1-5 17:00-08:00"}, Reason.HOURS_FORM),
    ({"latitude": "42.9", "longitude": ""}, Reason.POINT_HALF),
    ({"latitude": "北", "longitude": "129"}, Reason.POINT_FORM),
    ({"latitude": "129.5", "longitude": "42.9"}, Reason.POINT_SWAPPED),
    ({"latitude": "51.5", "longitude": "-0.1"}, Reason.POINT_FAR),
]


@pytest.mark.parametrize(("cells", "reason"), AREA_FAULTS)
def test_every_faulty_area_is_named(scene: Scene, cells: dict[str, Cell], reason: Reason):
    row = {"code": "222401001001003", "name_zh": "第3网格", **cells}

    made = area_file.plan(scene.session, [Row(2, row)])

    assert [fault.reason for fault in made.faults] == [reason]
    assert made.is_empty


def test_a_micro_grid_stands_in_its_grid_and_the_sequence_apart(scene: Scene):
    rows = [
        Row(2, {"code": "22240100100101005", "name_zh": "第5微网格", "hours": "1-5 08:30-17:00"}),
        Row(3, {"code": "22240100100101", "name_ko": "제일격자"}),
    ]

    add_areas(scene.session, area_file.plan(scene.session, rows))

    micro = scene.session.scalars(select(Area).where(Area.code == "22240100100101005")).one()
    assert (micro.level, micro.area12, micro.grid_seq) == ("micro_grid", "222401001001", "01005")
    assert micro.parent_id == scene.town.grid
    assert scene.session.get_one(Area, scene.town.grid).name_ko == "제일격자"
    assert scene.session.get_one(Area, scene.town.grid).name_zh == "第一网格"


def square(west: float, south: float, side: float = 0.01) -> dict[str, object]:
    east, north = west + side, south + side
    return {
        "type": "Polygon",
        "coordinates": [
            [[west, south], [east, south], [east, north], [west, north], [west, south]]
        ],
    }


def test_borders_are_checked_and_what_is_odd_is_said(scene: Scene):
    bow_tie = {
        "type": "Polygon",
        "coordinates": [
            [[129.6, 42.9], [129.61, 42.91], [129.61, 42.9], [129.6, 42.91], [129.6, 42.9]]
        ],
    }
    rows = [
        Row(1, {"code": "222401001001"}, square(129.5, 42.9, 0.03)),
        Row(2, {"code": GRID}, square(129.5, 42.9)),
        Row(3, {"code": "22240100100102"}, square(129.505, 42.9)),
        Row(4, {"code": "22240100100103", "name_zh": "三"}, bow_tie),
        Row(
            5,
            {"code": "22240100100104", "name_zh": "四"},
            {"type": "LineString", "coordinates": []},
        ),
    ]

    made = area_file.plan(scene.session, rows)

    assert {(fault.row, fault.reason) for fault in made.faults} == {
        (1, Reason.BORDER_GAP),
        (2, Reason.BORDERS_OVERLAP),
        (4, Reason.BORDER_MENDED),
        (4, Reason.BORDER_OUTSIDE),
        (5, Reason.BORDER_KIND),
    }


# files


@pytest.mark.parametrize(
    ("name", "raw", "reason"),
    [
        ("none.xlsx", None, Unreadable.MISSING),
        ("empty.csv", b" \n", Unreadable.EMPTY),
        ("old.xls", bytes.fromhex("d0cf11e0a1b11ae1") + b"0" * 100, Unreadable.OLD_EXCEL),
        ("zip.xlsx", b"PK\x05\x06" + b"\0" * 18, Unreadable.NOT_A_SHEET),
        ("noise.csv", b"\0\xff\xff\0\xfe", Unreadable.ENCODING),
        ("other.csv", b"a,b\n1,2\n", Unreadable.NO_HEADINGS),
        ("twice.csv", "姓名,姓名,职务,区域\n".encode(), Unreadable.HEADING_TWICE),
        ("lacks.csv", "姓名,电话\n甲,1\n".encode(), Unreadable.HEADING_LACKS),
        ("map.geojson", b"{}", Unreadable.NOT_GEOJSON),
    ],
)
def test_a_file_that_cannot_be_read_says_why(
    tmp_path: Path, name: str, raw: bytes | None, reason: Unreadable
):
    if raw is not None:
        (tmp_path / name).write_bytes(raw)

    with pytest.raises(FileUnreadable) as refused:
        read(tmp_path / name, "roster", NEEDED)

    assert refused.value.reason is reason


@pytest.mark.parametrize("language", ["zh", "ko"])
def test_our_template_can_be_filled_and_read_back(scene: Scene, tmp_path: Path, language: str):
    write("roster", language, tmp_path / "t.xlsx")

    table = read(tmp_path / "t.xlsx", "roster", NEEDED)

    assert table.ignored == []
    assert table.rows == []  # the example is not a person


def test_a_title_above_the_headings_is_passed_over_and_row_numbers_are_the_sheets(
    scene: Scene, tmp_path: Path
):
    file = a_sheet(
        tmp_path / "r.xlsx", [HEAD, [None], a_row(电话="坏")], head=["延吉市网格员名册"]
    )

    made = roster.plan(scene.work, rows_of(file))

    assert made.faults == [Fault(4, "phone", Reason.PHONE_FORM, "坏")]


def test_a_duty_that_has_ended_is_given_anew(scene: Scene, tmp_path: Path):
    file = a_sheet(tmp_path / "r.xlsx", [a_row(任职日期="")])
    applied(scene.work, rows_of(file))
    person = scene.session.scalars(select(Person).where(Person.code == "N1")).one()
    duty = scene.session.scalars(select(Duty).where(Duty.person_id == person.id)).one()
    duty.ends = MONDAY.date() - timedelta(days=1)
    scene.session.flush()

    assert len(roster.plan(scene.work, rows_of(file)).duties) == 1
    a_duty(scene.session, person, Role.JUDGE, scene.town.grid)
