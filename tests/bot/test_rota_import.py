"""A duty rota from a spreadsheet: every faulty row is named with its reason, the rest is taken, and twice is once."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from bot.import_words import sentence
from bot.rota_words import ROTA
from bot.tables import read
from bot.template import write
from cases import rota_plan
from cases.rota_plan import RotaPlan, plan
from cases.rota_rows import COLUMNS, NEEDED
from cases.sheet import Cell, Reason, Row
from models.person import Person
from models.rota import Shift
from models.vocabulary import Role
from tests.bot.test_importing import a_sheet
from tests.factories import MONDAY
from tests.scene import Scene, scene_in_memory

HEAD = ["工号", "姓名", "值班区域", "值班岗位", "上班时间", "下班时间"]
COUNTY = "222401000000"
GOOD: list[Cell] = ["D1", "", COUNTY, "值班", "2026-11-23 20:00", "2026-11-24 08:00"]
KOREAN = ["번호", "성명", "당직구역", "당직직무", "시작시간", "끝시간"]


@pytest.fixture
def scene():
    with scene_in_memory() as scene:
        scene.session.get_one(Person, scene.town.coordinator).phone = "13900000001"
        scene.session.get_one(Person, scene.town.officer).retired_at = MONDAY
        scene.session.flush()
        yield scene


def a_row(**changes: Cell) -> list[Cell]:
    cells = list(GOOD)
    for heading, cell in changes.items():
        cells[HEAD.index(heading)] = cell
    return cells


def rows_of(
    tmp_path: Path, rows: Sequence[Sequence[Cell]], head: list[str] = HEAD
) -> Sequence[Row]:
    return read(a_sheet(tmp_path / "rota.xlsx", rows, head), "rota", NEEDED).rows


def applied(scene: Scene, rows: Sequence[Row], *, whole: bool = False) -> RotaPlan:
    made = plan(scene.work, rows, whole=whole)
    for _, step in rota_plan.steps(made):
        made.faults.extend(step(scene.work))
    scene.session.flush()
    scene.session.expire_all()
    return made


def standing(scene: Scene) -> list[tuple[str, Role, datetime, datetime]]:
    rows = scene.session.scalars(select(Shift).order_by(Shift.starts, Shift.id))
    return [(one.person.code or "", one.role, one.starts, one.ends) for one in rows]


FAULTS: list[tuple[list[list[Cell]], Reason]] = [
    ([a_row(工号="X9")], Reason.PERSON_UNKNOWN),
    ([a_row(姓名="王五")], Reason.PERSON_OTHER),
    ([a_row(工号="W1", 值班岗位="调解员")], Reason.PERSON_LEFT),
    ([a_row(值班岗位="网格员")], Reason.ROLE_NO_SHIFT),
    ([a_row(值班岗位="法官")], Reason.NO_SUCH_DUTY),
    ([a_row(上班时间="")], Reason.INSTANT_MISSING),
    ([a_row(上班时间="2026-11-23")], Reason.INSTANT_FORM),
    ([a_row(上班时间="08:00")], Reason.INSTANT_FORM),
    ([a_row(下班时间="2026-11-23 20:00")], Reason.SHIFT_ENDS_FIRST),
    ([a_row(下班时间="2027-11-24 08:00")], Reason.SHIFT_LONG),
    ([GOOD, a_row(上班时间="2026-11-24 07:59", 下班时间="20:00")], Reason.SHIFTS_MEET),
    ([a_row(上班时间="2026-02-30 20:00")], Reason.DATE_IMPOSSIBLE),
    ([a_row(值班区域="无此区")], Reason.AREA_UNKNOWN),
    ([a_row(值班区域="")], Reason.AREA_MISSING),
    ([a_row(值班岗位="")], Reason.ROLE_MISSING),
    ([a_row(值班岗位="队长")], Reason.ROLE_UNKNOWN),
    ([a_row(工号="")], Reason.NO_KEY),
]


@pytest.mark.parametrize(("bad", "reason"), FAULTS, ids=[reason for _, reason in FAULTS])
def test_a_faulty_row_is_named_in_three_languages_and_the_rest_is_taken(
    scene: Scene, tmp_path: Path, bad: list[list[Cell]], reason: Reason
):
    other = a_row(工号="D2", 上班时间="2026-11-25 20:00", 下班时间="08:00")

    made = applied(scene, rows_of(tmp_path, [*bad, other]))

    assert {fault.reason for fault in made.faults} == {reason}
    assert [fault.row for fault in made.faults] == list(range(2, len(bad) + 2))
    assert all(sentence("rota", fault).count(" / ") == 2 for fault in made.faults)
    assert [code for code, *_ in standing(scene)] == ["D2"]


def test_every_reason_of_a_rota_has_its_example():
    assert set(ROTA) <= {reason for _, reason in FAULTS}


@pytest.mark.parametrize(
    ("begins", "over"),
    [
        ("2026-11-23 20:00", "2026-11-24 08:00"),
        ("2026/11/23 20:00:00", "08:00"),
        ("2026年11月23日20时", "8点"),
        ("2026년 11월 23일 20시 00분", "8시"),
        # as a spreadsheet gives them: without a zone
        (datetime(2026, 11, 23, 19, 59, 59, 999_000), datetime(2026, 11, 24, 8)),  # noqa: DTZ001
        ("２０２６-11-23 20：00", "2026-11-24 8:00"),
    ],
)
def test_hours_are_read_as_offices_write_them_and_are_the_office_s_own(
    scene: Scene, tmp_path: Path, begins: Cell, over: Cell
):
    applied(scene, rows_of(tmp_path, [a_row(上班时间=begins, 下班时间=over)], KOREAN))

    assert standing(scene) == [
        (
            "D1",
            Role.COORDINATOR,
            datetime(2026, 11, 23, 12, tzinfo=UTC),
            datetime(2026, 11, 24, 0, tzinfo=UTC),
        )
    ]


def test_midnight_is_the_end_of_a_day(scene: Scene, tmp_path: Path):
    applied(scene, rows_of(tmp_path, [a_row(下班时间="24:00")]))

    assert standing(scene)[0][3] == datetime(2026, 11, 23, 16, tzinfo=UTC)


def test_applied_twice_and_in_any_order_it_is_the_same_rota(scene: Scene, tmp_path: Path):
    rows = [
        GOOD,
        a_row(工号="D2", 上班时间="2026-11-24 08:00", 下班时间="20:00"),
        a_row(工号="T1", 值班岗位="调解员"),
        a_row(),
    ]
    first = applied(scene, rows_of(tmp_path, rows))
    known = standing(scene)
    again = applied(scene, rows_of(tmp_path, rows[::-1]))

    assert (len(first.added), [one.reason for one in first.faults]) == (3, [Reason.DUTY_TWICE])
    assert again.is_empty
    assert again.unchanged == 3
    assert standing(scene) == known


def test_a_corrected_list_changes_the_end_and_takes_nothing_out_by_itself(
    scene: Scene, tmp_path: Path
):
    applied(scene, rows_of(tmp_path, [GOOD]))
    other = a_row(工号="D2", 下班时间="2026-11-24 09:00")

    made = applied(scene, rows_of(tmp_path, [other]))
    assert (made.not_in_file, made.ended) == (1, [])
    assert [code for code, *_ in standing(scene)] == ["D1", "D2"]

    made = applied(scene, rows_of(tmp_path, [other]), whole=True)
    assert [one.code for one in made.ended] == ["D1"]
    assert [code for code, *_ in standing(scene)] == ["D2"]

    longer = applied(scene, rows_of(tmp_path, [a_row(工号="D2", 下班时间="2026-11-24 10:00")]))
    assert [one.code for one in longer.changed] == ["D2"]
    assert standing(scene)[0][3] == datetime(2026, 11, 24, 2, tzinfo=UTC)


def test_nothing_is_taken_out_while_a_row_is_faulty_and_what_is_under_way_ends_now(
    scene: Scene, tmp_path: Path
):
    begun = a_row(上班时间="2026-11-22 20:00", 下班时间="2026-11-24 08:00")
    applied(scene, rows_of(tmp_path, [begun]))
    other = a_row(工号="D2", 上班时间="2026-11-22 20:00")

    assert applied(scene, rows_of(tmp_path, [other, a_row(工号="X")]), whole=True).ended == []
    applied(scene, rows_of(tmp_path, [other]), whole=True)

    assert [(code, ends) for code, _, _, ends in standing(scene)] == [
        ("D1", MONDAY),
        ("D2", MONDAY + timedelta(hours=23)),
    ]


@pytest.mark.parametrize("language", ["zh", "ko"])
def test_the_template_is_read_back_and_holds_every_column(tmp_path: Path, language: str):
    out = tmp_path / "rota.xlsx"
    write("rota", language, out)

    table = read(out, "rota", COLUMNS)

    assert (list(table.rows), list(table.ignored)) == ([], [])


@given(
    st.lists(st.tuples(st.integers(0, 40), st.integers(1, 12)), min_size=1, max_size=8),
    st.randoms(),
)
def test_of_shifts_that_meet_none_is_taken_in_whatever_order(spans: list[tuple[int, int]], luck):
    rows = [
        Row(
            number,
            {
                "code": "D1",
                "area": COUNTY,
                "role": "coordinator",
                "begins": f"2026-12-{1 + first // 24:02} {first % 24:02}:00",
                "over": f"2026-12-{1 + (first + long) // 24:02} {(first + long) % 24:02}:00",
            },
        )
        for number, (first, long) in enumerate(spans, start=2)
    ]
    meets = {
        span
        for span in spans
        for other in spans
        if span != other and span[0] < sum(other) and other[0] < sum(span)
    }
    luck.shuffle(rows)
    with scene_in_memory() as scene:
        taken = plan(scene.work, rows).added

    begin = datetime(2026, 11, 30, 16, tzinfo=UTC)
    hour = timedelta(hours=1)
    found = {
        (int((one.starts - begin) / hour), int((one.ends - one.starts) / hour)) for one in taken
    }
    assert found == set(spans) - meets
    assert len(taken) == len(found)


def test_the_whole_of_a_month_leaves_the_night_that_reaches_into_it(scene: Scene, tmp_path: Path):
    """It was begun in the month before, and is a row of that file."""
    night = a_row(上班时间="2026-11-30 20:00", 下班时间="2026-12-01 08:00")
    applied(scene, rows_of(tmp_path, [night]))
    december = [
        a_row(上班时间="2026-12-01 00:00", 下班时间="08:00", 工号="D2"),
        a_row(上班时间="2026-12-02 20:00", 下班时间="2026-12-03 08:00", 工号="D2"),
    ]
    applied(scene, rows_of(tmp_path, [a_row(上班时间="2026-12-02 08:00", 下班时间="20:00")]))

    made = applied(scene, rows_of(tmp_path, december), whole=True)

    assert [one.code for one in made.ended] == ["D1"]
    assert [code for code, *_ in standing(scene)] == ["D1", "D2", "D2"]
