"""What offices write above a column and into a cell, in Chinese, Korean and English, and the code it means.

Law: only these words are understood; what is not here is handed on as written, and refused by name.
"""

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, TypeVar

from cases.sheet import Cell
from models.vocabulary import AreaLevel, Category, Language, Role, Station

C = TypeVar("C", bound=str)

#: By kind of file and column: the first word in each language is the one of our template.
AREAS: Mapping[str, tuple[str, ...]] = {
    "code": (
        "区划代码",
        "구역코드",
        "code",
        "区域编码",
        "区域代码",
        "网格编码",
        "网格代码",
        "编码",
        "代码",
        "격자코드",
        "area code",
    ),
    "level": ("级别", "등급", "level", "层级", "区域级别", "급별"),
    "name_zh": (
        "名称",
        "중문이름",
        "name_zh",
        "中文名称",
        "区域名称",
        "网格名称",
        "name",
        "중문명칭",
        "명칭",
    ),
    "name_ko": ("朝鲜语名称", "조선어이름", "name_ko", "朝文名称", "조선문이름", "조선어명칭"),
    "aliases": ("别名", "별칭", "aliases", "曾用名", "俗称", "옛이름", "alias"),
    "parent": (
        "上级代码",
        "상급코드",
        "parent",
        "上级编码",
        "父级代码",
        "parent_code",
        "상급구역코드",
    ),
    "phone": ("中心电话", "중심전화", "phone", "电话", "联系电话", "전화"),
    "hours": ("开放时间", "개방시간", "hours", "办公时间", "사무시간"),
    "latitude": ("纬度", "위도", "latitude", "lat"),
    "longitude": ("经度", "경도", "longitude", "lon", "lng"),
}
ROSTER: Mapping[str, tuple[str, ...]] = {
    "code": ("工号", "번호", "code", "人员编号", "编号", "人员编码", "공호", "인원번호"),
    "name": ("姓名", "성명", "name", "名字", "이름"),
    "name_ko": ("朝鲜语姓名", "조선어성명", "name_ko", "朝文姓名", "조선문성명"),
    "phone": (
        "电话",
        "전화",
        "phone",
        "手机",
        "手机号",
        "手机号码",
        "联系电话",
        "电话号码",
        "联系方式",
        "핸드폰",
        "전화번호",
    ),
    "role": ("职务", "직무", "role", "岗位", "角色", "职责", "직책"),
    "station": ("所属单位", "소속단위", "station", "单位", "部门", "소속", "단위"),
    "area": (
        "责任区域",
        "담당구역",
        "area",
        "区域",
        "网格",
        "区划代码",
        "区域编码",
        "网格编码",
        "负责区域",
        "구역",
        "격자",
        "구역코드",
    ),
    "categories": ("专长", "전문", "categories", "擅长类别", "纠纷类别", "전문분야"),
    "languages": ("工作语言", "사업언어", "languages", "语言", "会讲语言", "언어"),
    "rank": ("顺位", "순위", "rank", "顺序", "次序", "순서"),
    "starts": ("任职日期", "시작일", "starts", "开始日期", "起始日期", "到岗日期", "임직일"),
    "ends": ("离任日期", "종료일", "ends", "结束日期", "截止日期", "끝나는날", "리임일"),
    "status": ("状态", "상태", "status", "在岗状态", "재직상태"),
    "reads": ("阅读语言", "읽는언어", "reads", "界面语言", "화면언어"),
}
ROTA: Mapping[str, tuple[str, ...]] = {
    "code": ROSTER["code"],
    "name": ROSTER["name"],
    "phone": ROSTER["phone"],
    "area": ("值班区域", "당직구역", *ROSTER["area"]),
    "role": ("值班岗位", "당직직무", *ROSTER["role"]),
    "begins": ("上班时间", "시작시간", "from", "开始时间", "值班开始", "上班", "开始", "시작"),
    "over": ("下班时间", "끝시간", "until", "结束时间", "值班结束", "下班", "结束", "끝", "마감"),
}
KINDS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "areas": AREAS,
    "roster": ROSTER,
    "rota": ROTA,
}

_LEVELS = {
    AreaLevel.PROVINCE: ("省", "自治区", "直辖市", "성", "省级"),
    AreaLevel.PREFECTURE: ("州", "市州", "地市", "地级", "주", "市级"),
    AreaLevel.COUNTY: ("县", "县市区", "区县", "县级", "현", "시현", "county"),
    AreaLevel.STREET: ("街道", "乡镇", "镇", "乡", "가두", "향진", "township", "乡级"),
    AreaLevel.COMMUNITY: ("社区", "村", "村社区", "사회구역", "촌", "village", "村级"),
    AreaLevel.GRID: ("网格", "基础网格", "专属网格", "격자"),
    AreaLevel.MICRO_GRID: ("微网格", "미세격자", "소격자"),
}
_ROLES = {
    Role.HELPER: ("楼栋长", "中心户长", "건물책임자", "helper"),
    Role.GRID_OFFICER: ("网格员", "网格长", "专职网格员", "격자관리원", "격자원"),
    Role.MEDIATOR: ("调解员", "人民调解员", "专职调解员", "조정원", "인민조정원"),
    Role.JUDGE: ("法官", "网格法官", "员额法官", "법관", "격자법관"),
    Role.JUDGE_ASSISTANT: ("法官助理", "助理", "법관보조"),
    Role.SUPERVISOR: (
        "综治中心负责人",
        "综治中心",
        "综治中心主任",
        "종합치리중심 책임자",
        "중심책임자",
    ),
    Role.COURT_SUPERVISOR: ("庭长", "法庭庭长", "정장"),
    Role.COORDINATOR: ("值班", "值班员", "值班岗", "당직", "당직원"),
    Role.ADMINISTRATOR: ("管理员", "系统管理员", "관리원", "관리자"),
    Role.RESIDENT: ("居民", "주민"),
}
_STATIONS = {
    Station.COURT: ("法院", "法庭", "人民法庭", "법원", "법정"),
    Station.JUSTICE_OFFICE: ("司法所", "사법소"),
    Station.FARM_STATION: ("农经站", "农业经济管理站", "농경소"),
    Station.VILLAGE_COMMITTEE: (
        "村委会",
        "村民委员会",
        "居委会",
        "居民委员会",
        "촌민위원회",
        "주민위원회",
    ),
    Station.STREET_OFFICE: (
        "街道办",
        "街道办事处",
        "镇政府",
        "乡政府",
        "가두판사처",
        "진정부",
        "향정부",
    ),
    Station.POLICE_STATION: ("派出所", "파출소"),
    Station.TRAFFIC_POLICE: ("交警", "交警大队", "교통경찰"),
    Station.LABOUR_OFFICE: ("人社局", "劳动监察", "劳动仲裁", "인력자원사회보장국"),
    Station.HEALTH_OFFICE: ("卫健局", "卫生院", "위생건강국"),
    Station.PROPERTY_OFFICE: ("住建局", "房产局", "주택건설국"),
}
_CATEGORIES = {
    Category.FAMILY: ("婚姻家庭", "婚姻", "家庭", "혼인가정"),
    Category.NEIGHBOURS: ("邻里", "相邻", "이웃"),
    Category.HOUSE_SITE: ("房屋宅基地", "宅基地", "가옥·택기지", "택기지"),
    Category.CONTRACT: ("合同", "계약"),
    Category.BUSINESS: ("生产经营", "생산경영"),
    Category.DAMAGES: ("损害赔偿", "손해배상"),
    Category.LAND: ("山林土地", "土地", "山林", "산림·토지", "토지"),
    Category.EXPROPRIATION: ("征地拆迁", "토지징수·철거", "철거"),
    Category.POLLUTION: ("环境污染", "환경오염"),
    Category.LABOUR: ("劳动争议", "劳动", "로동쟁의", "로동"),
    Category.CONSUMER: ("消费", "소비"),
    Category.MEDICAL: ("医疗", "医疗纠纷", "의료"),
    Category.TRAFFIC: ("道路交通事故", "交通事故", "交通", "도로교통사고", "교통"),
    Category.PROPERTY_MANAGEMENT: ("物业", "물업"),
    Category.OTHER: ("其他", "기타"),
}
_LANGUAGES = {
    Language.ZH: ("中文", "汉语", "汉", "汉语普通话", "普通话", "중국어", "한어", "zh", "chinese"),
    Language.KO: ("朝鲜语", "朝语", "朝", "朝文", "조선어", "조선말", "ko", "korean"),
}
_STATUS = {
    "left": ("离任", "离职", "退休", "调离", "리직", "리임", "퇴직"),
    "here": ("在任", "在岗", "在职", "재직", "재임"),
}
_BOTH = ("双语", "朝汉双语", "汉朝双语", "이중언어", "쌍어")


_HANGUL = re.compile(r"[가-힣]")


def _flat(said: str) -> str:
    folded = unicodedata.normalize("NFKC", said).casefold()
    return re.sub(r"[\s_*：:()（）·]+", "", folded)


def _backwards(words: Mapping[C, tuple[str, ...]]) -> dict[str, str]:
    return {_flat(one): str(code) for code, many in words.items() for one in (str(code), *many)}


_COLUMNS = {
    kind: {_flat(word): column for column, words in columns.items() for word in (column, *words)}
    for kind, columns in KINDS.items()
}
#: Columns whose cells are words for codes; those that hold several are read word by word.
_VALUES: Mapping[str, Mapping[str, str]] = {
    "level": _backwards(_LEVELS),
    "role": _backwards(_ROLES),
    "station": _backwards(_STATIONS),
    "status": _backwards(_STATUS),
    "reads": _backwards(_LANGUAGES),
    "categories": _backwards(_CATEGORIES),
    "languages": _backwards(_LANGUAGES),
}
_SEVERAL = frozenset({"categories", "languages"})
_BETWEEN = re.compile(r"[;；,，、/|\n]+")


def column_of(kind: str, heading: str) -> str | None:
    """The column that a heading names."""
    return _COLUMNS[kind].get(_flat(heading))


def value_of(column: str, cell: Cell) -> Cell:
    """The cell with known words turned into codes; anything else as it stands."""
    if column not in _VALUES or not isinstance(cell, str):
        return cell
    return _codes(column, cell)


@lru_cache(maxsize=1024)
def _codes(column: str, cell: str) -> str:
    """The same few words stand in all rows of a column."""
    words = _VALUES[column]
    if column not in _SEVERAL:
        return words.get(_flat(cell).removesuffix("纠纷"), cell.strip())
    parts = [part for part in _BETWEEN.split(cell) if part.strip()]
    if column == "languages":
        parts = [
            code
            for part in parts
            for code in (list(Language) if _flat(part) in map(_flat, _BOTH) else [part])
        ]
    return ";".join(words.get(_flat(part).removesuffix("纠纷"), part.strip()) for part in parts)


_WORDS: Mapping[str, Mapping[Any, tuple[str, ...]]] = {
    "level": _LEVELS,
    "role": _ROLES,
    "station": _STATIONS,
    "reads": _LANGUAGES,
    "languages": _LANGUAGES,
    "categories": _CATEGORIES,
}


def words_of(column: str, place: int) -> list[str]:
    """The words that a column's cells may hold, in Chinese (0) or Korean (1): the first of each."""
    found = []
    for many in _WORDS.get(column, {}).values():
        ours = [one for one in many if bool(_HANGUL.search(one)) == bool(place)]
        found += ours[:1]
    return found


def heading_of(kind: str, column: str, language: Language) -> str:
    """What our template writes above a column."""
    zh, ko, *_ = KINDS[kind][column]
    return ko if language is Language.KO else zh


def word_of(column: str, code: str, language: Language) -> str:
    """What our template writes into a cell for a code."""
    many = _WORDS[column][code]
    wanted = language is Language.KO
    return next(one for one in many if bool(_HANGUL.search(one)) == wanted)
