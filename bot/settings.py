"""Every setting of the bot, with its unit and default, read once from the environment.

Laws: a setting that does not fit stops the start and names its variable, in Chinese and English;
no setting's value is repeated in that sentence, since it may be a secret.
"""

import os
import re
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Self
from zoneinfo import ZoneInfo

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import SettingsConfigDict

from bot.evidence_address import evidence_address
from bot.office_settings import OfficeSettings
from models.vocabulary import Content

PREFIX = "GRIDWHISTLE_"
TELEGRAM = "https://api.telegram.org"
LISTEN = "127.0.0.1:8080"
PORTS = 1 << 16


class SettingsInvalid(Exception):
    """Something in the environment does not fit; the text names each variable, for the person who starts the bot."""


class Mode(StrEnum):
    """How updates come in."""

    POLLING = "polling"
    WEBHOOK = "webhook"


class LogKind(StrEnum):
    TEXT = "text"
    JSON = "json"


class AlarmFormat(StrEnum):
    """What is posted to the second way: what the group robots of 企业微信 and 钉钉 read, or the bare text."""

    GROUP_ROBOT = "group_robot"
    PLAIN = "plain"


Seconds = Annotated[float, Field(gt=0)]


class Settings(OfficeSettings):
    """What an office sets. Each field is the environment variable GRIDWHISTLE_<NAME>."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="ignore")

    bot_token: SecretStr = Field(
        description="the token that BotFather gave: digits, a colon, letters"
    )
    api_base_url: str = Field(
        default=TELEGRAM,
        description="address of the Bot API without the /bot part; a self-hosted server or the sandbox",
    )
    data_dir: Path = Field(
        default=Path("data"), description="folder of the database, the keys and the evidence files"
    )
    database_url: str = Field(
        default="",
        description="sqlite:///FILE or postgresql://…; empty: a SQLite file in the data folder",
    )
    evidence_url: str = Field(
        default="",
        description="file:///FOLDER or s3://BUCKET/PREFIX; empty: the folder `evidence` of the data folder",
    )
    database_pooled: bool = Field(
        default=False, description="true when the database is reached through pgbouncer"
    )
    mode: Mode = Field(default=Mode.POLLING, description="polling | webhook")
    webhook_url: str = Field(
        default="", description="https address at which Telegram reaches the webhook"
    )
    webhook_secret: SecretStr = Field(
        default=SecretStr(""), description="secret of the webhook, 1 to 256 of A-Z a-z 0-9 _ -"
    )
    webhook_connections: int = Field(
        default=40, ge=1, le=100, description="deliveries that Telegram makes at once"
    )
    listen: str = Field(
        default="",
        description="HOST:PORT for the webhook, /health and /metrics; empty: 127.0.0.1:8080 behind a webhook, else none",
    )
    proxy: str = Field(
        default="", description="http://HOST:PORT of a proxy on the way to Telegram; empty: none"
    )
    keys: Path | None = Field(
        default=None, description="file of the keys for sealed columns; made when absent"
    )
    policy: Path | None = Field(default=None, description="file with the office's own terms")
    words: Path | None = Field(default=None, description="file with the office's own danger words")
    hotline: str = Field(
        default="", description="telephone number of the centre, as it is to be read"
    )
    content: Content = Field(
        default=Content.FULL,
        description="full | number_only: what is sent unasked; number_only: the words open on a tap",
    )
    timezone: str = Field(default="Asia/Shanghai", description="name of the civil time zone")
    log: LogKind = Field(default=LogKind.TEXT, description="text | json")
    lease_s: Seconds = Field(
        default=10, description="seconds that a post is held without being renewed"
    )
    beat_s: Seconds = Field(default=30, description="seconds between two looks at the clocks")
    file_bytes: int = Field(
        default=20 << 20,  # what getFile gives; Bot API, File
        ge=1,
        le=512 << 20,
        description="bytes of the largest file that is kept; above 20971520 only with a self-hosted Bot API server",
    )
    clock_url: str = Field(
        default="", description="address of the sandbox's civil clock; empty: the real time"
    )
    alarm_url: SecretStr = Field(
        default=SecretStr(""),
        description="address that is told when nothing beats or can be sent; a group robot's, for instance",
    )
    alarm_format: AlarmFormat = Field(
        default=AlarmFormat.GROUP_ROBOT,
        description="group_robot (企业微信, 钉钉) | plain: what is posted to it",
    )
    silence_minutes: Seconds = Field(
        default=10, description="minutes without a beat or a message sent before somebody is told"
    )
    demo: bool = Field(
        default=False, description="a real token on a sandbox database: nobody handles anything"
    )

    @classmethod
    def load(cls) -> Self:
        """Read the environment.

        Raises:
            SettingsInvalid: naming every variable that does not fit.
        """
        try:
            return cls()  # type: ignore[call-arg]  # the token comes from the environment
        except ValidationError as misfit:
            raise SettingsInvalid(_named(misfit)) from None

    @field_validator("bot_token")
    @classmethod
    def _is_token(cls, token: SecretStr) -> SecretStr:
        number, colon, secret = token.get_secret_value().partition(":")
        if not (number.isascii() and number.isdigit() and colon and secret):
            raise ValueError("应为“数字:字母” / expected digits, a colon, letters")
        return token

    @field_validator("api_base_url", "clock_url", "proxy")
    @classmethod
    def _is_http(cls, url: str) -> str:
        if url and not url.startswith(("http://", "https://")):
            raise ValueError("应以 http:// 或 https:// 开头 / must begin with http:// or https://")
        return url.rstrip("/")

    @field_validator("timezone")
    @classmethod
    def _is_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (KeyError, OSError, ValueError):
            raise ValueError("没有这个时区 / no such time zone") from None
        return name

    @field_validator("database_url")
    @classmethod
    def _is_database(cls, url: str) -> str:
        if url and not url.startswith(
            ("sqlite:", "postgresql:", "postgresql+psycopg:", "postgres:")
        ):
            raise ValueError(
                "应为 sqlite 或 postgresql 地址 / must be a sqlite or postgresql address"
            )
        return url

    @field_validator("evidence_url")
    @classmethod
    def _is_store(cls, url: str) -> str:
        return evidence_address(url) if url else url

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if self.demo and self.clock_url:
            raise ValueError(
                "GRIDWHISTLE_DEMO 与 GRIDWHISTLE_CLOCK_URL 不能同时设置 / cannot both be set"
            )
        return self

    @model_validator(mode="after")
    def _has_webhook(self) -> Self:
        if self.mode is not Mode.WEBHOOK:
            return self
        if not self.webhook_url.startswith("https://") and self.api_base_url == TELEGRAM:
            raise ValueError("GRIDWHISTLE_WEBHOOK_URL: https://…")
        if not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", self.webhook_secret.get_secret_value()):
            raise ValueError("GRIDWHISTLE_WEBHOOK_SECRET: 1-256 × A-Z a-z 0-9 _ -")
        return self

    @field_validator("listen")
    @classmethod
    def _is_address(cls, address: str) -> str:
        host, colon, port = address.rpartition(":")
        if address and not (host and colon and port.isdigit() and int(port) < PORTS):
            raise ValueError("应为 主机:端口 / expected HOST:PORT")
        return address

    @property
    def listens(self) -> tuple[str, int] | None:
        """Where the web server listens; None: there is none."""
        address = self.listen or (LISTEN if self.mode is Mode.WEBHOOK else "")
        host, _, port = address.rpartition(":")
        return (host.strip("[]"), int(port)) if address else None

    @property
    def token(self) -> str:
        return self.bot_token.get_secret_value()

    @property
    def bot_id(self) -> int:
        """The bot's own id is the number in front of its token."""
        return int(self.token.partition(":")[0])

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @property
    def database(self) -> str:
        """The database's address; a SQLite file in the data folder unless one is set."""
        return self.database_url or f"sqlite:///{self.data_dir / 'gridwhistle.sqlite3'}"

    @property
    def key_file(self) -> Path:
        return self.keys or self.data_dir / "keys.json"

    @property
    def in_sandbox(self) -> bool:
        """Whether civil time, and so everything else, is the sandbox's."""
        return bool(self.clock_url)


def without_token() -> Settings:
    """For commands that never speak with Telegram: they need no token."""
    os.environ.setdefault(f"{PREFIX}BOT_TOKEN", "0:none")
    return Settings.load()


def _named(misfit: ValidationError) -> str:
    return "\n".join(
        _sentence(
            str(problem["loc"][0]) if problem["loc"] else "", problem["type"], problem["msg"]
        )
        for problem in misfit.errors(include_input=False, include_url=False)
    )


def _sentence(field: str, kind: str, why: str) -> str:
    name = PREFIX + field.upper() if field else PREFIX.rstrip("_")
    if kind == "missing":
        meaning = Settings.model_fields[field].description
        return f"请设置环境变量 {name} / Please set the environment variable {name}: {meaning}."
    return f"环境变量 {name} 不正确 / {name} does not fit: {why.removeprefix('Value error, ')}."
