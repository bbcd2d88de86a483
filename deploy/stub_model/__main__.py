"""`python -m deploy.stub_model --port 8001` runs the stub by itself, for load tests."""

import argparse
import logging
import sys
import threading

from deploy.stub_model.model import StubModel

logger = logging.getLogger("deploy.stub_model")


def main(arguments: list[str] | None = None) -> int:
    """Serve until Ctrl-C."""
    parser = argparse.ArgumentParser(prog="python -m deploy.stub_model", description=__doc__)
    parser.add_argument("--port", type=int, default=8001)
    parser.add_argument("--adapter", action="append", default=[], help="an adapter it knows")
    parser.add_argument("--first-token-ms", type=float, default=0)
    parser.add_argument("--token-ms", type=float, default=0)
    options = parser.parse_args(arguments)
    stub = StubModel(
        port=options.port,
        adapters=set(options.adapter),
        first_token_seconds=options.first_token_ms / 1000,
        token_seconds=options.token_ms / 1000,
    )
    with stub:
        logger.info("The stub of the model server answers at %s", stub.base_url)
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            return 0
    return 0


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    sys.exit(main())
