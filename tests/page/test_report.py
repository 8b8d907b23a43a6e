"""A newcomer at the page: a dispute reported in Korean, taken by the judge, followed up, closed and rated, by words and buttons alone."""

import pytest
from playwright.async_api import expect

from tests.page.conftest import Opens, Practice

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.mark.timeout(240)
async def test_a_korean_report_goes_from_its_first_word_to_its_rating(
    new_tab: Opens, practice: Practice
):
    tab = await new_tab("?lang=ko&p=resident_jia,mediator_yi,judge_bing")
    page = tab.page
    resident, mediator, judge = (
        tab.phone(code) for code in ("resident_jia", "mediator_yi", "judge_bing")
    )

    await resident.chooses("더보기", "벽보의 코드 찍기")
    korean = page.locator("figure", has_text="조선어 코드")
    await korean.get_by_role("button", name="주민 갑 찍기").click()
    await resident.sees("안녕하십니까. 북산가두 단산사회구역 제3격자입니다.")
    await resident.types(
        "웃집에서 물이 새여 우리 집 천정이 다 젖었습니다. 사흘째 고쳐주지 않습니다."
    )
    await resident.taps("보내기")
    await resident.sees("접수되였습니다. 번호 123-")

    await mediator.taps("맡기")
    await page.get_by_role("button", name="다음 근무일").click()
    await judge.taps("1件全部报到")
    await judge.sees("已报到")

    await mediator.taps("련락되였습니다", on="123-")
    await mediator.taps("협의되였습니다", on="123-")
    await mediator.types("웃집이 배관을 고치고 천정 도배값 800원을 12월 6일까지 낸다.")
    await mediator.taps("서면협의로 기록", on="이렇게 기록하고")

    await page.get_by_label("언제까지").fill("2026-12-07T09:30")
    await page.get_by_role("button", name="가기").click()
    await resident.sees("지켜졌습니까")
    await mediator.taps("열기", on="123-")
    await mediator.taps("대답: 다 지켜짐")
    await resident.taps("예, 다 지켜졌습니다")
    await resident.taps("예, 종결합니다")
    await resident.taps("만족")

    await page.get_by_role("button", name="막뒤").click()
    behind = page.get_by_role("complementary")
    await expect(behind).to_contain_text("사건종결", timeout=20_000)
    await expect(behind).to_contain_text("평가")
    assert "2026년 12월 7일(월) 09:30" in await page.locator("#now").inner_text()
