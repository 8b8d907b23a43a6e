"""Sensitive words wait for a consent of their own; /mydata shows, corrects, deletes and withdraws, and says what stays."""

from collections.abc import Awaitable, Callable

from sqlalchemy import select

from handlers.answers import Answer
from handlers.buttons import Verb
from models.consent import Consent, Erasure
from models.person import Person
from models.vocabulary import Erased, Sensitive
from tests.stories.stage import JOINED, Stage

Opened = Callable[[str], Awaitable[Stage]]

WORDS = {
    "zh_CN": {
        "sick": "房东说我有乙肝，押金不退。",
        "word": "乙肝",
        "id": "房东不退押金，我的身份证222401199001011234。",
        "name": "金哲",
        "leak": "楼上漏水，三天了也不修。",
        "open": "在办1件",
        "none": "在办0件",
        "needed": "办事要用",
        "beaten": "我丈夫打我，我害怕。",
    },
    "ko_CN": {
        "sick": "집주인이 내가 간염이 있다고 보증금을 돌려주지 않습니다.",
        "word": "간염",
        "id": "집주인이 보증금을 돌려주지 않습니다. 신분증 222401199001011234",
        "name": "김철",
        "leak": "웃집에서 물이 새여 사흘째 고쳐주지 않습니다.",
        "open": "처리중 1건",
        "none": "처리중 0건",
        "needed": "처리하는데 쓰입니다",
        "beaten": "남편이 나를 때립니다. 무섭습니다.",
    },
}


def resident_row(stage: Stage) -> Person:
    return stage.look(
        lambda session: session.scalars(
            select(Person).where(
                Person.code.is_(None), Person.telegram_id.not_in(list(JOINED.values()))
            )
        ).one()
    )


def erased(stage: Stage) -> set[Erased]:
    return stage.look(lambda session: set(session.scalars(select(Erasure.what))))


async def test_sensitive_words_are_hidden_until_the_person_taps_and_again_after_withdrawing(
    stage: Opened, language: str
) -> None:
    office, words = await stage(language), WORDS[language]
    resident, mediator = await office.begins(words["sick"]), office.phone("mediator_yi")
    last = resident.last
    assert last is not None
    assert words["word"] not in last.text
    await office.taps(resident, Verb.SUBMIT)
    await office.taps(mediator, Verb.TAKE)
    await office.taps(mediator, Verb.STORY)
    assert words["word"] not in "".join(mediator.heard)

    await resident.says(words["sick"])  # said again after the number: the button comes again
    await office.taps(resident, Verb.CASE_SHOW)
    consent = office.look(lambda session: session.scalars(select(Consent)).one())
    assert consent.what is Sensitive.HEALTH
    await office.taps(mediator, Verb.STORY)
    assert words["word"] in mediator.heard[-1] + mediator.heard[-2]

    await resident.says("/mydata")
    await office.taps(resident, Verb.DATA, "withdraw")
    consent = office.look(lambda session: session.scalars(select(Consent)).one())
    assert consent.withdrawn_at is not None


async def test_a_consent_on_the_card_is_given_before_the_number(
    stage: Opened, language: str
) -> None:
    office, words = await stage(language), WORDS[language]
    resident = await office.begins(words["sick"])
    await office.taps(resident, Verb.SHOW_IT, "yes")
    await office.taps(resident, Verb.SUBMIT)

    consent = office.look(lambda session: session.scalars(select(Consent)).one())
    assert (consent.case_id, consent.withdrawn_at) == (office.case().id, None)


async def test_an_identity_number_is_masked_for_everybody(stage: Opened, language: str) -> None:
    office, words = await stage(language), WORDS[language]
    resident, mediator = await office.begins(words["id"]), office.phone("mediator_yi")
    await office.taps(resident, Verb.SUBMIT)
    await office.taps(mediator, Verb.TAKE)
    await office.taps(mediator, Verb.STORY)

    seen = "".join((*resident.heard, *mediator.heard))
    assert "222401199001011234" not in seen
    assert "2224**********1234" in seen
    assert "222401199001011234" in (office.case().matter or "")


async def test_own_data_is_shown_corrected_and_kept_while_a_case_needs_it(
    stage: Opened, language: str
) -> None:
    office, words = await stage(language), WORDS[language]
    resident = await office.begins(words["leak"])
    await office.taps(resident, Verb.SUBMIT)
    await resident.says("/mydata")
    assert any(words["open"] in text for text in resident.heard[-3:])
    await office.taps(resident, Verb.DATA, "correct")
    await office.taps(resident, Verb.DATA, "name")
    await resident.says(words["name"])
    await office.taps(resident, Verb.DATA, "correct")
    await office.taps(resident, Verb.DATA, "phone")
    await resident.says("13900000001")
    assert (resident_row(office).name, resident_row(office).phone) == (
        words["name"],
        "13900000001",
    )

    await office.taps(resident, Verb.DATA, "delete")
    await office.taps(resident, Verb.DATA, "all")

    assert resident_row(office).phone == "13900000001"
    assert resident_row(office).language is None
    assert erased(office) == {Erased.LANGUAGE}


async def test_without_an_open_case_everything_of_ones_own_can_go(
    stage: Opened, language: str
) -> None:
    office, words = await stage(language), WORDS[language]
    resident = await office.begins(words["leak"])
    await resident.says("/mydata")
    await office.taps(resident, Verb.DATA, "correct")
    await office.taps(resident, Verb.DATA, "name")
    await resident.says(words["name"])

    await office.taps(resident, Verb.DATA, "delete")
    await office.taps(resident, Verb.DATA, "all")

    assert erased(office) == {Erased.DRAFT, Erased.NAME, Erased.LANGUAGE}
    assert resident_row(office).name is None


async def test_a_case_of_danger_shows_in_nothing(stage: Opened, language: str) -> None:
    office, words = await stage(language), WORDS[language]
    resident = office.phone("resident_e", "戊")
    await resident.says(words["beaten"])
    await office.answers(resident, Answer.AFRAID)
    await resident.says("/cancel")
    await resident.says("/mydata")

    assert words["none"] in "".join(resident.heard[-2:])
    assert words["open"] not in "".join(resident.heard)
