"""What deploy/ and docs/operations.md name is there: settings, metrics, commands."""

import re
from pathlib import Path

import pytest
import typer.main

from bot import cli
from bot.health import Stored, Vitals, lines
from bot.house import STOP_S
from bot.settings import PREFIX, Settings

ROOT = Path(cli.__file__).parents[1]
PAGES = sorted(path for path in (ROOT / "deploy").rglob("*") if path.is_file())
MANUAL = ROOT / "docs" / "operations.md"
#: Read by the compose file and the proxy, not by the bot.
NOT_THE_BOTS = {"OFFICES", "OFFICE_NETWORK", "DATABASE_PASSWORD", "DOMAIN", "LOCK", "REPLICAS"}


@pytest.mark.parametrize("page", [*PAGES, MANUAL], ids=lambda page: page.name)
def test_every_setting_that_is_named_is_one(page: Path) -> None:
    named = {name.lower() for name in re.findall(rf"{PREFIX}([A-Z_]+)", page.read_text())}

    unknown = named - set(Settings.model_fields) - {name.lower() for name in NOT_THE_BOTS}
    assert unknown == set()


def test_containers_are_given_every_setting() -> None:
    bot = (ROOT / "deploy" / "compose.yaml").read_text().partition("  bot: &bot\n")[2]
    image = (ROOT / "deploy" / "Containerfile").read_text()
    given = set(
        re.findall(rf"^      ({PREFIX}[A-Z_]+):", bot.partition("\n  bot2:")[0], re.MULTILINE)
    )
    given |= set(re.findall(rf"{PREFIX}[A-Z_]+(?==)", image))

    known = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}
    assert known - given == {f"{PREFIX}CLOCK_URL"}, "a sandbox's clock is not for an office"


def test_whoever_kills_waits_as_long_as_a_stop_may_take() -> None:
    unit = (ROOT / "deploy" / "systemd" / "gridwhistle@.service").read_text()
    compose = (ROOT / "deploy" / "compose.yaml").read_text()
    waits = [
        int(re.findall(r"^TimeoutStopSec=(\d+)$", unit, re.MULTILINE)[0]),
        int(re.findall(r"stop_grace_period: (\d+)s", compose)[0]),
    ]

    assert min(waits) > STOP_S
    assert f"{max(waits)} s (`TimeoutStopSec`)" in MANUAL.read_text()


def test_every_metric_that_alarms_is_told() -> None:
    rules = (ROOT / "deploy" / "prometheus-rules.yaml").read_text()
    stored = Stored(0, 0.0, 0, 0, 0, calendar_known=True)
    counted = dict.fromkeys(
        (
            "updates_taken",
            "updates_sent_back",
            "updates_turned_away",
            "messages_sent",
            "floods",
        ),
        0,
    )
    seen = Vitals(
        healthy=True,
        database="ok",
        trouble=None,
        last_beat_s=0.0,
        last_send_s=0.0,
        posts={"sender": True},
        counted=counted,
        stored=stored,
    )
    told = {re.split(r"[{ ]", line)[0] for line in lines(seen) if not line.startswith("#")}

    assert set(re.findall(r"gridwhistle_[a-z_]+", rules)) <= told


def test_every_alarm_stands_in_the_manual() -> None:
    rules = (ROOT / "deploy" / "prometheus-rules.yaml").read_text()
    manual = MANUAL.read_text()

    alerts = set(re.findall(r"alert: (\w+)", rules))
    assert {alert for alert in alerts if alert not in manual} == set()


def test_every_line_of_the_log_that_somebody_is_told_to_look_for_is_written() -> None:
    table = [line.split("|")[1] for line in MANUAL.read_text().splitlines() if line[:1] == "|"]
    named = {word for cell in table for word in re.findall(r"`([a-z]+_[a-z_]+)`", cell)}
    sources = [
        path.read_text() for room in ("bot", "models") for path in (ROOT / room).glob("*.py")
    ]
    advice = "".join(
        (ROOT / "bot" / f"{name}.py").read_text() for name in ("checkup", "service_checkup")
    )
    named |= set(re.findall(r"action=(\w+)", advice))
    written = "".join([*sources, *(page.read_text() for page in PAGES)])

    assert {"webhook_secret", "notice_broken", "unit_failed"} <= named
    assert {
        one for one in named if f'"{one}"' not in written and f'"action={one} ' not in written
    } == set()


def test_every_command_in_the_manual_is_one() -> None:
    commands = typer.main.get_command(cli.app).commands  # type: ignore[attr-defined]  # a group
    said = re.findall(r"`gridwhistle ([a-z]+)", MANUAL.read_text())

    assert {"backup", "restore", "webhook", "check", "migrate"} <= set(said)
    assert set(said) <= set(commands)
