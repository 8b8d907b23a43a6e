"""Where the administrator's back office listens, and under which address a browser finds it: a part of bot/settings.py.

Laws: it is off unless set; on this machine alone unless an https address stands before it.
"""

import re
from typing import Self

from pydantic import Field, field_validator, model_validator
from pydantic_settings import BaseSettings

LOOPBACK = "127.0.0.1"
LOOPBACKS = frozenset({LOOPBACK, "::1", "localhost"})
_PORTS = 1 << 16


class OfficeSettings(BaseSettings):
    """The two settings of the back office."""

    backoffice_listen: str = Field(
        default="",
        description="PORT on this machine, or HOST:PORT, of the administrator's back office; empty: there is none",
    )
    backoffice_url: str = Field(
        default="",
        description="https address under which a browser reaches the back office; empty: on this machine only",
    )

    @field_validator("backoffice_listen", mode="before")
    @classmethod
    def _is_here(cls, address: object) -> object:
        """A bare port is one of this machine."""
        said = str(address).strip()
        return f"{LOOPBACK}:{said}" if said.isdigit() else said

    @field_validator("backoffice_url")
    @classmethod
    def _is_site(cls, url: str) -> str:
        if url and not re.fullmatch(r"https?://[^/?#@\s]+/?", url):
            raise ValueError("应为 https://主机[:端口] / expected https://HOST[:PORT]")
        return url.rstrip("/")

    @model_validator(mode="after")
    def _has_a_safe_office(self) -> Self:
        """Whatever leaves this machine is sealed on the way."""
        host = self.backoffice_listen.rpartition(":")[0].strip("[]")
        if (
            self.backoffice_listen
            and host not in LOOPBACKS
            and not self.backoffice_url.startswith("https:")
        ):
            raise ValueError("GRIDWHISTLE_BACKOFFICE_URL: https://…")
        name = re.sub(r":\d+$", "", self.backoffice_url.partition("//")[2]).strip("[]")
        if self.backoffice_url.startswith("http://") and name not in LOOPBACKS:
            raise ValueError("GRIDWHISTLE_BACKOFFICE_URL: https://…")
        return self

    @field_validator("backoffice_listen")
    @classmethod
    def _is_listener(cls, address: str) -> str:
        host, colon, port = address.rpartition(":")
        if address and not (host and colon and port.isdigit() and int(port) < _PORTS):
            raise ValueError("应为 端口 或 主机:端口 / expected PORT or HOST:PORT")
        return address

    @property
    def backoffice_listens(self) -> tuple[str, int] | None:
        """Where the back office listens; None: there is none."""
        host, _, port = self.backoffice_listen.rpartition(":")
        return (host.strip("[]"), int(port)) if host else None
