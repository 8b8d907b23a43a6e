"""Why a row of a duty rota is not taken, in Chinese, Korean and English; a part of bot/import_words.py."""

from collections.abc import Mapping

from cases.sheet import Reason

ROTA: Mapping[Reason, tuple[str, str, str]] = {
    Reason.PERSON_UNKNOWN: (
        "名册上没有这个人,请先导入名册",
        "명부에 없는 사람입니다. 먼저 명부를 넣으십시오",
        "nobody of the roster; import the roster first",
    ),
    Reason.PERSON_OTHER: (
        "名册上这个工号是另一个姓名",
        "명부에서 이 번호는 다른 성명입니다",
        "the roster has another name for this person",
    ),
    Reason.PERSON_LEFT: (
        "这个人已离任",
        "이미 리직한 사람입니다",
        "has left the office",
    ),
    Reason.ROLE_NO_SHIFT: (
        "值班岗位只认法官、调解员、值班",
        "당직은 법관, 조정원, 당직만 섭니다",
        "only judges, mediators and the duty desk stand ready",
    ),
    Reason.NO_SUCH_DUTY: (
        "这一天在这个区域没有这个职务,值班表不能任命人",
        "그날 이 구역에서 이 직무가 없습니다. 당직표는 사람을 임명할수 없습니다",
        "holds no such duty for this area on that day; a rota appoints nobody",
    ),
    Reason.INSTANT_MISSING: (
        "没有写几月几日几点",
        "몇월 며칠 몇시인지 없습니다",
        "has no day and hour",
    ),
    Reason.INSTANT_FORM: (
        "不是日期和钟点,请写2026-11-22 20:00",
        "날자와 시간이 아닙니다. 2026-11-22 20:00처럼 쓰십시오",
        "is no day and hour; write 2026-11-22 20:00",
    ),
    Reason.SHIFT_ENDS_FIRST: (
        "下班早于上班",
        "끝나는 시간이 시작보다 이릅니다",
        "ends before it begins",
    ),
    Reason.SHIFT_LONG: (
        "一班超过31天,请核对年月",
        "한 당직이 31일을 넘습니다. 년월을 확인하십시오",
        "a shift of more than 31 days; check year and month",
    ),
    Reason.SHIFTS_MEET: (
        "和同一个人的另一班时间重叠",
        "같은 사람의 다른 당직과 시간이 겹칩니다",
        "meets another shift of the same person",
    ),
}
