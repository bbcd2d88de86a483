"""The parts of one running workspace, wired together once (``open_playground``).

Everything runs on one event loop, so nothing here is locked.
"""

from dataclasses import dataclass, field

from deploy.playground.carriers import Carrier, HttpCarrier
from deploy.playground.delivery import Delivery
from deploy.playground.faults import Faults
from deploy.playground.options import Options
from deploy.playground.page_feed import PageFeed
from deploy.playground.socket_mode import SocketCarrier
from deploy.playground.triggers import ResponseUrls, Triggers
from deploy.playground.workspace import Workspace


@dataclass
class Playground:
    """What acts and Web API methods work with."""

    options: Options
    base_url: str
    workspace: Workspace
    feed: PageFeed
    faults: Faults
    triggers: Triggers
    response_urls: ResponseUrls
    delivery: Delivery
    sockets: SocketCarrier | None
    streams: dict[str, float] = field(default_factory=dict)  # "channel/ts" -> started (monotonic)

    async def close(self) -> None:
        """Stop retries, send pages away, release files."""
        await self.delivery.close()
        self.feed.close()
        self.workspace.close()

    @property
    def app_connected(self) -> bool:
        """Whether there is anyone to deliver to (an HTTP app is only known when asked)."""
        return self.sockets is None or self.sockets.connection_count > 0


def open_playground(options: Options, base_url: str) -> Playground:
    """Wire a workspace reachable at ``base_url`` (such as ``http://127.0.0.1:8080``).

    Raises:
        ValueError: a request URL without a signing secret.
    """
    if options.request_url and not options.signing_secret:
        raise ValueError("a request URL needs a signing secret too (--signing-secret)")
    feed, faults = PageFeed(), Faults()
    sockets: SocketCarrier | None = None
    carrier: Carrier
    if options.request_url:
        carrier = HttpCarrier(
            options.request_url, options.signing_secret, options.acknowledge_timeout_seconds
        )
    else:
        sockets = carrier = SocketCarrier(
            options.acknowledge_timeout_seconds,
            lambda count: feed.tell("connections", count=count),
        )
    return Playground(
        options=options,
        base_url=base_url,
        workspace=Workspace(options.data_folder),
        feed=feed,
        faults=faults,
        triggers=Triggers(options.trigger_lifetime_seconds),
        response_urls=ResponseUrls(
            options.response_url_lifetime_seconds, options.response_url_uses
        ),
        delivery=Delivery(carrier, faults, options.retry_delays_seconds),
        sockets=sockets,
    )
