"""The poster: two codes that open the chat at the place in each language, and no poster where nobody answers."""

import io
from pathlib import Path

import pytest
import segno
import zxingcpp
from PIL import Image

from bot import poster
from bot.poster import Sheet, link, pages, pdf
from models.vocabulary import Language
from tests.bot.test_cli import Command, gridwhistle, joined_town

__all__ = ["gridwhistle", "joined_town"]

SHEET = Sheet(
    "222401002002003",
    {Language.ZH: "北山街道丹山社区第3网格", Language.KO: "북산가두 단산사회구역 제3격자"},
    {Language.ZH: "北山街道", Language.KO: "북산가두"},
    "0433-2500000",
    "1-5 08:30-11:30,13:00-17:00",
)


def test_each_code_opens_the_chat_at_the_place_in_its_language():
    assert (
        link("a_bot", SHEET.code, Language.ZH) == "https://t.me/a_bot?start=g_222401002002003_zh"
    )
    assert (
        link("a_bot", SHEET.code, Language.KO) == "https://t.me/a_bot?start=g_222401002002003_ko"
    )
    words = poster._words(SHEET, "a_bot", Language.KO)
    assert words["hours"] == "개방시간: 월요일–금요일 08:30–11:30, 13:00–17:00"
    assert str(words["qr"]).count("<path") == 1
    assert segno.make(link("a_bot", SHEET.code, Language.KO), error="m").symbol_size()[0] <= 45


def test_a_sheet_is_a_page_of_pdf_and_a_picture():
    made = pdf([SHEET, SHEET], "a_bot")

    assert made.startswith(b"%PDF-")
    pictures = pages([SHEET, SHEET], "a_bot")
    assert len(pictures) == 2
    assert all(one.startswith(b"\x89PNG") for one in pictures)


def test_a_phone_reads_chinese_on_the_left_and_korean_on_the_right():
    (picture,) = pages([SHEET], "a_bot")

    with Image.open(io.BytesIO(picture)) as paper:
        codes = zxingcpp.read_barcodes(paper)

    assert [one.text for one in sorted(codes, key=lambda one: one.position.top_left.x)] == [
        link("a_bot", SHEET.code, language) for language in (Language.ZH, Language.KO)
    ]


def test_nothing_and_too_much_are_refused():
    for sheets in ([], [SHEET] * 401):
        with pytest.raises(ValueError, match="posters"):
            pdf(sheets, "a_bot")


def test_a_street_is_one_file_and_what_is_there_is_not_overwritten(
    gridwhistle: Command, joined_town: None, tmp_path: Path
):
    out = tmp_path / "street.pdf"

    said = gridwhistle("poster", "--area", "222401002002", "--out", str(out), "--bot", "yanji_bot")

    assert said.code == 0
    assert said.out.strip() == f"{out}: 3"
    assert out.read_bytes().startswith(b"%PDF-")
    assert (
        gridwhistle(
            "poster", "--area", "222401002002", "--out", str(out), "--bot", "yanji_bot"
        ).code
        == 2
    )


def test_the_town_is_covered_and_a_plan_changes_nothing(
    gridwhistle: Command, joined_town: None, tmp_path: Path
):
    assert gridwhistle("coverage").code == 0
    plan = gridwhistle("import", "areas", "dehui")
    assert plan.code == 0
    assert "--apply" in plan.out
    assert gridwhistle("import", "areas", "dehui", "--apply", demo="true").code == 0
    again = gridwhistle("import", "areas", "dehui", "--apply", demo="true")
    assert "new: 0" in again.out

    lacking = gridwhistle("coverage")
    assert lacking.code == 1
    assert "the chain ends nowhere" in lacking.out
    refused = gridwhistle(
        "poster", "--area", "220183000000", "--out", str(tmp_path / "d.pdf"), "--bot", "yanji_bot"
    )
    assert refused.code == 2

    assert gridwhistle("template", "roster", "--out", str(tmp_path / "t.xlsx")).code == 0
    assert gridwhistle("import", "roster", str(tmp_path / "t.xlsx")).code == 0
    missing = gridwhistle("import", "roster", str(tmp_path / "none.xlsx"))
    assert (missing.code, missing.out) == (2, "")
    assert "no such file" in missing.err
