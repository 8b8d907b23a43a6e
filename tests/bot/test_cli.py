"""The command line: it says plainly what is wrong, changes only what it says, and plays the town to the end."""

import asyncio
import os
import re
import sqlite3
import stat
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple
from unicodedata import east_asian_width

import pytest
from pydantic import SecretStr
from sqlalchemy import delete, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from bot import cli
from bot.deadman import felt
from bot.keys import open_keys
from bot.ledger import writing
from bot.mendable import how_to_mend
from bot.office_rules import OfficeFileRefused, rules_of
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.town import ROSTER, seed_yanji
from bot.settings import PREFIX, Settings
from cases.access import Doing, Sight
from cases.actions.mediation import digest
from models.back_office import RosterRecord
from models.evidence import Evidence
from models.person import Person
from models.sealed import Keyring
from models.store import Store
from models.vocabulary import EvidenceKind, EvidenceState, RosterChange
from tests.bot.small_house import MORNING

ROOT = Path(cli.__file__).parents[1]


NOBODY = "postgresql://nobody@127.0.0.1:9/office?connect_timeout=2"


class Said(NamedTuple):
    code: int
    out: str
    err: str


Command = Callable[..., Said]


@pytest.fixture
def gridwhistle(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Command:
    """The command in a folder of its own, with nothing in the environment but that folder."""
    for name in [name for name in os.environ if name.startswith(PREFIX)]:
        monkeypatch.delenv(name)
    monkeypatch.setenv(f"{PREFIX}DATA_DIR", str(tmp_path / "office"))

    def run(*arguments: str, **environment: str) -> Said:
        with monkeypatch.context() as patch:
            patch.setattr(sys, "argv", ["gridwhistle", *arguments])
            for name, value in environment.items():
                patch.setenv(f"{PREFIX}{name.upper()}", value)
            try:
                cli.main()
                code = 0
            except SystemExit as stopped:
                code = int(stopped.code or 0)
            finally:
                os.environ.pop(f"{PREFIX}BOT_TOKEN", None)
        said = capsys.readouterr()
        return Said(code, said.out, said.err)

    return run


def everything_in(folder: Path) -> str:
    with sqlite3.connect(folder / "office" / "gridwhistle.sqlite3") as database:
        said = "\n".join(database.iterdump())
    database.close()
    return said


@pytest.fixture
def joined_town(tmp_path: Path, gridwhistle: Command) -> None:
    """Yanji in the office's folder, everybody with an account."""
    office = Settings(bot_token=SecretStr("0:none"), data_dir=tmp_path / "office", demo=True)
    open_keys(office)
    with writing(office) as store:
        store.transact(lambda session: seed_yanji(session, MORNING, joined=True))


def test_the_ledger_of_a_month_is_written_and_names_need_somebody(
    joined_town: None, tmp_path: Path, gridwhistle: Command
):
    out = tmp_path / "november.csv"
    plain = gridwhistle("export", "--month", "2026-11", "--out", str(out))
    assert (plain.code, out.read_bytes()[:3]) == (0, b"\xef\xbb\xbf")
    before = everything_in(tmp_path)

    for wrong in (
        ("--month", "2026-13", "--out", str(out)),
        ("--month", "2026-11", "--out", str(tmp_path / "november.pdf")),
        ("--month", "2026-11", "--out", str(out), "--format", "pdf"),
        ("--month", "2026-11", "--out", str(out), "--with-names"),
        ("--month", "2026-11", "--out", str(out), "--with-names", "--by", "nobody"),
        ("--month", "2026-11", "--out", str(out), "--columns", str(tmp_path / "none.csv")),
    ):
        assert gridwhistle("export", *wrong).code == 2
    assert everything_in(tmp_path) == before
    for name, form in (("november.xlsx", ()), ("november", ("--format", "xlsx"))):
        book = tmp_path / name
        assert gridwhistle("export", "--month", "2026-11", "--out", str(book), *form).code == 0
        assert zipfile.is_zipfile(book)
    named = ("--with-names", "--by", "supervisor_ren")
    assert (
        gridwhistle("export", "--month", "2026-11", "--out", str(out), *named, demo="true").code
        == 0
    )


def test_without_a_token_the_bot_says_one_sentence_and_does_not_start(gridwhistle: Command):
    said = gridwhistle("run")

    assert said.code == 2
    assert said.err.count("\n") == 1
    assert said.err.startswith("请设置环境变量 GRIDWHISTLE_BOT_TOKEN / Please set")


@pytest.mark.parametrize("command", [("case", "123"), ("route", "--place", "丹山")])
def test_looking_makes_no_database_and_says_what_to_do(
    gridwhistle: Command, tmp_path: Path, command: tuple[str, ...]
):
    said = gridwhistle(*command)

    assert (said.code, said.out) == (2, "")
    assert "gridwhistle migrate" in said.err
    assert not (tmp_path / "office").exists()


def test_an_office_is_told_everything_that_is_wrong_and_how_to_mend_it(
    gridwhistle: Command, tmp_path: Path
):
    first = gridwhistle("check")
    assert first.code == 1
    assert "no token is set" in first.out
    assert "→ gridwhistle migrate" in first.out

    gridwhistle("seed", "yanji")
    (tmp_path / "office" / "keys.json").chmod(0o644)
    second = gridwhistle("check")

    assert second.code == 1
    for sentence in (
        "no telephone of the centre",
        f"{len(ROSTER)} of the roster have not joined",
        "nobody is at the duty desk",
        "the key file can be read by others",
    ):
        assert sentence in second.out
    assert "ends nowhere" not in second.out
    assert len(re.findall("[一-鿿]", second.out)) > 20
    mended = re.search(r"chmod 600 (\S+)", second.out)
    assert mended is not None
    Path(mended[1]).chmod(0o600)
    assert "read by others" not in gridwhistle("check").out


def test_a_store_for_evidence_that_is_away_is_named_with_its_variable_and_nothing_is_copied(
    gridwhistle: Command, tmp_path: Path
):
    gridwhistle("seed", "yanji")
    share = (tmp_path / "share").as_uri()
    said = gridwhistle("check", evidence_url=share)
    assert "GRIDWHISTLE_EVIDENCE_URL" in said.out
    assert "no such folder" in said.out

    for command in (("backup", str(tmp_path / "copy.tar")), ("check",)):
        wrong = gridwhistle(*command, evidence_url="nosuch://bucket")
        assert wrong.code != 0
        assert "nosuch://" in wrong.out + wrong.err
    assert not (tmp_path / "copy.tar").exists()


def test_an_office_in_which_only_the_calendar_is_open_is_told_nothing_else(
    gridwhistle: Command, joined_town: None
):
    said = gridwhistle(
        "check", bot_token="1:A", hotline="0433-0000000", alarm_url="http://127.0.0.1:9"
    )

    wrong = [line for line in said.out.splitlines() if line.startswith("- ")]
    assert all("make-up workdays" in line for line in wrong)
    assert said.code == (1 if wrong else 0)


def test_invented_people_are_refused_by_a_live_database(gridwhistle: Command, tmp_path: Path):
    assert gridwhistle("migrate").code == 0
    before = everything_in(tmp_path)

    said = gridwhistle("seed", "yanji")

    assert said.code == 2
    assert "live" in said.err
    assert everything_in(tmp_path) == before


def test_the_keys_of_a_new_office_are_its_owners_alone(gridwhistle: Command, tmp_path: Path):
    gridwhistle("migrate")

    mode = (tmp_path / "office" / "keys.json").stat().st_mode
    assert stat.S_IMODE(mode) == 0o600


def test_no_new_keys_are_made_over_words_that_lost_ones_sealed(
    gridwhistle: Command, joined_town: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    keys = tmp_path / "office" / "keys.json"
    keys.rename(tmp_path / "kept.json")
    monkeypatch.setattr("bot.keys.KEYRING", Keyring())  # another process

    said = gridwhistle("migrate", demo="true")
    assert (said.code, keys.exists()) == (2, False)
    assert "put that key file back" in said.err
    found = gridwhistle("check", demo="true")
    assert "密钥文件" in found.out
    assert f"put the key file back at {keys}" in found.out

    (tmp_path / "kept.json").rename(keys)
    assert gridwhistle("migrate", demo="true").code == 0


def test_routing_says_who_and_why_in_both_languages_and_writes_nothing(
    gridwhistle: Command, joined_town: None, tmp_path: Path
):
    before = everything_in(tmp_path)

    said = gridwhistle("route", "--place", "丹山", "--lang", "ko")

    assert said.code == 0
    assert "1. 法官丙: 丹山社区、懂朝鲜语 / 법관 병: 단산사회구역, 조선어 가능" in said.out
    assert "2. 法官助理庚: 北山街道、懂朝鲜语、前面没有人时接替" in said.out
    assert "1. 调解员乙" in said.out
    assert everything_in(tmp_path) == before


def test_a_place_that_is_nowhere_is_one_sentence(gridwhistle: Command, joined_town: None):
    said = gridwhistle("route", "--place", "亚特兰蒂斯")

    assert said.code == 2
    assert said.err.count("\n") == 1


def test_a_number_that_no_case_has_is_one_sentence(gridwhistle: Command, joined_town: None):
    said = gridwhistle("case", "999")

    assert said.code == 2
    assert "no case has this number" in said.err


def test_pages_made_from_code_are_what_the_code_says():
    page = (ROOT / "docs" / "lifecycle.md").read_text(encoding="utf-8")

    assert "registered --> accepted: accept" in page


def test_the_rights_are_printed_aligned_and_in_three_languages(gridwhistle: Command):
    printed = gridwhistle("access").out

    rows = [line for line in printed.splitlines() if line.endswith(("●", "·"))]
    assert len(rows) == len(Doing) + len(Sight)
    assert len({columns(line) for line in rows}) == 1
    assert "打开案件卡片 · 사건 카드 열기 · open its card" in printed
    assert (ROOT / "docs" / "access.md").read_text(encoding="utf-8") == (
        gridwhistle("access", "--markdown").out
    )


def columns(line: str) -> int:
    """How wide a line stands on a terminal."""
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in line)


def test_a_stale_page_is_noticed_and_mended(
    gridwhistle: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    assert gridwhistle("docs", "--check").code == 0
    monkeypatch.setattr(cli, "_REPOSITORY", tmp_path)

    assert gridwhistle("docs", "--check").code == 1
    assert gridwhistle("docs").code == 0
    assert gridwhistle("docs", "--check").code == 0
    (tmp_path / "docs" / "lifecycle.md").write_text("an older chart")
    assert gridwhistle("docs", "--check").code == 1


async def program(*arguments: str, **environment: str) -> tuple[int, str, float]:
    """The command as a program of its own, without a terminal: exit code, all it printed, seconds to its first line."""
    clock = asyncio.get_running_loop().time
    began = clock()
    started = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        *arguments,
        cwd=ROOT,
        env={**os.environ, **environment},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    assert started.stdout is not None
    first = await started.stdout.readline()
    waited = clock() - began
    rest = await started.stdout.read()
    return await started.wait(), (first + rest).decode(), waited


def has_a_telephone(session: Session) -> None:
    judge = session.scalars(select(Person).where(Person.code == "judge_bing")).one()
    judge.phone = "13900001234"


def test_a_rota_is_planned_then_written_and_twice_is_once(
    gridwhistle: Command, joined_town: None, tmp_path: Path
):
    file = tmp_path / "rota.csv"
    file.write_text(
        "工号,值班区域,值班岗位,上班时间,下班时间\n"
        "judge_bing,222401002000,法官,2027-01-01 20:00,08:00\n"
        "judge_bing,222401002000,法官,2027-01-02 20:00,2027-01-01 08:00\n",
        encoding="gb18030",
    )

    planned = gridwhistle("import", "rota", str(file), demo="true")
    written = gridwhistle("import", "rota", str(file), "--apply", demo="true")
    again = gridwhistle("import", "rota", str(file), "--apply", demo="true")

    assert "new shifts: 1" in planned.out
    assert "a plan only" in planned.out
    assert "第3行 下班时间 [2027-01-01 08:00]: 下班早于上班" in planned.out
    assert (planned.code, written.code, again.code) == (1, 1, 1)  # a row was refused
    assert "done: 1" in written.out
    assert "new shifts: 0" in again.out
    assert "unchanged: 1" in again.out


def test_that_a_list_was_brought_in_is_written_down_once(
    gridwhistle: Command, joined_town: None, tmp_path: Path
):
    file = tmp_path / "roster.csv"
    file.write_text("工号,姓名,职务,责任区域\nM9,崔,调解员,222401002002\n", encoding="utf-8")

    gridwhistle("import", "roster", str(file), demo="true")
    for _ in range(2):
        gridwhistle("import", "roster", str(file), "--apply", demo="true")

    office = Settings(bot_token=SecretStr("0:none"), data_dir=tmp_path / "office", demo=True)
    with writing(office) as store:
        rows = store.read(
            lambda session: [
                (row.kind, row.actor_id, row.facts)
                for row in session.scalars(select(RosterRecord))
            ]
        )
    assert rows == [(RosterChange.PEOPLE_LIST, None, {"new": 2})]


async def test_an_invitation_is_a_link_of_this_bot_that_is_kept_only_as_a_digest(
    gridwhistle: Command, joined_town: None, tmp_path: Path
):
    office = Settings(bot_token=SecretStr("0:none"), data_dir=tmp_path / "office", demo=True)
    with writing(office) as store:
        store.transact(has_a_telephone)
    async with Sandbox.open(at=MORNING, bot_username="yanji_bot") as telegram:
        environment = {
            f"{PREFIX}BOT_TOKEN": telegram.token,
            f"{PREFIX}API_BASE_URL": telegram.base_url,
            f"{PREFIX}DEMO": "true",
        }
        code, said, _ = await program("invite", "judge_bing", **environment)
        unknown, refusal, _ = await program("invite", "nobody", **environment)

    link = re.search(r"https://t\.me/yanji_bot\?start=i_([\w-]+)", said)
    assert code == 0, said
    assert link is not None
    assert "有效至" in said
    assert digest(link[1]) in everything_in(tmp_path)
    assert link[1] not in everything_in(tmp_path)
    spoken = re.search(r"spoken code: (\d{4}) (\d{4}) \(/join\)", said)
    assert spoken is not None
    assert "".join(spoken.groups()) not in everything_in(tmp_path)
    assert unknown == 2
    assert "nobody is not on the roster" in refusal


async def test_the_webhook_is_set_shown_and_deleted_and_check_says_when_it_is_not_as_set(
    joined_town: None, tmp_path: Path
):
    async with Sandbox.open(at=MORNING) as telegram:
        environment = {
            f"{PREFIX}BOT_TOKEN": telegram.token,
            f"{PREFIX}API_BASE_URL": telegram.base_url,
            f"{PREFIX}DATA_DIR": str(tmp_path / "office"),
            f"{PREFIX}MODE": "webhook",
            f"{PREFIX}WEBHOOK_URL": "https://localhost:1/telegram",
            f"{PREFIX}WEBHOOK_SECRET": "a-secret",
        }
        _, before, _ = await program("check", "--online", **environment)
        code, _, _ = await program("webhook", "set", **environment)
        known = dict(telegram.profile.webhook)
        _, shown, _ = await program("webhook", "show", **environment)
        _, after, _ = await program("check", "--online", **environment)
        await program("webhook", "delete", **environment)

    assert "→ gridwhistle webhook set" in before
    assert (code, known["url"], known["secret_token"]) == (
        0,
        "https://localhost:1/telegram",
        "a-secret",
    )
    assert "callback_query" in known["allowed_updates"]
    assert "https://localhost:1/telegram" in shown
    assert "a-secret" not in shown
    assert "webhook set" not in after
    assert telegram.profile.webhook == {}


@pytest.mark.parametrize(
    "lacking", [{}, {"mode": "polling", "webhook_secret": "a-secret"}], ids=["both", "the mode"]
)
async def test_a_webhook_is_not_set_for_a_bot_that_fetches_or_has_no_secret(
    joined_town: None, lacking: dict[str, str]
):
    async with Sandbox.open(at=MORNING) as telegram:
        environment = {
            f"{PREFIX}{name.upper()}": value
            for name, value in (lacking | {"webhook_url": "https://localhost:1/telegram"}).items()
        }
        code, said, _ = await program(
            "webhook",
            "set",
            **{f"{PREFIX}BOT_TOKEN": telegram.token, f"{PREFIX}API_BASE_URL": telegram.base_url},
            **environment,
        )

    assert (code, telegram.profile.webhook) == (2, {})
    assert "GRIDWHISTLE_MODE=webhook" in said


def test_a_copy_is_made_and_put_back_by_the_commands(
    gridwhistle: Command, joined_town: None, tmp_path: Path
):
    file = tmp_path / "copy.tar"
    made = gridwhistle("backup", str(file))
    assert made.code == 0
    assert "keys are NOT in it" in made.out
    refused = gridwhistle("restore", str(file))
    assert refused.code == 2
    assert "only an empty one" in refused.err

    elsewhere = f"sqlite:///{tmp_path / 'elsewhere.sqlite3'}"
    assert (
        "The key file is missing"
        in gridwhistle(
            "restore", str(file), database_url=elsewhere, data_dir=str(tmp_path / "new")
        ).err
    )
    back = gridwhistle("restore", str(file), database_url=elsewhere)
    assert back.code == 0
    assert "people will be asked" in back.out


def test_a_copy_into_a_folder_that_is_not_there_is_one_sentence(
    gridwhistle: Command, joined_town: None, tmp_path: Path
):
    said = gridwhistle("backup", str(tmp_path / "gone" / "copy.tar"))

    assert (said.code, len(said.err.splitlines())) == (2, 1)
    assert "No such file or directory" in said.err


def test_a_copy_without_all_evidence_is_a_failure_that_the_night_shift_hears_of(
    gridwhistle: Command, joined_town: None, tmp_path: Path
):
    office = Settings(bot_token=SecretStr("0:none"), data_dir=tmp_path / "office", demo=True)
    with writing(office) as store:
        store.transact(lost_a_photo)
    file = tmp_path / "copy.tar"

    made = gridwhistle("backup", str(file))
    told = gridwhistle("check").out
    assert (made.code, file.exists()) == (3, True)
    assert "evidence is missing: ab/cd" in made.err
    assert "evidence is missing in the last backup" in told
    assert "no backup" not in told, "a copy was made"

    with writing(office) as store:
        store.transact(lambda session: session.execute(delete(Evidence)))
    assert gridwhistle("backup", str(file)).code == 0
    assert "backup" not in gridwhistle("check").out


def lost_a_photo(session: Session) -> None:
    """Its row is there, and its bytes are not."""
    felt(session, "beat")
    session.add(
        Evidence(
            person_id=session.scalars(select(Person.id)).first(),
            kind=EvidenceKind.PHOTO,
            state=EvidenceState.STORED,
            file_id="f",
            file_unique_id="u",
            announced_at=MORNING,
            address="ab/cd",
            sha256="abcd",
        )
    )


def test_a_database_that_newer_code_migrated_is_looked_into_and_not_migrated(
    gridwhistle: Command, joined_town: None, tmp_path: Path
):
    with sqlite3.connect(tmp_path / "office" / "gridwhistle.sqlite3") as database:
        database.execute("update alembic_version set version_num = '9999'")
    database.close()

    checked = gridwhistle("check").out
    migrated = gridwhistle("migrate", demo="true")
    assert "newer version" in checked
    assert "→ gridwhistle migrate" not in checked
    assert (migrated.code, "upgrade the program first" in migrated.err) == (2, True)
    assert gridwhistle("backup", str(tmp_path / "copy.tar")).code == 0


@pytest.mark.parametrize("command", [("check",), ("migrate",), ("restore", "copy.tar")])
def test_an_empty_key_file_is_one_sentence(
    gridwhistle: Command, tmp_path: Path, monkeypatch, command: tuple[str, ...]
):
    assert gridwhistle("migrate").code == 0
    (tmp_path / "office" / "keys.json").write_text("")
    (tmp_path / "copy.tar").touch()
    monkeypatch.chdir(tmp_path)

    said = gridwhistle(*command)
    assert said.code in {1, 2}
    assert "put your copy of it back" in said.out + said.err


@pytest.mark.timeout(180)
async def test_the_played_day_ends_with_nothing_unanswered(tmp_path: Path):
    kept = tmp_path / "kept"

    code, said, waited = await program("sandbox", "--keep", str(kept))

    assert code == 0, said
    assert "nothing unanswered" in said
    assert "虚构" in said.splitlines()[0]
    assert waited < 10  # on a busy machine; scripts/run has said its name before
    for seen in ("[보내기]", "[同意了，吹哨]", "(删除 삭제", "[만족]", "网格员丁 격자관리원 정"):
        assert seen in said
    environment = {
        f"{PREFIX}DATA_DIR": str(kept),
        f"{PREFIX}DATABASE_URL": f"sqlite:///{kept / 'yanji.sqlite3'}",
    }
    told, story, _ = await program("case", "123", **environment)
    assert told == 0, story
    assert "结案 사건종결" in story
    assert "乙 을" in story
    assert "웃집" not in story


def test_every_store_that_a_command_opened_is_closed(gridwhistle: Command, tmp_path: Path):
    gridwhistle("migrate")

    store = Store(f"sqlite:///{tmp_path / 'office' / 'gridwhistle.sqlite3'}")
    with store.engine.connect() as connection:
        connection.exec_driver_sql("select 1")  # BEGIN IMMEDIATE: nobody else holds the database
    store.close()


@pytest.mark.parametrize("command", [("backup", "copy.tar"), ("migrate",), ("check",)])
def test_a_database_that_does_not_answer_is_a_sentence_and_no_traceback(
    gridwhistle: Command, tmp_path: Path, command: tuple[str, ...]
) -> None:
    open_keys(Settings(bot_token=SecretStr("1:x"), data_dir=tmp_path / "office"))
    said = gridwhistle(*command, database_url=NOBODY)
    assert "does not answer" in said.err + said.out
    assert said.code == (1 if command == ("check",) else 2)


@pytest.mark.parametrize(
    ("setting", "written", "why"),
    [
        ("policy", "ack.yellow = 'soon'", "ack.yellow"),
        ("policy", "mediation.other = 31", "at most 30"),
        ("policy", "no toml", "line 1"),
        ("words", "word,flag\n", "columns"),
        ("words", None, "No such file"),
    ],
)
def test_a_file_of_the_office_that_does_not_fit_is_named_with_the_reason(
    gridwhistle: Command, tmp_path: Path, setting: str, written: str | None, why: str
) -> None:
    assert gridwhistle("migrate").code == 0
    file = tmp_path / "own"
    if written is not None:
        file.write_text(written)
    said = gridwhistle("check", **{setting: str(file)})
    assert said.code == 1
    named = f"GRIDWHISTLE_{setting.upper()}"
    assert [named in said.out, why in said.out] == [True, True]

    settings = Settings(bot_token=SecretStr("1:x"), data_dir=tmp_path / "office")
    with pytest.raises(OfficeFileRefused, match=named):
        rules_of(settings.model_copy(update={setting: file}))


def test_a_mistake_of_ours_is_no_sentence_about_the_database(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'any'}")
    with pytest.raises(OperationalError) as ours:
        store.read(lambda session: session.execute(text("select nothing")))
    store.close()
    assert how_to_mend(ours.value) is None
