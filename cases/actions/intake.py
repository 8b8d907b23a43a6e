"""From what happened and where to a number: everything else is asked after it.

Law 1: a repeated submit of the same draft finds the case it already opened.
"""

from dataclasses import dataclass, field
from decimal import Decimal

from sqlalchemy import bindparam, select

from cases import clocks
from cases.access import Doing, access_case, is_other_side
from cases.actions.acting import acting
from cases.actions.evidence import bring
from cases.actions.offering import duty_desk, escalate, holder, offer_first
from cases.actions.read_out import have_it_agreed_how
from cases.actions.tasks import open_task
from cases.errors import NotYours
from cases.journal import EventKind, record
from cases.numbering import next_number
from cases.outbox import NoticeKind, answer, tell
from cases.reading import read
from cases.urgency import Gate, gate, level_for
from cases.work import Work
from models.area import Area
from models.case import Case
from models.evidence import Evidence
from models.party import Party
from models.person import Person
from models.rows import put
from models.vocabulary import (
    GUARDED,
    AreaLevel,
    Category,
    Channel,
    Clock,
    EvidenceKind,
    Flag,
    Language,
    Level,
    Part,
    SafeChannel,
    Side,
    Stage,
    TaskKind,
)

_TOO_MUCH = Decimal(10) ** 11  # yuan; the column holds twelve digits before the point


@dataclass(frozen=True, slots=True)
class Report:
    """A report ready to be given a number.

    `area_id` None means "I don't know": the county's duty desk finds the place. `doubtful` asks a
    human to read it within two hours. `phone` is set when the person would rather be called.
    """

    key: str
    area_id: int | None
    language: Language
    channel: Channel
    matter: str | None
    evidence: tuple[int, ...] = ()
    consented: bool = True
    doubtful: bool = False
    danger: bool = False
    phone: str | None = None
    flags: frozenset[Flag] = field(default_factory=frozenset)
    #: What an officer corrected; None is read from the words.
    people: int | None = None
    amount: Decimal | None = None
    other_side: str | None = None
    category: Category | None = None
    #: A case closed too long ago to be opened again; this one mentions it.
    earlier_id: int | None = None


def open_case(work: Work, report: Report, by: Person) -> Case:
    """Open a case: number, journal, two offers with their clocks, and the receipt."""
    existing = work.session.scalar(_OPENED, {"key": report.key})
    if existing is not None:
        return existing
    found = gate(report.matter or "", work.rules.words)
    case = _register(work, report, by, found)
    bring(work, case, report.evidence)
    record(
        work,
        case,
        EventKind.REGISTERED,
        by,
        channel=case.channel,
        level=case.level,
        flags=case.flags,
        area=case.area_id,
    )
    offer_first(work, case)
    _open_first_tasks(work, case, report, found)
    have_it_agreed_how(work, case)
    if not case.consented and not case.guarded:
        clocks.start(work, case, Clock.CONSENT, at=work.now)
    if not case.guarded:
        answer(work, by, NoticeKind.RECEIPT, case=case, evidence=list(report.evidence))
    clocks.keep_one_running(work, case)
    return case


def add_to_case(
    work: Work,
    case_id: int,
    by: Person,
    *,
    words: str | None = None,
    evidence: tuple[int, ...] = (),
) -> Case:
    """Something a party adds later: kept as written, and shown to the handlers."""
    case = access_case(work, case_id, by=by, doing=Doing.ADD)
    for file in _files(work, evidence):
        file.case_id = case.id
    event = record(work, case, EventKind.ADDED, by, words=words, evidence=list(evidence))
    _read_later_words(work, case, words, evidence)
    if not case.is_open:  # it has happened again: the head decides, nothing written here is lost
        escalate(work, case, Part.MEDIATOR, why="said_more", key=str(event.sequence))
    handler = _who_reads(work, case)
    if handler is not None:
        tell(
            work,
            handler,
            NoticeKind.ADDED,
            case=case,
            silent=True,
            dedupe=f"added:{case.id}:{event.sequence}",
            words=words,
            evidence=list(evidence),
            by_other_side=is_other_side(work, case, by),
        )
    return case


def _who_reads(work: Work, case: Case) -> Person | None:
    """The mediator; the duty desk while a party's wish for another one is undecided (rule book 6.10)."""
    assignment = acting(work, case, Part.MEDIATOR)
    if assignment is not None:
        return assignment.person
    return duty_desk(work, case) if holder(work, case, Part.MEDIATOR) else None


def _read_later_words(
    work: Work, case: Case, words: str | None, evidence: tuple[int, ...]
) -> None:
    """Words that only sound like danger, and voices that no gate can hear, reach a human later too (law 10)."""
    found = gate(words or "", work.rules.words)
    handler = _who_reads(work, case) or duty_desk(work, case)
    if handler is None or not case.is_open:
        return
    if found.doubtful:
        reader = duty_desk(work, case) or handler
        open_task(work, case, TaskKind.READ, reader, words=list(found.words))
    for file in _files(work, evidence):
        if file.kind is EvidenceKind.VOICE:
            open_task(work, case, TaskKind.LISTEN, handler, evidence=file.id)


def add_home(work: Work, case_id: int, by: Person, home: str) -> Case:
    """The house number, asked once after the receipt."""
    case = access_case(work, case_id, by=by, doing=Doing.ADD)
    party = work.session.scalar(
        select(Party).where(Party.case_id == case.id, Party.person_id == by.id)
    )
    if party is not None:
        party.home = home
    record(work, case, EventKind.ADDED, by, words=home, what="home")
    return case


def add_phone(work: Work, case_id: int, by: Person, phone: str) -> Case:
    """A telephone number left after the receipt."""
    case = access_case(work, case_id, by=by, doing=Doing.ADD)
    by.phone = phone
    party = work.session.scalar(
        select(Party).where(Party.case_id == case.id, Party.person_id == by.id)
    )
    if party is not None:
        party.phone = phone
    record(work, case, EventKind.ADDED, by, words=phone, what="phone")
    return case


def consent_given(work: Work, case_id: int, by: Person) -> Case:
    """The people spoken for agreed: their names may be used from now on."""
    case = access_case(work, case_id, by=by, doing=Doing.ADD)
    if by.id != case.reporter_id:
        raise NotYours
    if case.consented:
        return case
    case.consented = True
    record(work, case, EventKind.CONSENTED, by)
    clocks.stop(work, case, Clock.CONSENT)
    clocks.keep_one_running(work, case)
    return case


def _register(work: Work, report: Report, by: Person, found: Gate) -> Case:
    reading = read(report.matter or "")
    people = report.people if report.people is not None else reading.people
    amount = report.amount if report.amount is not None else reading.amount
    if amount is not None and amount >= _TOO_MUCH:
        amount = None  # a card number or the like: no sum of a dispute
    other_side = report.other_side or reading.other_side
    category = report.category or (reading.categories[0].category if reading.categories else None)
    area = _area(work, report)
    flags = found.strong | found.notes | report.flags
    level = (
        Level.RED
        if report.danger
        else level_for(
            gate=found,
            people=people,
            amount=amount,
            category=category,
            text_wage=Flag.WAGE in found.notes,
        )
    )
    number = next_number(work, area)
    guarded_report = bool(flags & GUARDED)
    case = Case(
        year=number.year,
        area6=number.area6,
        sequence=number.sequence,
        draft_key=report.key,
        area_id=area.id,
        stage=Stage.REGISTERED,
        level=level,
        flags=sorted(flags),
        category=Category.POLICE if flags & {Flag.CRIME} and not category else category,
        category_confirmed=report.category is not None,
        language=report.language,
        channel=report.channel,
        reporter_id=by.id,
        matter=report.matter,
        other_side=other_side,
        people=people,
        amount=amount,
        consented=report.consented,
        safe_channel=SafeChannel.UNASKED if guarded_report or report.danger else None,
        registered_at=work.now,
        earlier_id=report.earlier_id,
    )
    put(work.session, case)
    reporter = Party(case_id=case.id, side=Side.REPORTER, person_id=by.id, phone=report.phone)
    put(work.session, reporter)
    put(work.session, Party(case_id=case.id, side=Side.OTHER, name=other_side))
    return case


_OPENED = select(Case).where(Case.draft_key == bindparam("key"))


def _area(work: Work, report: Report) -> Area:
    if report.area_id is not None:
        return work.session.get_one(Area, report.area_id)
    county = select(Area).where(Area.level == AreaLevel.COUNTY).order_by(Area.code)
    return work.session.scalars(county).first() or work.session.scalars(select(Area)).one()


def _files(work: Work, ids: tuple[int, ...]) -> list[Evidence]:
    if not ids:
        return []
    return list(
        work.session.scalars(select(Evidence).where(Evidence.id.in_(ids)).order_by(Evidence.id))
    )


def _open_first_tasks(work: Work, case: Case, report: Report, found: Gate) -> None:
    voices = [file for file in _files(work, report.evidence) if file.kind is EvidenceKind.VOICE]
    doubtful = report.doubtful or found.doubtful
    if not (voices or doubtful or report.phone):
        return
    mediator = holder(work, case, Part.MEDIATOR)
    handler = mediator.person if mediator else duty_desk(work, case)
    if handler is None:
        return  # nobody can be reached at all: the weekly review offers the case again
    for voice in voices:
        open_task(work, case, TaskKind.LISTEN, handler, evidence=voice.id)
    if doubtful:
        reader = duty_desk(work, case) or handler
        open_task(work, case, TaskKind.READ, reader, words=list(found.words))
    if report.phone:
        open_task(work, case, TaskKind.CALL, handler, phone=report.phone)
