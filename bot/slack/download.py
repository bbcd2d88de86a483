"""One HTTP GET with the bot's token: only to addresses the caller allows, and capped in size.

A redirect is followed a few times, and each new address is asked about first, because it would
carry the token along.
"""

import logging
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any
from urllib.parse import urljoin

logger = logging.getLogger(__name__)

TIMEOUT_SECONDS = 15.0
MOST_REDIRECTS = 3
_REDIRECTS = (301, 302, 303, 307, 308)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Redirects come back as errors, so that `download` can look at them."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


def download(
    url: str, *, token: str, limit_bytes: int, is_allowed: Callable[[str], bool]
) -> bytes | None:
    """Return the body of `url`; None if it is refused, leads elsewhere or is too long."""
    opener = urllib.request.build_opener(_NoRedirect)
    for _ in range(MOST_REDIRECTS + 1):
        if not is_allowed(url):
            logger.warning("File download refused: it leads to an address that is not allowed")
            return None
        request = urllib.request.Request(  # noqa: S310 - `is_allowed` checks scheme and host
            url, headers={"Authorization": f"Bearer {token}"}
        )
        try:
            with opener.open(request, timeout=TIMEOUT_SECONDS) as response:
                body: bytes = response.read(limit_bytes + 1)
        except urllib.error.HTTPError as error:
            with error:
                location = error.headers.get("Location")
            if error.code not in _REDIRECTS or not location:
                logger.warning("File download failed: HTTP %s", error.code)
                return None
            url = urljoin(url, location)
            continue
        except (urllib.error.URLError, TimeoutError, OSError, ValueError) as error:
            logger.warning("File download failed: %s", type(error).__name__)
            return None
        return body if len(body) <= limit_bytes else None
    logger.warning("File download failed: more than %s redirects", MOST_REDIRECTS)
    return None
