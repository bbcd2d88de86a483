"""Only this machine's own page and programs may drive the workspace.

Other web pages open in the same browser could otherwise send requests here. The Host header
must name this machine (against rebinding), and an Origin, if a browser sent one, must be ours.
"""

from urllib.parse import urlsplit

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

LOCAL_NAMES = frozenset({"127.0.0.1", "localhost"})
# Scripts and styles only from our own files; no frames, no plugins, no foreign images.
CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; connect-src 'self' ws://127.0.0.1:* ws://localhost:*; "
    "font-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


def is_local(host: str, port: int) -> bool:
    """Whether a Host or Origin authority ("127.0.0.1:8080") names this server.

    A missing port is accepted: some websocket clients leave it out of the Host header.
    """
    name, _, given_port = host.partition(":")
    return name in LOCAL_NAMES and given_port in ("", str(port))


class LocalOnly:
    """ASGI middleware that refuses foreign hosts and origins, and adds safety headers."""

    def __init__(self, app: ASGIApp, port: int) -> None:
        self._app = app
        self._port = port

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass local requests on; answer others 403 (websockets: close)."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        headers = {key.decode("latin-1"): text.decode("latin-1") for key, text in scope["headers"]}
        origin = headers.get("origin")
        host_ok = is_local(headers.get("host", ""), self._port)
        origin_ok = origin is None or self._is_own(origin)
        if host_ok and origin_ok:
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            refusal = PlainTextResponse(
                "This workspace answers only its own page on this machine.", status_code=403
            )
            await refusal(scope, receive, send)

    def _is_own(self, origin: str) -> bool:
        parts = urlsplit(origin)
        port_given = parts.netloc.partition(":")[2] == str(self._port)
        return parts.scheme == "http" and port_given and is_local(parts.netloc, self._port)
