"""Whose fault a failure is.

Law: what a lost database, a full disk, a missing key or a dead network did is never held against an update or a notice.
"""

from datetime import timedelta

from telegram.error import BadRequest, NetworkError, RetryAfter

from models.sealed import KeyMissing
from models.store import is_failure_of_ours


def is_ours(error: BaseException | None) -> bool:
    """Whether database, network or keys are at fault; the causes behind an error are looked at too."""
    while error is not None:
        if is_failure_of_ours(error) or isinstance(error, KeyMissing | RetryAfter):
            return True
        if isinstance(error, NetworkError) and not isinstance(error, BadRequest):
            return True
        error = error.__cause__
    return False


def seconds(flood: RetryAfter) -> float:
    """How long Telegram wants us to wait."""
    after = flood.retry_after
    return after.total_seconds() if isinstance(after, timedelta) else float(after)
