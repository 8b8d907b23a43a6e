"""What the fuzzer begins with: what people write, what buttons and links carry, and what once broke a parser."""

import csv
from pathlib import Path

from handlers.buttons import ARGUMENTS, Tap, Verb
from tests.factories import BEATEN, BEATEN_KO, LEAK, LEAK_KO, WAGES

_REPLAYED = Path(__file__).parents[1] / "stories" / "replay.csv"

#: What breaks programs: half characters are mended before anybody reads (handlers/heard.py).
ODD = (
    "x" * 4096, "漏" * 4096, "😀😀😀", "\u202e倒着写的字\u202c", "<b>漏水</b> & <script>alert(1)</script>",
    "漏\x00水", "\u200b\u200d", "{number}", "%s", "'; drop table", "٣", "Ⅷ", "½", "９" * 400, "\ufffd",
)  # fmt: skip


def _replayed() -> tuple[str, ...]:
    with _REPLAYED.open(encoding="utf-8", newline="") as file:
        return tuple(row["text"] for row in csv.DictReader(file))


TEXTS = (
    LEAK, LEAK_KO, WAGES, BEATEN, BEATEN_KO, *_replayed(), *ODD,
    "루수가 심합니다", "누수가 심합니다", "리혼하려고 합니다", "이혼하려고 합니다", "칼국수집이 시끄럽습니다",
    "돈을빌려주었는데갚지않습니다", "남편이 나를 때린 적은 없습니다", "他没有打我", "下午两点打13900000000",
    "There is water coming through the ceiling", "Вода течёт с потолка",
)  # fmt: skip
AMOUNTS = (
    "18.6万元", "18만 6,000원", "三万五", "三万零五块", "两百三", "삼만오천원", "共欠37万", "열두명", "서른두", "五六个人",
    "12명", "三十五个工人", "1,000,000.50元", "9" * 400 + "万元", "億" * 40, "一" * 60, "2억 3천만원", "0", "-3",
)  # fmt: skip
DAYS = (
    "11月28日下午2点", "모레 오후 2시", "12.6", "2026-02-30", "9999-12-31", "२०२६年२月३०日", "99日", "大后天",
    "10日内", "3号楼", "30일까지", "2月29日", "12月31日 23:59", "저녁 8시", "上午12点",
)  # fmt: skip
NUMBERS = (
    "123-0", "26-222401-000001-7", "26222401000123 0", "一二三杠零", "编号123-0号", "백이십삼 다시 령", "№ 1-0",
    "000000-0", "１２３－０", "26-222401-000123-٣", "一百二十三-0", "999999-9",
)  # fmt: skip
PAYLOADS = (
    "g_222401002002003_zh", "g_222401002002003_ko", "g_999999999999_zh", "i_unknown", "p_" + "A" * 22, "c_1_x",
    "i_", "p_", "g_", "g_1_ko", "%s", "𝔤_1_zh", "_", "\x00",
)  # fmt: skip
TAPS = (
    *(
        Tap(verb, 123, 7, arg).write()
        for verb in Verb
        for arg in sorted(ARGUMENTS.get(verb, {""}))[:2]
    ),
    "take", "drop:1:1", "kept:1:1:zzz", "day_is:1:1:202612312359", "day_is:1:1:999", "x" * 64, "page:1:0:court",
    "order_due:1:1:202602302359", "months:1jqg:0", "open:-1y2p0ij32e8e7:1", "give:1:0:judge-1", "take:٣:1",
)  # fmt: skip
FILES = (
    b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"OggS\0", b"%PDF-1.7", b"RIFF\0\0\0\0WEBP",
    b"\0\0\0\x18ftypmp42\0\0\0\0isomM4V ", b"\xff\xfb\x90\x64", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    b"PK\x03\x04", b"PK\x05\x06" + b"\0" * 18, b"<html>", "说好三天修好。".encode("gb18030"), b"\xff\xfe\x00\xd8",
)  # fmt: skip
