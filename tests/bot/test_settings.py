import os
from pathlib import Path

import pytest

from bot.settings import PREFIX, Settings, SettingsInvalid


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch):
    def put(**values: str) -> None:
        for name in [name for name in os.environ if name.startswith(PREFIX)]:
            monkeypatch.delenv(name)
        for name, value in values.items():
            monkeypatch.setenv(PREFIX + name, value)

    return put


def test_a_token_is_all_that_must_be_set(environment):
    environment(BOT_TOKEN="123456:ABC")
    settings = Settings.load()
    assert settings.bot_id == 123456
    assert settings.database == "sqlite:///data/gridwhistle.sqlite3"
    assert settings.key_file == Path("data/keys.json")
    assert settings.zone.key == "Asia/Shanghai"
    assert not settings.in_sandbox


def test_without_a_token_the_start_names_the_variable_in_both_languages(environment):
    environment()
    with pytest.raises(SettingsInvalid, match="请设置环境变量 GRIDWHISTLE_BOT_TOKEN / Please set"):
        Settings.load()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("BOT_TOKEN", "not-a-token-secret"),
        ("API_BASE_URL", "ftp://secret.example"),
        ("PROXY", "socks5://secret:1"),
        ("TIMEZONE", "Mars/Secret"),
        ("DATABASE_URL", "mysql://secret"),
        ("MODE", "secret-mode"),
        ("LEASE_S", "-1"),
        ("BEAT_S", "secret"),
        ("LOG", "secret"),
    ],
)
def test_what_does_not_fit_is_named_but_never_repeated(environment, name, value):
    environment(**{"BOT_TOKEN": "123456:ABC", name: value})
    with pytest.raises(SettingsInvalid) as refusal:
        Settings.load()
    assert PREFIX + name in str(refusal.value)
    assert "secret" not in str(refusal.value).lower()


def test_every_wrong_variable_is_named_at_once(environment):
    environment(LEASE_S="0", BEAT_S="0")
    with pytest.raises(SettingsInvalid) as refusal:
        Settings.load()
    assert all(PREFIX + name in str(refusal.value) for name in ("BOT_TOKEN", "LEASE_S", "BEAT_S"))


@pytest.mark.parametrize(
    ("listen", "url", "at"),
    [
        ("", "", None),
        ("8090", "", ("127.0.0.1", 8090)),
        ("localhost:8090", "http://127.0.0.1:8090", ("localhost", 8090)),
        ("[::1]:8090", "https://office.example", ("::1", 8090)),
        ("0.0.0.0:8090", "https://office.example:8443/", ("0.0.0.0", 8090)),
    ],
)
def test_the_back_office_is_off_or_here_or_sealed_on_the_way(environment, listen, url, at):
    environment(BOT_TOKEN="1:A", BACKOFFICE_LISTEN=listen, BACKOFFICE_URL=url)

    settings = Settings.load()

    assert settings.backoffice_listens == at
    assert settings.backoffice_url == url.rstrip("/")


@pytest.mark.parametrize(
    ("listen", "url"),
    [
        ("0.0.0.0:8090", ""),
        ("0.0.0.0:8090", "http://127.0.0.1:8090"),
        ("8090", "http://office.example"),
        ("8090", "https://office.example/path"),
        ("8090", "office.example"),
        ("99999", ""),
        ("here:", ""),
    ],
)
def test_a_back_office_that_could_be_read_on_the_way_is_refused(environment, listen, url):
    environment(BOT_TOKEN="1:A", BACKOFFICE_LISTEN=listen, BACKOFFICE_URL=url)
    with pytest.raises(SettingsInvalid, match="BACKOFFICE"):
        Settings.load()


def test_a_demonstration_is_not_a_sandbox(environment):
    environment(BOT_TOKEN="123456:ABC", DEMO="true", CLOCK_URL="http://127.0.0.1:1/sandbox/clock")
    with pytest.raises(SettingsInvalid, match="GRIDWHISTLE_DEMO"):
        Settings.load()


def test_every_setting_says_what_it_means():
    assert all(field.description for field in Settings.model_fields.values())


def test_the_token_is_not_shown_by_printing_the_settings(environment):
    environment(BOT_TOKEN="123456:VERYSECRET")
    assert "VERYSECRET" not in repr(Settings.load())
