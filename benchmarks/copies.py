"""Copies of open cases, made in the database itself: each with its own rows, numbers and people, in another community.

Law: sealed bytes are copied as they are, since a seal is bound to its column and key and not to its row.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import count, cycle

from sqlalchemy import Connection, Table, func, select, text, update
from sqlalchemy.orm import Session

from benchmarks.lives import NOW
from benchmarks.prefecture import Prefecture, Ward
from models.base import Base
from models.case import Case, CaseSequence
from models.draft import Draft
from models.party import Party
from models.person import Person
from models.store import machine_now
from models.update_in import UpdateIn
from models.vocabulary import UpdateState

ACCOUNTS = 5_000_000_000  # of residents
UPDATES_EACH = 3  # of the last 72 hours, done: bot/inbox.py forgets the older ones
#: A table after those to which its rows point.
_TABLES = (
    "person",
    "case",
    "party",
    "assignment",
    "task",
    "agreement",
    "deadline",
    "event",
    "notice",
)
_IDS = {"assignment.id", "task.id"}


def multiply(
    connection: Connection, bot_id: int, made: Prefecture, firsts: list[int], number: int
) -> None:
    """In the database itself: who and where a copy is, stands in three small tables."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("set local statement_timeout = 0"))
    _tell_copies(connection, made, firsts, number)
    _tell_residents(connection, firsts)
    _tell_stand_ins(connection, made)
    steps = {name: _step(connection, name) for name in _TABLES}
    for name in _TABLES:
        connection.execute(text(_copy(Base.metadata.tables[name], steps)))
    _converse(connection, bot_id, steps["person"])
    for name in ("copy", "resident", "stand_in"):
        connection.execute(text(f"drop table {name}"))


def _tell_copies(connection: Connection, made: Prefecture, firsts: list[int], number: int) -> None:
    connection.execute(
        text(
            "create temporary table copy (k integer primary key, first integer, ward integer,"
            " id integer, area_id integer, area6 varchar(6), sequence integer)"
        )
    )
    rows = select(Case.id, Case.area_id).where(Case.id.in_(firsts))
    areas = {row.id: row.area_id for row in connection.execute(rows)}
    last = {row.area6: row.last for row in connection.execute(select(CaseSequence))}
    known = dict(last)
    above = connection.scalar(select(func.max(Case.id))) or 0
    copies = []
    wards = cycle(enumerate(made.wards))
    for k, first in zip(range(1, number + 1), cycle(firsts)):
        place, ward = next(wards)
        last[ward.area6] = last.get(ward.area6, 0) + 1
        copies.append(
            {
                "k": k,
                "first": first,
                "ward": place,
                "id": above + k,
                "area_id": _same_place(made.wards[0], ward, areas[first], k),
                "area6": ward.area6,
                "sequence": last[ward.area6],
            }
        )
    into = "insert into copy values (:k, :first, :ward, :id, :area_id, :area6, :sequence)"
    connection.execute(text(into), copies)
    for area6, sequence in last.items():
        row = {"area6": area6, "last": sequence, "year": NOW.year}
        if area6 in known:
            changed = update(CaseSequence).where(CaseSequence.area6 == area6)
            connection.execute(changed.values(last=sequence))
        else:
            connection.execute(Base.metadata.tables["case_sequence"].insert(), row)


def _same_place(first: Ward, ward: Ward, area_id: int, k: int) -> int:
    return ward.grids[k % len(ward.grids)] if area_id in first.grids else ward.county


def _tell_residents(connection: Connection, firsts: list[int]) -> None:
    """Whose rows are copied with a case: everybody in it who is not on the roster."""
    connection.execute(
        text("create temporary table resident (case_id integer, person_id integer)")
    )
    of_case = select(Case.id, Case.reporter_id).where(Case.id.in_(firsts))
    of_party = select(Party.case_id, Party.person_id).where(
        Party.case_id.in_(firsts), Party.person_id.is_not(None)
    )
    pairs = {tuple(row) for row in connection.execute(of_case.union(of_party))}
    staff = set(connection.scalars(select(Person.id).where(Person.code.is_not(None))))
    rows = [{"c": case, "p": person} for case, person in sorted(pairs) if person not in staff]
    connection.execute(text("insert into resident values (:c, :p)"), rows)


def _tell_stand_ins(connection: Connection, made: Prefecture) -> None:
    """Who stands in each community where somebody of the first community stands."""
    connection.execute(
        text(
            "create temporary table stand_in (ward integer, old_id integer, new_id integer,"
            " primary key (ward, old_id))"
        )
    )
    first = made.wards[0]
    rows = [
        {"ward": place, "old": old, "new": new}
        for place, ward in enumerate(made.wards)
        for old, new in (
            *zip(first.mediators, cycle(ward.mediators)),
            *zip(first.officers, cycle(ward.officers)),
            *zip(first.above, ward.above, strict=True),
        )
    ]
    connection.execute(text("insert into stand_in values (:ward, :old, :new)"), rows)
    if connection.dialect.name == "postgresql":
        connection.execute(text("analyze"))


def _step(connection: Connection, name: str) -> int:
    """How far the ids of one copy lie behind those of the one before."""
    return int(connection.scalar(text(f'select coalesce(max(id), 0) from "{name}"')) or 0)


_OWN: Mapping[str, str] = {
    "person.telegram_id": f"{ACCOUNTS} + t.id + c.k * cast({{person}} as bigint)",
    "case.id": "c.id",
    "case.area_id": "c.area_id",
    "case.area6": "c.area6",
    "case.sequence": "c.sequence",
    "case.draft_key": "'copy-' || c.k",
    "notice.dedupe": "t.dedupe || '/' || c.k",
}


def _copy(table: Table, steps: Mapping[str, int]) -> str:
    columns = [f'"{column.name}"' for column in table.columns]
    values = [_value(table, column.name, steps) for column in table.columns]
    if table.name == "case":
        rows = 'copy c join "case" t on t.id = c.first'
    elif table.name == "person":
        rows = "copy c join resident r on r.case_id = c.first join person t on t.id = r.person_id"
    else:
        rows = f'copy c join "{table.name}" t on t.case_id = c.first'
    return (
        f'insert into "{table.name}" ({", ".join(columns)}) select {", ".join(values)} from {rows}'
    )


def _value(table: Table, name: str, steps: Mapping[str, int]) -> str:
    own = _OWN.get(f"{table.name}.{name}")
    if own is not None:
        return own.format(**steps)
    if name == "id":
        return f"t.id + c.k * cast({steps[table.name]} as bigint)"
    target = next((key.target_fullname for key in table.columns[name].foreign_keys), "")
    if target == "case.id":
        return "c.id"
    if target in _IDS:
        return f't."{name}" + c.k * cast({steps[target.partition(".")[0]]} as bigint)'
    if target == "person.id":
        own_people = (
            f'(select s.new_id from stand_in s where s.ward = c.ward and s.old_id = t."{name}")'
        )
        return f'coalesce({own_people}, t."{name}" + c.k * cast({steps["person"]} as bigint))'
    return f't."{name}"'


def _converse(connection: Connection, bot_id: int, step: int) -> None:
    """Each resident has had a conversation that has ended, and has written in the last three days."""
    people = text(
        f"select t.id + c.k * cast({step} as bigint) as id, c.k as k, t.id as first"
        " from copy c join resident r on r.case_id = c.first join person t on t.id = r.person_id"
    )
    known = [(row.id, f"copy-{row.k}-{row.first}") for row in connection.execute(people)]
    draft, update_in = Draft.__table__, UpdateIn.__table__
    sealed = {"answers": {}, "step": "idle", "touched_at": NOW}
    for rows in _pages({"person_id": one, "key": key} | sealed for one, key in known):
        connection.execute(draft.insert(), rows)  # type: ignore[attr-defined] # a Table
    done = {"bot_id": bot_id, "state": UpdateState.DONE}
    times = {"received_at": _machine(connection), "done_at": _machine(connection)}
    numbers = count(1)
    for rows in _pages(
        {"update_id": next(numbers), "chat_id": ACCOUNTS + one} | done | times
        for one, _ in known
        for _ in range(UPDATES_EACH)
    ):
        connection.execute(update_in.insert(), rows)  # type: ignore[attr-defined] # a Table


def _machine(connection: Connection) -> datetime:
    with Session(connection) as session:
        return machine_now(session)


def _pages(
    rows: Iterable[dict[str, object]], size: int = 10_000
) -> Iterator[list[dict[str, object]]]:
    page: list[dict[str, object]] = []
    for row in rows:
        page.append(row)
        if len(page) == size:
            yield page
            page = []
    if page:
        yield page
