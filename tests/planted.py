"""A case full of marked words, and everybody who may stand to it: who sees a mark, sees what it marks."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from cases.access import Relation
from cases.actions import assignment, closing, intake, joining, mediation, tasks
from cases.work import Work
from handlers.cards import Card
from models.area import Area
from models.assignment import Assignment
from models.case import Case
from models.evidence import Evidence
from models.party import Party
from models.person import Person
from models.task import Task
from models.vocabulary import (
    AreaLevel,
    EvidenceKind,
    EvidenceState,
    Flag,
    Outcome,
    Part,
    Role,
    Side,
    TaskKind,
)
from tests.factories import a_duty, an_area
from tests.scene import Scene

_DAY = timedelta(days=1)


class Mark(StrEnum):
    """A word that stands nowhere else."""

    MATTER = "zqmatter"
    SUMMARY = "zqsummary"
    REPORTER = "zqreporter"  # the name
    PHONE = "13944300001"
    HOME = "zqhome7"
    SAFE_CONTACT = "13944300002"
    ADDED = "zqadded"
    FILE = "zqfile"
    OTHER_SIDE = "zqneighbour"  # as the reporter calls the other side
    OTHER_NAME = "zqother"
    OTHER_PHONE = "13944300003"
    OTHER_WORDS = "zqanswer"
    OTHER_FILE = "zqpicture"
    NOTE = "zqnote"
    GUIDANCE = "zqguidance"
    RETURNED = "zqreturned"
    TERMS = "zqterms"
    TASK_PHONE = "13944300004"


#: What each side has given of itself, or of which both know.
OF_REPORTER = frozenset(
    {
        Mark.MATTER,
        Mark.SUMMARY,
        Mark.REPORTER,
        Mark.PHONE,
        Mark.HOME,
        Mark.SAFE_CONTACT,
        Mark.ADDED,
        Mark.FILE,
        Mark.OTHER_SIDE,
    }
)
OF_OTHER_SIDE = frozenset({Mark.OTHER_NAME, Mark.OTHER_PHONE, Mark.OTHER_WORDS, Mark.OTHER_FILE})
OF_HANDLERS = frozenset({Mark.NOTE, Mark.GUIDANCE, Mark.RETURNED, Mark.TASK_PHONE})
SHARED = frozenset({Mark.TERMS})


@dataclass
class Planted:
    """A case, everybody by a name of their own, and how each really stands to it."""

    scene: Scene
    case: Case
    people: dict[str, Person]
    standing: dict[str, frozenset[Relation]]
    task: Task
    files: dict[Mark, int]

    @property
    def work(self) -> Work:
        return self.scene.work

    def part_of(self, person: Person) -> Assignment:
        """The person's own part, or that of somebody else: an id that a forged button may carry."""
        rows = [*self.scene.offers(self.case, Part.JUDGE), *self.scene.offers(self.case)]
        return next((one for one in reversed(rows) if one.person_id == person.id), rows[-1])


def planted(scene: Scene) -> Planted:
    """A case with an agreement, a former mediator, both sides joined, notes, files and a task."""
    reporter = scene.person(name=Mark.REPORTER)
    case = scene.case(reporter, matter=f"{Mark.MATTER}楼上漏水。", other_side=str(Mark.OTHER_SIDE))
    former, deputy, other = _handled(scene, case)
    judge = scene.person(scene.town.judge)
    concerned = scene.person(name="同楼")
    scene.session.add(Party(case_id=case.id, side=Side.CONCERNED, person_id=concerned.id))
    case.summary = Mark.SUMMARY
    files = _words_and_files(scene, case, other)
    tasked = scene.person(scene.town.korean_mediator)
    task = tasks.open_task(
        scene.work, case, TaskKind.CALL, tasked, phone=Mark.TASK_PHONE, words=[Mark.MATTER]
    )
    mediation.note(scene.work, case.id, deputy, Mark.NOTE)
    mediation.note(scene.work, case.id, judge, Mark.GUIDANCE)
    mediation.agree(
        scene.work,
        case.id,
        deputy,
        terms=f"{Mark.TERMS}三日内修好",
        promised_on=scene.work.today + 5 * _DAY,
    )
    scene.session.flush()
    known = {
        "reporter": (reporter, Relation.REPORTER),
        "other side": (other, Relation.OTHER_SIDE),
        "concerned": (concerned, Relation.CONCERNED),
        "mediator": (deputy, Relation.MEDIATOR),
        "judge": (judge, Relation.JUDGE),
        "former mediator": (former, Relation.FORMER),
        "supervisor": (scene.person(scene.town.supervisor), Relation.SUPERVISOR),
        "court supervisor": (
            scene.person(scene.town.court_supervisor),
            Relation.COURT_SUPERVISOR,
        ),
        "coordinator": (scene.person(scene.town.coordinator), Relation.COORDINATOR),
        "tasked": (tasked, Relation.TASKED),
        "assistant": (scene.person(scene.town.assistant), Relation.ASSISTANT),
        "officer of the grid": (scene.person(scene.town.officer), Relation.GRID_OFFICER),
    }
    nobody = _nobodies(scene)
    return Planted(
        scene,
        case,
        {name: person for name, (person, _) in known.items()} | nobody,
        {name: frozenset({relation}) for name, (_, relation) in known.items()}
        | dict.fromkeys(nobody, frozenset()),
        task,
        files,
    )


def endangered(found: Planted) -> Planted:
    """The same case, known to be one of danger."""
    found.case.flags = [Flag.DV]
    found.case.safe_contact = Mark.SAFE_CONTACT
    found.scene.session.flush()
    found.standing["assistant"] = found.standing["officer of the grid"] = frozenset()
    return found


def ended(found: Planted) -> Planted:
    """The same case, closed: whoever had it then has it last."""
    closing.close(found.work, found.case, Outcome.PERFORMED, found.people["supervisor"])
    found.scene.session.flush()
    found.standing["mediator"] = frozenset({Relation.LAST_HANDLER})
    found.standing["judge"] = frozenset({Relation.FORMER})
    found.standing["tasked"] = found.standing["assistant"] = frozenset()
    return found


def marks_in(card: Card) -> set[Mark]:
    """The marks that somebody can read from a message: its text, its buttons, its files."""
    buttons = [button for row in card.inline for button in row]
    shown = [card.text, *card.choices, card.file.file_id if card.file else None]
    shown += [part for button in buttons for part in (button.label, button.copy, button.url)]
    return {mark for mark in Mark if any(mark in text for text in shown if text)}


def _handled(scene: Scene, case: Case) -> tuple[Person, Person, Person]:
    """Given back by the first mediator, taken by the second, and the other side joined."""
    (offer,) = scene.offers(case)
    former = offer.person
    assignment.give_back(scene.work, offer.id, former, Mark.RETURNED)
    _, second = scene.offers(case)
    assignment.take(scene.work, second.id, second.person)
    _, secret = mediation.invite_other_side(scene.work, case.id, second.person)
    other = scene.person(name=Mark.OTHER_NAME)
    joining.join_as_other_side(scene.work, secret, other)
    return former, second.person, other


def _words_and_files(scene: Scene, case: Case, other: Person) -> dict[Mark, int]:
    work, reporter = scene.work, case.reporter
    intake.add_phone(work, case.id, reporter, Mark.PHONE)
    intake.add_home(work, case.id, reporter, Mark.HOME)
    intake.add_phone(work, case.id, other, Mark.OTHER_PHONE)
    files = {
        Mark.FILE: _file(scene, case, reporter, Mark.FILE),
        Mark.OTHER_FILE: _file(scene, case, other, Mark.OTHER_FILE),
    }
    added = {reporter: (Mark.ADDED, Mark.FILE), other: (Mark.OTHER_WORDS, Mark.OTHER_FILE)}
    for person, (words, file) in added.items():
        intake.add_to_case(work, case.id, person, words=words, evidence=(files[file],))
    return files


def _file(scene: Scene, case: Case, person: Person, mark: Mark) -> int:
    row = Evidence(
        case_id=case.id,
        person_id=person.id,
        kind=EvidenceKind.PHOTO,
        state=EvidenceState.ANNOUNCED,
        file_id=mark,
        file_unique_id=mark,
        file_name=f"{mark}.jpg",
        size=1,
        announced_at=scene.now,
    )
    scene.session.add(row)
    scene.session.flush()
    return row.id


def _nobodies(scene: Scene) -> dict[str, Person]:
    """People of the town, and of elsewhere, who stand in no way to the case."""
    county = scene.session.get_one(Area, scene.town.county)
    elsewhere = an_area(
        scene.session, "222402000000", AreaLevel.COUNTY, "图们市", "도문시", parent=None
    )
    today = scene.work.today

    def head(code: str, area: Area, starts: date, ends: date | None = None) -> Person:
        person = scene.person(code=code)
        for role in (Role.SUPERVISOR, Role.COURT_SUPERVISOR, Role.COORDINATOR):
            a_duty(scene.session, person, role, area.id, rank=9, starts=starts, ends=ends)
        return person

    def handler(code: str, area_id: int) -> Person:
        person = scene.person(code=code)
        for role in (Role.MEDIATOR, Role.JUDGE):
            a_duty(scene.session, person, role, area_id, rank=9)
        return person

    return {
        "stranger": scene.person(name="路人"),
        "heads elsewhere": head("X1", elsewhere, today - _DAY),
        "retired heads": head("X2", county, today - 9 * _DAY, today - _DAY),
        "heads from tomorrow": head("X3", county, today + _DAY),
        "handlers of the grid without the case": handler("X4", scene.town.grid),
    }
