"""One's own case after the number: one card, changed where it stands; ended, given to somebody else, opened again."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from bot.sandbox.people import Person as Phone
from bot.sandbox.screen import Message
from handlers.buttons import Tap, Verb
from models.case import Case
from models.vocabulary import Language, Outcome, Rating
from models.vocabulary import Stage as CaseStage
from tests.stories.stage import PLACE, Stage

Opened = Callable[..., Awaitable[Stage]]

WORDS = {
    Language.ZH: {
        "leak": "楼上漏水，我家天花板全湿了，说了三天也不修。",
        "again": "修好两个星期，昨晚又漏了。",
        "why": "查过了，调解员乙和对方没有关系。",
        "reason": "他是楼上那家的表哥。",
        "wages": "丹山社区工地12名工人，8到10月工资没发，共18.6万，包工头电话打不通。",
        "settled": "工人们自己拿到钱了。",
        "meeting": "11月28日(周六)14:00 见面",
        "day": "11月28日下午2点",
    },
    Language.KO: {
        "leak": "웃집에서 물이 새여 우리 집 천정이 다 젖었습니다. 사흘째 말해도 고쳐주지 않습니다.",
        "again": "두주일만에 어제 저녁 또 샜습니다.",
        "why": "알아보았는데 조정원 을은 상대방과 관계가 없습니다.",
        "reason": "그분은 웃집의 외사촌형입니다.",
        "wages": "단산사회구역 공사장 로동자 12명이 8월부터 10월까지 로임을 못 받았습니다. 모두 18만 6,000원,"
        " 도급자가 전화를 받지 않습니다.",
        "settled": "로동자들이 돈을 받았습니다.",
        "meeting": "11월 28일(토) 14:00 만남",
        "day": "11월 28일 오후 2시",
    },
}
BUTTONS = {
    Language.ZH: ["我要补充", "和负责人通话", "不办了"],
    Language.KO: ["보탤 말이 있습니다", "담당자와 통화", "그만두겠습니다"],
}


async def reported(stage: Stage) -> Phone:
    resident = stage.phone("resident_a", "甲")
    await stage.until(11, 23, 9, 12)
    await resident.starts(f"g_{PLACE}_{'ko' if stage.language is Language.KO else 'zh'}")
    await resident.says(WORDS[stage.language]["leak"])
    await stage.taps(resident, Verb.SUBMIT)
    return resident


def cards(phone: Phone) -> list[Message]:
    """The cards on the phone as they stand now: what is pinned, and what was."""
    return [message for message in phone.messages if message.pinned]


def verbs(message: Message) -> list[Verb]:
    return [Tap.read(button.data).verb for row in message.inline for button in row if button.data]


def case_now(stage: Stage) -> Case:
    return stage.case()


async def test_the_card_is_one_message_that_changes_where_it_stands(
    stage: Opened, language: str
) -> None:
    office = await stage(language)
    words = WORDS[office.language]
    resident, mediator = await reported(office), office.phone("mediator_yi")
    await resident.says("/my")
    (card,) = cards(resident)
    assert card.labels == BUTTONS[office.language]
    said = len([one for one in resident.messages if not one.mine])

    await office.until(11, 23, 10, 40)
    await office.taps(mediator, Verb.TAKE)
    (taken,) = cards(resident)
    assert taken.id == card.id
    assert taken.text != card.text
    assert "10:40" in taken.text

    await office.until(11, 24, 10, 0)
    await office.taps(mediator, Verb.DAY)
    await mediator.says(words["day"])
    (agreed,) = cards(resident)
    assert agreed.id == card.id
    assert words["meeting"] in agreed.text
    # nothing new but the meeting itself, to which the reader must come
    assert len([one for one in resident.messages if not one.mine]) == said + 1


async def test_the_card_that_is_opened_again_takes_the_place_of_the_first(
    stage: Opened, language: str
) -> None:
    office = await stage(language)
    resident = await reported(office)
    await resident.says("/my")
    (first,) = cards(resident)
    await resident.says("/my")
    (second,) = cards(resident)
    assert second.id > first.id

    await office.until(11, 23, 10, 40)
    await office.taps(office.phone("mediator_yi"), Verb.TAKE)

    (changed,) = cards(resident)
    assert (changed.id, changed.edited) == (second.id, True)


async def test_it_is_ended_by_ones_own_word_rated_and_no_longer_pinned(
    stage: Opened, language: str
) -> None:
    office = await stage(language)
    resident, mediator = await reported(office), office.phone("mediator_yi")
    await office.until(11, 23, 10, 40)
    await office.taps(mediator, Verb.TAKE)
    await resident.says("/my")
    (card,) = cards(resident)

    await office.taps(resident, Verb.WITHDRAW)
    choice = resident.last
    assert verbs(choice) == [Verb.CHALLENGE, Verb.GO_ON, Verb.WITHDRAW_OK]
    assert case_now(office).stage is CaseStage.ACCEPTED  # nothing is ended by looking
    end = choice.labels[-1]
    await office.taps(resident, Verb.WITHDRAW_OK)
    assert case_now(office).outcome is Outcome.WITHDRAWN
    await resident.taps_again(choice, end)  # a second tap
    await office.taps(resident, Verb.RATE, "mostly")

    closed = case_now(office)
    assert (closed.stage, closed.rating) == (CaseStage.CLOSED, Rating.MOSTLY)
    assert cards(resident) == []
    below = next(one for one in resident.messages if one.id == card.id)
    assert verbs(below) == [Verb.REOPEN, Verb.ADD]
    office.assert_all_clocks_stopped()


async def test_thinking_again_changes_nothing(stage: Opened) -> None:
    office = await stage("zh_CN")
    resident = await reported(office)
    await resident.says("/my")
    await office.taps(resident, Verb.WITHDRAW)
    before = case_now(office).version

    await office.taps(resident, Verb.GO_ON)

    assert case_now(office).version == before


async def test_an_older_button_ends_nothing_and_shows_the_card_of_today(stage: Opened) -> None:
    office = await stage("zh_CN")
    resident, mediator = await reported(office), office.phone("mediator_yi")
    await resident.says("/my")
    await office.taps(resident, Verb.WITHDRAW)
    stale = resident.last
    await office.until(11, 23, 10, 40)
    await office.taps(mediator, Verb.TAKE)

    await resident.taps(stale.labels[-1], stale)

    assert case_now(office).outcome is None
    now = next(one for one in resident.messages if one.id == stale.id)
    assert "调解员" in now.text
    assert verbs(now) == [Verb.ADD, Verb.CALL_ME, Verb.WITHDRAW]
    assert [one.id for one in cards(resident)] == [stale.id]  # one card, and it is this one


async def test_another_handler_is_granted(stage: Opened, language: str) -> None:
    office = await stage(language)
    resident, mediator = await reported(office), office.phone("mediator_yi")
    head = office.phone("supervisor_ren")
    await office.until(11, 23, 10, 40)
    await office.taps(mediator, Verb.TAKE)
    await resident.says("/my")
    (card,) = cards(resident)
    await office.taps(resident, Verb.WITHDRAW)
    await office.taps(resident, Verb.CHALLENGE)
    if verbs(resident.last)[0] is Verb.CHALLENGE:
        await office.taps(resident, Verb.CHALLENGE, "mediator")
    await resident.says(WORDS[office.language]["reason"])

    assert "18:00" in resident.last.text  # by when it is decided
    assert not mediator.sees(WORDS[office.language]["reason"])
    await office.taps(mediator, Verb.OPEN)
    assert WORDS[office.language]["leak"] not in mediator.last.text
    await office.taps(head, Verb.TASK)
    assert head.sees(WORDS[office.language]["reason"])

    await office.taps(head, Verb.REPLACE)
    await office.taps(office.phone("mediator_ji"), Verb.TAKE)

    names = {Language.ZH: "调解员己", Language.KO: "조정원 기"}
    assert resident.sees(names[office.language])
    (changed,) = cards(resident)
    assert changed.id == card.id
    assert names[office.language] in changed.text


async def test_another_handler_is_refused_with_the_reason(stage: Opened, language: str) -> None:
    office = await stage(language)
    words = WORDS[office.language]
    resident, head = await reported(office), office.phone("supervisor_ren")
    await office.until(11, 23, 10, 40)
    await office.taps(office.phone("mediator_yi"), Verb.TAKE)
    await resident.says("/my")
    await office.taps(resident, Verb.WITHDRAW)
    await office.taps(resident, Verb.CHALLENGE)
    if verbs(resident.last)[0] is Verb.CHALLENGE:
        await office.taps(resident, Verb.CHALLENGE, "mediator")
    await office.taps(resident, Verb.CHALLENGE_WHY, "unfair")
    await office.taps(head, Verb.TASK)
    asked = head.last
    await office.taps(head, Verb.KEEP)
    await head.says(words["why"])

    assert resident.sees(words["why"])
    await head.taps_again(asked, asked.labels[0])  # 换人, after it was refused
    assert case_now(office).stage is CaseStage.ACCEPTED
    names = {Language.ZH: "调解员乙", Language.KO: "조정원 을"}
    assert names[office.language] in cards(resident)[0].text


async def test_it_happened_again_after_thirty_days(stage: Opened, language: str) -> None:
    office = await stage(language)
    resident, mediator = await reported(office), office.phone("mediator_yi")
    await office.until(11, 23, 10, 40)
    await office.taps(mediator, Verb.TAKE)
    await resident.says("/my")
    await office.taps(resident, Verb.WITHDRAW)
    await office.taps(resident, Verb.WITHDRAW_OK)
    await office.wait(days=30)

    await resident.says("/my")
    await office.taps(resident, Verb.STATUS)
    await office.taps(resident, Verb.REOPEN)
    asked = resident.last
    await resident.says(WORDS[office.language]["again"])

    case = case_now(office)
    assert (case.stage, case.outcome) == (CaseStage.ACCEPTED, None)
    assert len(cards(resident)) == 1
    await office.rest()
    await office.taps(mediator, Verb.TAKE)
    assert Verb.WITHDRAW in verbs(cards(resident)[0])
    assert asked.text


async def test_words_to_a_closed_case_offer_to_open_it(stage: Opened) -> None:
    office = await stage("zh_CN")
    resident = await reported(office)
    await resident.says("/my")
    await office.taps(resident, Verb.WITHDRAW)
    await office.taps(resident, Verb.WITHDRAW_OK)
    await office.wait(days=2)

    await office.taps(resident, Verb.ADD)
    await resident.says("昨晚又漏水了。")
    assert case_now(office).stage is CaseStage.CLOSED
    await office.taps(resident, Verb.REOPEN, "said")

    assert case_now(office).stage is CaseStage.ACCEPTED


async def test_after_ninety_days_it_is_a_new_case_that_names_the_old_one(stage: Opened) -> None:
    office = await stage("zh_CN")
    resident = await reported(office)
    await resident.says("/my")
    await office.taps(resident, Verb.WITHDRAW)
    await office.taps(resident, Verb.WITHDRAW_OK)
    old = case_now(office)
    await office.sandbox.push(datetime(2027, 2, 23, 2, 0, tzinfo=UTC))

    await resident.says("/my")
    assert Verb.STATUS not in verbs(resident.last)  # no longer listed
    await office.taps(resident, Verb.REOPEN)
    await resident.says(WORDS[Language.ZH]["again"])
    await office.rest()
    await office.taps(resident, Verb.SUBMIT)

    new = office.look(lambda session: session.query(Case).filter(Case.id != old.id).one())
    assert (new.earlier_id, new.matter) == (old.id, WORDS[Language.ZH]["again"])
    assert office.look(lambda session: session.get_one(Case, old.id)).stage is CaseStage.CLOSED


async def test_an_officer_ends_a_case_only_with_a_reason(stage: Opened) -> None:
    office = await stage("zh_CN")
    officer = office.phone("officer_ding")
    await office.until(11, 23, 10, 5)
    await officer.forwards(WORDS[Language.ZH]["wages"])
    await office.taps(officer, Verb.AGREED)
    await officer.says("/my")
    await office.taps(officer, Verb.MORE)
    await office.taps(officer, Verb.WITHDRAW)
    assert Verb.WITHDRAW_OK not in verbs(officer.last)
    await officer.says(WORDS[Language.ZH]["settled"])
    await office.taps(officer, Verb.WITHDRAW_OK)

    assert case_now(office).outcome is None  # ORANGE: a second person looks at it
    head = office.phone("supervisor_ren")
    await office.taps(head, Verb.OPEN)
    await office.taps(head, Verb.APPROVE)
    assert case_now(office).outcome is Outcome.WITHDRAWN


async def test_each_dispute_of_ones_own_has_its_card_on_whichever_side(stage: Opened) -> None:
    """A mediator who reported a leak of his own reads how it stands, and not the desk's card."""
    office = await stage("zh_CN")
    resident, mediator = await reported(office), office.phone("mediator_yi")
    await office.until(11, 23, 10, 40)
    await office.taps(mediator, Verb.TAKE)
    await office.taps(mediator, Verb.REACHED)
    await office.taps(mediator, Verb.INVITE)
    link = mediator.last.text.partition("start=")[2].split()[0]
    neighbour = office.phone("resident_b", "乙")
    await neighbour.starts(link)
    await neighbour.says("/my")

    (card,) = cards(neighbour)
    assert verbs(card) == [Verb.ADD, Verb.CALL_ME, Verb.CHALLENGE]
    assert "天花板" not in card.text
    await resident.says("/my")
    await office.taps(resident, Verb.WITHDRAW)
    await office.taps(resident, Verb.WITHDRAW_OK)
    after = next(one for one in neighbour.messages if one.id == card.id)
    assert verbs(after) == [Verb.ADD]
    assert not after.pinned
    assert "不办" not in "".join(one.text for one in neighbour.messages)
    assert "撤回" not in "".join(one.text for one in neighbour.messages)
