"""One HTTP GET with the bot's token: no redirects followed, size capped while reading."""

import logging
import urllib.error
import urllib.request
from typing import Any

logger = logging.getLogger(__name__)

TIMEOUT_SECONDS = 15.0


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirect could carry the token to another host; refuse it."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


def download(url: str, *, token: str, limit_bytes: int) -> bytes | None:
    """Return the body of `url` (already checked by the caller), None if refused or too long."""
    request = urllib.request.Request(  # noqa: S310 - scheme and host were checked by the caller
        url, headers={"Authorization": f"Bearer {token}"}
    )
    opener = urllib.request.build_opener(_NoRedirect)
    try:
        with opener.open(request, timeout=TIMEOUT_SECONDS) as response:
            body: bytes = response.read(limit_bytes + 1)
    except (urllib.error.URLError, TimeoutError) as error:
        logger.warning("File download failed: %s", error)
        return None
    return body if len(body) <= limit_bytes else None
