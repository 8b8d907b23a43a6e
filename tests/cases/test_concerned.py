"""The people concerned: each follows on an own phone, none sees another, and who has no phone hears it read out."""

from datetime import timedelta
from typing import Any

import pytest

from cases.access import Relation, relations
from cases.actions.assignment import take
from cases.actions.closing import agree_to_close
from cases.actions.concerned import call_together, join_as_concerned, leave, room
from cases.actions.intake import add_to_case, consent_given
from cases.actions.joining import join_as_other_side, join_roster
from cases.actions.mediation import agree, invite_other_side, record_contact
from cases.actions.promise import answer_kept
from cases.case_views import case_view
from cases.coming import who_will_see
from cases.errors import CodeFull, InvitationInvalid, MoveNotAllowed, NotYours
from cases.journal import EventKind
from cases.outbox import NoticeKind
from models.area import Area
from models.case import Case
from models.evidence import Evidence
from models.party import Party
from models.person import Person
from models.task import Task
from models.vocabulary import (
    Category,
    Channel,
    ContactResult,
    EvidenceKind,
    EvidenceState,
    Flag,
    Kept,
    Language,
    Role,
    Side,
    TaskKind,
    TaskState,
)
from tests.factories import WAGES, a_duty
from tests.scene import Scene

DAY = timedelta(days=1)


def wages(scene: Scene, people: int = 12, **changes: object) -> Case:
    case = scene.case(
        scene.person(scene.town.officer),
        channel=Channel.GRID_OFFICER,
        matter=WAGES,
        people=people,
        **changes,
    )
    (offer,) = scene.offers(case)
    take(scene.work, offer.id, offer.person)
    return case


def code(scene: Scene, case: Case) -> str:
    return call_together(scene.work, case.id, scene.person(scene.town.officer))[1]


def worker(scene: Scene, secret: str, **facts: Any) -> Person:
    person = scene.person(**facts)
    join_as_concerned(scene.work, secret, person)
    return person


def read_out(scene: Scene, case: Case) -> list[Task]:
    rows = scene.session.query(Task).filter_by(case_id=case.id, kind=TaskKind.READ_ALOUD)
    return [task for task in rows if task.facts.get("side") == Side.CONCERNED]


# --- the code ---------------------------------------------------------------------------------------------------------


def test_one_code_is_for_all_of_them_and_opening_it_again_is_a_success(scene: Scene):
    case = wages(scene)
    secret = code(scene, case)

    first, second = worker(scene, secret), worker(scene, secret, language=Language.KO)
    join_as_concerned(scene.work, secret, first)

    for person in (first, second):
        assert relations(scene.work, case, person) == {Relation.CONCERNED}
    assert scene.session.query(Party).filter_by(side=Side.CONCERNED).count() == 2
    assert second.language is Language.KO


def test_the_first_words_are_in_the_own_language_or_else_in_that_of_the_phone(scene: Scene):
    case = wages(scene)
    secret = code(scene, case)
    unknown = scene.person(language=None)
    join_as_concerned(scene.work, secret, unknown, language=Language.KO)
    silent = scene.person(language=None)
    join_as_concerned(scene.work, secret, silent)

    assert (unknown.language, silent.language) == (Language.KO, case.language)


def test_as_many_follow_as_were_counted_and_some_more_and_then_nobody(scene: Scene):
    case = wages(scene, people=2)
    secret = code(scene, case)
    for _ in range(room(case)):
        worker(scene, secret)

    with pytest.raises(CodeFull), scene.session.begin_nested():
        worker(scene, secret)
    with pytest.raises(CodeFull), scene.session.begin_nested():
        worker(scene, code(scene, case))  # a second code makes no more room


@pytest.mark.parametrize(("people", "most"), [(2, 5), (12, 15), (50, 60), (None, 13)])
def test_the_room_is_that_of_the_count(scene: Scene, people: int | None, most: int):
    case = wages(scene)
    case.people = people

    assert room(case) == most


def test_a_code_ends_after_a_week_and_with_the_case(scene: Scene):
    case = wages(scene)
    secret = code(scene, case)
    scene.wait(8 * DAY)
    with pytest.raises(InvitationInvalid), scene.session.begin_nested():
        worker(scene, secret)

    fresh = code(scene, case)
    case.closed_at = scene.now
    case.stage = type(case.stage).CLOSED
    with pytest.raises(InvitationInvalid), scene.session.begin_nested():
        worker(scene, fresh)
    with pytest.raises(MoveNotAllowed):
        code(scene, case)


def test_no_kind_of_link_works_as_another(scene: Scene):
    case = wages(scene)
    secret = code(scene, case)
    _, other = invite_other_side(scene.work, case.id, scene.person(scene.town.mediator))

    for wrong in (other, "", "x"):
        with pytest.raises(InvitationInvalid), scene.session.begin_nested():
            worker(scene, wrong)
    with pytest.raises(InvitationInvalid), scene.session.begin_nested():
        join_as_other_side(scene.work, secret, scene.person())
    with pytest.raises(InvitationInvalid), scene.session.begin_nested():
        join_roster(scene.work, secret, scene.person())


def test_neither_the_other_side_nor_the_office_becomes_one_of_them(scene: Scene):
    case = wages(scene)
    _, link = invite_other_side(scene.work, case.id, scene.person(scene.town.mediator))
    other = scene.person(name="包工头")
    join_as_other_side(scene.work, link, other)

    office = (
        scene.town.officer,
        scene.town.mediator,
        scene.town.judge,
        scene.town.assistant,
        scene.town.supervisor,
        scene.town.coordinator,
        other.id,
    )
    for person_id in office:
        with pytest.raises(InvitationInvalid), scene.session.begin_nested():
            join_as_concerned(scene.work, code(scene, case), scene.person(person_id))


def test_there_is_no_code_for_a_case_of_danger_and_an_older_one_ends(scene: Scene):
    case = wages(scene)
    secret = code(scene, case)
    case.flags = [Flag.THREAT]

    with pytest.raises(InvitationInvalid), scene.session.begin_nested():
        worker(scene, secret)
    with pytest.raises((MoveNotAllowed, NotYours)):
        code(scene, case)


# --- what one of them sees, hears and says ----------------------------------------------------------------------------


def test_nobodys_name_and_no_list_is_ever_shown(scene: Scene):
    case = wages(scene)
    secret = code(scene, case)
    add_to_case(scene.work, case.id, case.reporter, words="朴某也在里面")
    first, second = worker(scene, secret, name="金某"), worker(scene, secret, name="朴某")
    add_to_case(scene.work, case.id, first, words="还欠我两个月")

    view = case_view(scene.work, case, second)

    assert not view.story
    assert (view.matter, view.phone, view.additions, view.followers) == (None, None, (), 0)
    assert view.reporter.name.zh == ""
    assert "金某" not in str(view)
    assert "W1" not in str(view.reporter)


def test_they_hear_what_concerns_their_side_each_in_an_own_message(scene: Scene):
    case = wages(scene)
    followers = [worker(scene, code(scene, case)) for _ in range(3)]
    mediator = scene.person(scene.town.mediator)

    record_contact(
        scene.work, case.id, mediator, ContactResult.DAY_AGREED, day=scene.now + 2 * DAY
    )
    agree(scene.work, case.id, mediator, terms="付清", promised_on=(scene.now + 3 * DAY).date())
    scene.wait(5 * DAY)

    for person in followers:
        for kind in (NoticeKind.DAY_AGREED, NoticeKind.AGREEMENT, NoticeKind.KEPT_QUESTION):
            assert len(scene.told(case, kind, person.id)) == 1, kind


def test_an_answer_counts_as_the_own_and_closes_nothing(scene: Scene):
    case = wages(scene)
    one, another = (worker(scene, code(scene, case)) for _ in range(2))
    mediator = scene.person(scene.town.mediator)
    record_contact(scene.work, case.id, mediator, ContactResult.REACHED)
    agree(scene.work, case.id, mediator, terms="付清", promised_on=scene.work.today)
    scene.wait(2 * DAY)

    answer_kept(scene.work, case.id, one, Kept.ALL)
    kept = {
        party.person_id: party.kept
        for party in scene.session.query(Party).filter_by(case_id=case.id)
    }
    assert (kept[one.id], kept[another.id], kept[case.reporter_id]) == (Kept.ALL, None, None)
    with pytest.raises(NotYours):
        agree_to_close(scene.work, case.id, one)

    answer_kept(scene.work, case.id, another, Kept.NOT)
    assert scene.told(case, NoticeKind.NOT_KEPT, scene.town.mediator)


def test_their_words_reach_the_mediator_as_nobody_elses(scene: Scene):
    case = wages(scene)
    one = worker(scene, code(scene, case))

    add_to_case(scene.work, case.id, one, words="还欠我两个月")

    (told,) = scene.told(case, NoticeKind.ADDED, scene.town.mediator)
    assert not told.facts["by_other_side"]
    (added,) = case_view(scene.work, case, scene.person(scene.town.mediator)).additions
    assert (added.words, added.by_other_side) == ("还欠我两个月", False)


def test_who_leaves_hears_nothing_more_and_may_come_back(scene: Scene):
    case = wages(scene)
    secret = code(scene, case)
    one = worker(scene, secret)

    leave(scene.work, case.id, one)

    assert not relations(scene.work, case, one)
    with pytest.raises(NotYours):
        leave(scene.work, case.id, one)
    assert scene.events(case, EventKind.PARTY_LEFT)
    mediator = scene.person(scene.town.mediator)
    record_contact(scene.work, case.id, mediator, ContactResult.DAY_AGREED, day=scene.now + DAY)
    assert not scene.told(case, NoticeKind.DAY_AGREED, one.id)
    join_as_concerned(scene.work, secret, one)
    assert relations(scene.work, case, one) == {Relation.CONCERNED}


def test_only_one_of_them_leaves_not_a_side(scene: Scene):
    case = wages(scene)

    for person in (case.reporter, scene.person(scene.town.mediator)):
        with pytest.raises(NotYours):
            leave(scene.work, case.id, person)


# --- without a phone ---------------------------------------------------------------------------------------------------


def test_each_notice_is_one_line_on_the_officers_list_however_many_they_are(scene: Scene):
    case = wages(scene)
    worker(scene, code(scene, case))
    mediator = scene.person(scene.town.mediator)

    record_contact(
        scene.work, case.id, mediator, ContactResult.DAY_AGREED, day=scene.now + 2 * DAY
    )

    (line,) = read_out(scene, case)
    assert (line.person_id, line.facts["what"]) == (scene.town.officer, NoticeKind.DAY_AGREED)
    (told,) = scene.told(case, NoticeKind.TASK, scene.town.officer)
    assert told.silent


def test_a_line_that_still_waits_says_the_newest(scene: Scene):
    case = wages(scene)
    mediator = scene.person(scene.town.mediator)
    for days in (2, 3):
        day = scene.now + days * DAY
        record_contact(scene.work, case.id, mediator, ContactResult.DAY_AGREED, day=day)

    (line,) = read_out(scene, case)
    assert line.facts["day"] == day.isoformat()


def test_nothing_is_read_out_when_all_have_a_phone_or_there_is_only_one(scene: Scene):
    alone, all_of_them = wages(scene, people=1), wages(scene, people=2)
    secret = code(scene, all_of_them)
    for _ in range(2):
        worker(scene, secret)
    for case in (alone, all_of_them):
        mediator = scene.person(scene.town.mediator)
        record_contact(
            scene.work, case.id, mediator, ContactResult.DAY_AGREED, day=scene.now + DAY
        )
        assert read_out(scene, case) == []


def test_who_blocked_the_bot_is_told_by_voice_again(scene: Scene):
    case = wages(scene, people=2)
    secret = code(scene, case)
    followers = [worker(scene, secret) for _ in range(2)]
    followers[0].blocked_at = scene.now

    mediator = scene.person(scene.town.mediator)
    record_contact(scene.work, case.id, mediator, ContactResult.DAY_AGREED, day=scene.now + DAY)

    assert len(read_out(scene, case)) == 1


def test_a_helper_has_no_list_so_the_mediator_reads_it_out(scene: Scene):
    helper = scene.person(code="L1")
    a_duty(scene.session, helper, Role.HELPER, scene.town.grid)
    case = scene.case(helper, channel=Channel.GRID_OFFICER, matter=WAGES, people=12)
    (offer,) = scene.offers(case)
    take(scene.work, offer.id, offer.person)

    record_contact(
        scene.work, case.id, offer.person, ContactResult.DAY_AGREED, day=scene.now + DAY
    )

    (line,) = read_out(scene, case)
    assert line.person_id == offer.person_id


def test_a_line_not_read_out_climbs(scene: Scene):
    case = wages(scene)
    mediator = scene.person(scene.town.mediator)
    record_contact(scene.work, case.id, mediator, ContactResult.DAY_AGREED, day=scene.now + DAY)
    scene.wait(3 * DAY)

    (line,) = read_out(scene, case)
    assert (line.state, line.person_id) == (TaskState.OPEN, scene.town.supervisor)


# --- consent of those spoken for ---------------------------------------------------------------------------------------


def test_who_has_not_asked_is_reminded_on_the_next_morning_and_only_then(scene: Scene):
    asked, unasked = wages(scene), wages(scene, consented=False)
    scene.wait(timedelta(hours=12))
    assert not scene.told(unasked, NoticeKind.CONSENT_DUE)

    scene.wait(DAY)

    (told,) = scene.told(unasked, NoticeKind.CONSENT_DUE)
    assert told.person_id == scene.town.officer
    assert not scene.told(asked, NoticeKind.CONSENT_DUE)


def test_who_answered_is_not_reminded(scene: Scene):
    case = wages(scene, consented=False)
    consent_given(scene.work, case.id, case.reporter)

    scene.wait(2 * DAY)

    assert not scene.told(case, NoticeKind.CONSENT_DUE)


def test_until_they_agreed_no_view_holds_a_name_a_telephone_or_a_sheet(scene: Scene):
    case = wages(scene, consented=False, phone="13944300000")
    sheet = Evidence(
        case_id=case.id,
        person_id=case.reporter_id,
        kind=EvidenceKind.PHOTO,
        state=EvidenceState.ANNOUNCED,
        file_id="sheet",
        file_unique_id="sheet",
        announced_at=scene.now,
    )
    scene.session.add(sheet)
    party = scene.session.query(Party).filter_by(case_id=case.id, side=Side.REPORTER).one()
    party.home = "3栋201"
    case.reporter.phone = "13944300001"
    scene.session.flush()

    def seen(person_id: int) -> tuple[object, ...]:
        view = case_view(scene.work, case, scene.person(person_id))
        return (view.phone, view.home, len(view.evidence))

    handlers = (scene.town.mediator, scene.town.judge, scene.town.supervisor)
    assert {seen(person_id) for person_id in handlers} == {(None, None, 0)}
    assert seen(scene.town.officer)[2] == 1

    consent_given(scene.work, case.id, case.reporter)

    assert {seen(person_id) for person_id in handlers} == {("13944300000", "3栋201", 1)}


# --- the office and not the name ---------------------------------------------------------------------------------------


def test_parties_read_the_office_of_the_grid_officer_until_he_agrees_to_his_name(scene: Scene):
    officer = scene.person(scene.town.officer)

    def named() -> list[str]:
        grid = scene.session.get_one(Area, scene.town.grid)
        people = who_will_see(scene.work, grid, Category.NEIGHBOURS, Language.ZH)
        return [one.name.zh for one in people if one.role is Role.GRID_OFFICER]

    assert named() == [""]
    officer.named = True
    assert named() == ["W1"]
