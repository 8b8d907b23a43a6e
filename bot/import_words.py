"""Why a row or a file is not taken, in Chinese, Korean and English: what is wrong, and what to do.

Law: every reason has all three (tests/bot/test_import_words.py).
"""

from collections.abc import Mapping
from typing import NamedTuple

from bot.headings import KINDS
from bot.rota_words import ROTA
from bot.tables import Unreadable
from cases.sheet import Fault, Reason


class Said(NamedTuple):
    """One sentence in three languages."""

    zh: str
    ko: str
    en: str


WORDS: Mapping[Reason, Said] = {
    Reason.FORMULA: Said(
        "是公式或公式错误,请粘贴为值",
        "공식이거나 공식오유입니다. 값으로 붙여넣으십시오",
        "is a formula or its error; paste it as a value",
    ),
    Reason.BROKEN_TEXT: Said("有乱码", "글자가 깨졌습니다", "has broken characters"),
    Reason.TOO_MANY_CELLS: Said(
        "这一行比表头多出单元格",
        "제목줄보다 칸이 많습니다",
        "the row has more cells than there are headings",
    ),
    Reason.DAMAGED_FRACTION: Said(
        "号码带小数点,已被改动,请按文本重新录入",
        "번호에 소수점이 있습니다. 이미 변하였으니 본문형식으로 다시 넣으십시오",
        "a number with a fraction: it was changed; enter it again as text",
    ),
    Reason.DAMAGED_EXPONENT: Said(
        "号码成了科学计数法,末位已丢失,请按文本重新录入",
        "번호가 과학적기수법으로 변하여 끝자리를 잃었습니다. 본문형식으로 다시 넣으십시오",
        "a number in scientific notation: its last digits are lost; enter it again as text",
    ),
    Reason.DAMAGED_DIGITS: Said(
        "号码超过15位又不是文本,末位已变成0,请按文本重新录入",
        "번호가 15자리를 넘는데 본문형식이 아니여서 끝자리가 0으로 변하였습니다. 다시 넣으십시오",
        "a number of more than 15 digits that is not text: its end was rounded; enter it again as text",
    ),
    Reason.TOO_LONG: Said("太长", "너무 깁니다", "is too long"),
    Reason.NAME_MISSING: Said("没有姓名", "성명이 없습니다", "has no name"),
    Reason.NAME_WITH_DIGITS: Said(
        "姓名里有数字", "성명에 수자가 있습니다", "a name with digits in it"
    ),
    Reason.NAME_KO_NOT_KOREAN: Said("不是朝鲜文", "조선글이 아닙니다", "is not written in Korean"),
    Reason.NAMES_DIFFER: Said(
        "同一个人有两种写法,请统一",
        "한사람의 글이 줄마다 다릅니다. 같게 고치십시오",
        "one person is written in two ways; make them the same",
    ),
    Reason.NO_KEY: Said(
        "工号和电话都没有,认不出是谁",
        "번호도 전화도 없어 누구인지 알수 없습니다",
        "neither a code nor a telephone: nobody can tell who it is",
    ),
    Reason.CODE_FORM: Said(
        "工号只能用字母、数字、点、横线,最多60个",
        "번호는 글자, 수자, 점, 가로줄만 쓸수 있고 60자까지입니다",
        "a code takes letters, digits, dots and dashes, at most 60",
    ),
    Reason.CODE_OF_TWO: Said(
        "一个工号有两个电话,是两个人吗",
        "번호 하나에 전화가 두개입니다. 두사람입니까",
        "one code with two telephones: two people?",
    ),
    Reason.PHONE_FORM: Said("不是电话号码", "전화번호가 아닙니다", "is no telephone number"),
    Reason.PHONE_MASKED: Said("号码有遮挡", "번호가 가려져있습니다", "the number is masked"),
    Reason.PHONE_IS_IDENTITY: Said(
        "像身份证号,这里不需要也不保存",
        "신분증번호 같습니다. 여기에는 필요없고 보관하지 않습니다",
        "looks like an identity number, which is not needed and not kept here",
    ),
    Reason.PHONE_OF_TWO: Said(
        "一个电话属于两个工号", "전화 하나가 두 번호에 있습니다", "one telephone with two codes"
    ),
    Reason.PHONE_KNOWN: Said(
        "名册上另一个人用这个电话",
        "명부의 다른 사람이 이 전화를 씁니다",
        "somebody else of the roster has this telephone",
    ),
    Reason.STATUS_UNKNOWN: Said(
        "状态只认在任、离任", "상태는 재직, 리직만 압니다", "a status is `here` or `left`"
    ),
    Reason.STATUS_DIFFERS: Said(
        "同一个人又在任又离任",
        "한사람이 재직이면서 리직입니다",
        "one person is here in one row and has left in another",
    ),
    Reason.READS_UNKNOWN: Said(
        "阅读语言只认中文、朝鲜语",
        "읽는 언어는 중국어, 조선어만 압니다",
        "a reading language is Chinese or Korean",
    ),
    Reason.ROLE_MISSING: Said("没有职务", "직무가 없습니다", "has no role"),
    Reason.ROLE_UNKNOWN: Said("不认识这个职务", "모르는 직무입니다", "no such role"),
    Reason.ROLE_NOT_HERE: Said(
        "这个职务不能负责这一级区域",
        "이 직무는 이 급의 구역을 맡을수 없습니다",
        "this role cannot answer for an area of this level",
    ),
    Reason.AREA_MISSING: Said("没有责任区域", "담당구역이 없습니다", "has no area"),
    Reason.AREA_UNKNOWN: Said(
        "没有这个区域,请先导入区域",
        "그런 구역이 없습니다. 먼저 구역을 넣으십시오",
        "no such area; import the areas first",
    ),
    Reason.AREA_AMBIGUOUS: Said(
        "有几个同名区域,请写编码或全称",
        "같은 이름의 구역이 여러개입니다. 코드나 완전한 이름을 쓰십시오",
        "several areas have this name; write the code or the whole name",
    ),
    Reason.STATION_UNKNOWN: Said("不认识这个单位", "모르는 단위입니다", "no such station"),
    Reason.CATEGORY_UNKNOWN: Said(
        "不认识这个类别", "모르는 류형입니다", "no such kind of dispute"
    ),
    Reason.CATEGORY_NOT_OURS: Said(
        "这一类不调解,不能作专长",
        "이 류형은 조정하지 않으므로 전문으로 둘수 없습니다",
        "this kind is not mediated and cannot be a speciality",
    ),
    Reason.LANGUAGE_UNKNOWN: Said(
        "工作语言只认中文、朝鲜语、双语",
        "사업언어는 중국어, 조선어, 쌍어만 압니다",
        "a working language is Chinese, Korean or both",
    ),
    Reason.RANK_FORM: Said(
        "顺位是1到99的整数",
        "순위는 1부터 99까지의 옹근수입니다",
        "a rank is a whole number from 1 to 99",
    ),
    Reason.RANK_TAKEN: Said(
        "同一区域同一职务的顺位有两个人",
        "같은 구역, 같은 직무의 한 순위에 두사람이 있습니다",
        "two people have the same rank of one role in one area",
    ),
    Reason.DATE_FORM: Said(
        "不是日期,请写2026-11-22",
        "날자가 아닙니다. 2026-11-22처럼 쓰십시오",
        "is no day; write 2026-11-22",
    ),
    Reason.DATE_IMPOSSIBLE: Said("没有这一天", "그런 날이 없습니다", "there is no such day"),
    Reason.DATE_EITHER_WAY: Said(
        "分不清日和月,请写2026-11-22",
        "날과 달을 가릴수 없습니다. 2026-11-22처럼 쓰십시오",
        "day and month cannot be told apart; write 2026-11-22",
    ),
    Reason.DATE_FAR: Said("年份不对", "년도가 맞지 않습니다", "the year cannot be right"),
    Reason.ENDS_FIRST: Said(
        "离任早于任职", "종료일이 시작일보다 이릅니다", "ends before it begins"
    ),
    Reason.DUTY_TWICE: Said(
        "和另一行相同,只算一次",
        "다른 줄과 같아 한번만 셉니다",
        "the same as another row; it counts once",
    ),
    Reason.DUTY_DIFFERS: Said(
        "同一人同一区域同一职务有两行,内容不同",
        "같은 사람의 같은 구역, 같은 직무가 두줄인데 내용이 다릅니다",
        "two rows of one person, role and area say different things",
    ),
    Reason.CHAIN_ENDS: Said(
        "这个区域往上没有综治中心负责人或值班,责任链到头没有人",
        "이 구역의 우에 중심책임자도 당직도 없어 책임이 끊어집니다",
        "above this area there is neither a head of the centre nor a duty desk: its chain ends nowhere",
    ),
    Reason.AREA_CODE_MISSING: Said("没有区划代码", "구역코드가 없습니다", "has no code"),
    Reason.AREA_CODE_FORM: Said(
        "代码应是12位数字,网格在后面加2到8位",
        "코드는 12자리 수자이고 격자는 뒤에 2-8자리를 붙입니다",
        "a code has 12 digits, a grid 2 to 8 more behind them",
    ),
    Reason.AREA_CODE_TWICE: Said(
        "一个代码有几行", "코드 하나가 여러줄에 있습니다", "one code stands in several rows"
    ),
    Reason.AREA_NAME_MISSING: Said(
        "新区域没有名称", "새 구역에 이름이 없습니다", "a new area needs its name"
    ),
    Reason.LEVEL_UNKNOWN: Said("不认识这个级别", "모르는 급입니다", "no such level"),
    Reason.LEVEL_NOT_OF_CODE: Said(
        "级别和代码不符", "급이 코드와 맞지 않습니다", "the level is not what the code says"
    ),
    Reason.PARENT_UNKNOWN: Said(
        "找不到上级区域", "상급구역을 찾을수 없습니다", "the area above it is not known"
    ),
    Reason.PARENT_NOT_ABOVE: Said(
        "上级区域不比它大", "상급구역이 더 크지 않습니다", "the area above it is no larger one"
    ),
    Reason.HOURS_FORM: Said(
        "开放时间请写成 1-5 08:30-11:30,13:00-17:00",
        "개방시간은 1-5 08:30-11:30,13:00-17:00처럼 쓰십시오",
        "write hours as 1-5 08:30-11:30,13:00-17:00",
    ),
    Reason.POINT_FORM: Said(
        "经纬度不是数字", "경위도가 수자가 아닙니다", "the point is not in numbers"
    ),
    Reason.POINT_HALF: Said(
        "经度纬度缺一个", "경도와 위도가운데서 하나가 없습니다", "one half of the point is missing"
    ),
    Reason.POINT_SWAPPED: Said(
        "经度和纬度写反了", "경도와 위도가 바뀌였습니다", "latitude and longitude are exchanged"
    ),
    Reason.POINT_FAR: Said(
        "这个点不在中国", "이 점은 중국에 있지 않습니다", "the point is not in China"
    ),
    Reason.BORDER_KIND: Said("图形不是面", "도형이 면이 아닙니다", "the shape is no polygon"),
    Reason.BORDER_BROKEN: Said(
        "图形有错,修不好",
        "도형이 잘못되여 고칠수 없습니다",
        "the shape is broken and cannot be mended",
    ),
    Reason.BORDER_MENDED: Said(
        "图形自相交,已修好,请看一眼",
        "도형이 저절로 겹쳐 고쳤습니다. 보아주십시오",
        "the shape crossed itself and was mended; please look",
    ),
    Reason.BORDERS_OVERLAP: Said(
        "和相邻区域重叠", "이웃구역과 겹칩니다", "overlaps its neighbour"
    ),
    Reason.BORDER_OUTSIDE: Said(
        "有一部分在上级区域之外",
        "일부가 상급구역밖에 있습니다",
        "lies partly outside the area above it",
    ),
    Reason.BORDER_GAP: Said(
        "下级区域没有盖满",
        "하급구역이 다 덮지 못하였습니다",
        "is not wholly covered by the areas in it",
    ),
    **{reason: Said(*words) for reason, words in ROTA.items()},
}

FILES: Mapping[Unreadable, Said] = {
    Unreadable.MISSING: Said("没有这个文件", "그런 파일이 없습니다", "there is no such file"),
    Unreadable.EMPTY: Said("文件是空的", "파일이 비였습니다", "the file is empty"),
    Unreadable.TOO_LARGE: Said("文件太大", "파일이 너무 큽니다", "the file is too large"),
    Unreadable.OLD_EXCEL: Said(
        "是旧版或加密的Excel,请另存为xlsx且不加密",
        "낡은 판본이거나 암호를 건 엑셀입니다. 암호없이 xlsx로 보관하십시오",
        "an old or encrypted Excel file; save it as xlsx without a password",
    ),
    Unreadable.NOT_A_SHEET: Said(
        "不是能读的表格", "읽을수 있는 표가 아닙니다", "is no spreadsheet that can be read"
    ),
    Unreadable.ENCODING: Said(
        "不是UTF-8也不是GB18030的文字",
        "UTF-8도 GB18030도 아닙니다",
        "is neither UTF-8 nor GB18030 text",
    ),
    Unreadable.NO_HEADINGS: Said(
        "前十行没有认得的表头",
        "첫 열줄에 아는 제목이 없습니다",
        "no known heading in its first ten rows",
    ),
    Unreadable.HEADING_TWICE: Said("表头重复", "제목이 겹칩니다", "a heading stands twice"),
    Unreadable.HEADING_LACKS: Said("缺少这几列", "이 칸이 없습니다", "lacks these columns"),
    Unreadable.NOT_GEOJSON: Said(
        "不是GeoJSON地图文件", "GeoJSON 지도파일이 아닙니다", "is no GeoJSON file"
    ),
}

#: How a place in the file is called.
ROW = Said("第{row}行", "{row}행", "row {row}")


def sentence(kind: str, fault: Fault) -> str:
    """One fault in three languages: row, column, what stood there, and why."""
    known = KINDS[kind].get(fault.column)
    columns = known[:3] if known else (fault.column,) * 3
    parts = []
    for place, column, words in zip(ROW, columns, WORDS[fault.reason], strict=True):
        where = place.format(row=fault.row) if fault.row else ""
        about = " ".join(
            part for part in (where, column, f"[{fault.value}]" if fault.value else "") if part
        )
        parts.append(f"{about}: {words}")
    return " / ".join(parts)
