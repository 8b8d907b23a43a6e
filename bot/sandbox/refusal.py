"""How Telegram says no: one exception that carries the status, the wording and whether the bot is to blame."""

from typing import Any

JsonObject = dict[str, Any]
"""A JSON object on the wire; its shape is checked by rules.py, not by the type."""


class Refusal(Exception):
    """A call that Telegram answers with ok = false."""

    def __init__(
        self, code: int, description: str, *, retry_after: int | None = None, blame: bool = False
    ) -> None:
        super().__init__(f"{code} {description}")
        self.code = code
        self.description = description
        self.retry_after = retry_after
        self.blame = blame
        """True where only a mistake in the bot's code can lead here; kept in sandbox.violations."""

    def body(self) -> JsonObject:
        """The JSON that goes over the wire."""
        answer: JsonObject = {
            "ok": False,
            "error_code": self.code,
            "description": self.description,
        }
        if self.retry_after is not None:
            answer["parameters"] = {"retry_after": self.retry_after}
        return answer


def bad(description: str, *, blame: bool = False) -> Refusal:
    """A 400 in Telegram's wording."""
    return Refusal(400, f"Bad Request: {description}", blame=blame)


def forbidden(description: str) -> Refusal:
    """A 403 in Telegram's wording."""
    return Refusal(403, f"Forbidden: {description}")


def too_many(retry_after: int) -> Refusal:
    """A 429 in Telegram's wording."""
    return Refusal(429, f"Too Many Requests: retry after {retry_after}", retry_after=retry_after)
