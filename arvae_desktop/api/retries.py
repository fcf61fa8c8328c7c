"""When to try again, and after how long."""

from __future__ import annotations

import random
import re
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from arvae_desktop.domain.errors import ArvaeError, ConnectionFailedError, StatusError

if TYPE_CHECKING:
    from collections.abc import Mapping

LONGEST_WAIT_S = 120.0
_FIRST_BACKOFF_S = 0.5
_LONGEST_BACKOFF_S = 8.0
_RETRIED_STATUSES = frozenset({408, 409, 429})
_NUMBER = re.compile(r"[0-9]+(\.[0-9]+)?")
# No wait that anyone means is longer; it keeps what follows finite.
_LONGEST_ASKED_S = 1e9
_DAY_S = 86_400


def wait_before_retry_s(error: ArvaeError, failures: int, since_head_s: float = 0.0) -> float | None:
    """Seconds to wait before the next try, or None if there should be none.

    A server's own wish is obeyed: the wait is a little longer than asked, never shorter, and where it
    asks for more than two minutes there is no next try. `failures` counts the tries that have failed so
    far, this one included, `since_head_s` the seconds since the server spoke, which count.
    """
    if not _is_worth_retrying(error):
        return None
    asked = error.retry_after_s if isinstance(error, StatusError) else None
    if asked is None:
        return _backoff_s(failures)
    # Many clients that were all asked to wait equally long should not all come back at the same moment.
    if asked > LONGEST_WAIT_S:
        return None
    return round(max(0.0, asked - since_head_s) + _jitter(0.05, 0.5), 3)


def asked_wait_s(headers: Mapping[str, str], now: float) -> float | None:
    """How long the server asks to wait, in seconds; None where it does not say, or says nothing usable.

    ``Retry-After`` holds seconds or a date (RFC 9110, 10.2.3); ``retry-after-ms`` is finer and wins.
    `headers` go by lower-case names; `now` is in seconds since the epoch.
    """
    milliseconds = headers.get("retry-after-ms", "").strip()
    if _NUMBER.fullmatch(milliseconds):
        return min(float(milliseconds) / 1000, _LONGEST_ASKED_S) or None
    text = headers.get("retry-after", "").strip()
    if _NUMBER.fullmatch(text):
        return min(float(text), _LONGEST_ASKED_S) or None
    try:
        date = parsedate_to_datetime(text)
        seconds = date.replace(tzinfo=date.tzinfo or UTC).timestamp() - now
    except (ValueError, OverflowError, OSError):
        return None
    return seconds if seconds > 0 else None


def spoken_duration(seconds: float) -> str:
    """A duration for people, such as “30 seconds” or “5 minutes (300 seconds)”."""
    whole = max(1, round(seconds))
    if whole < LONGEST_WAIT_S:
        return "1 second" if whole == 1 else f"{whole} seconds"
    if whole >= 2 * _DAY_S:
        return f"{whole // _DAY_S:,} days ({whole} seconds)"
    return f"{round(whole / 60)} minutes ({whole} seconds)"


def _is_worth_retrying(error: ArvaeError) -> bool:
    if isinstance(error, StatusError):
        status = error.report.status or 0
        return status in _RETRIED_STATUSES or status >= 500
    return isinstance(error, ConnectionFailedError) and error.report.retryable


def _backoff_s(failures: int) -> float:
    """Exponential, with jitter so that clients that failed together do not come back together."""
    # The exponent is bounded so that no number of failures overflows.
    backoff = min(_FIRST_BACKOFF_S * 2.0 ** min(failures - 1, 10), _LONGEST_BACKOFF_S)
    return round(backoff * _jitter(0.75, 1.25), 3)


def _jitter(low: float, high: float) -> float:
    return random.uniform(low, high)  # noqa: S311  (spreads load; keeps no secret)
