"""``python -m deploy.playground --port P --data DIR``: run a practice workspace.

Prints one line with the address, then serves until interrupted.
"""

import argparse
import json
import sys
from pathlib import Path

from deploy.playground.options import Options, read_examples
from deploy.playground.running import bind, serve_until_stopped

DEFAULT_EXAMPLES = Path(__file__).parent / "examples.json"


def parse_arguments(arguments: list[str]) -> argparse.Namespace:
    """The command line's settings."""
    parser = argparse.ArgumentParser(
        prog="python -m deploy.playground", description="A practice workspace on this machine."
    )
    parser.add_argument("--port", type=int, default=0, help="0 (the default) takes a free one")
    parser.add_argument("--data", type=Path, required=True, help="folder to remember things in")
    parser.add_argument("--examples", type=Path, default=DEFAULT_EXAMPLES, help="JSON file")
    parser.add_argument("--request-url", help="deliver over HTTP to this URL, not Socket Mode")
    parser.add_argument("--signing-secret", default="", help="needed with --request-url")
    return parser.parse_args(arguments)


def main(arguments: list[str]) -> int:
    """Serve; returns 0 after an interrupt, 2 on settings that cannot work."""
    given = parse_arguments(arguments)
    try:
        content = json.loads(given.examples.read_text(encoding="utf-8"))
        examples, commands = read_examples(content)
        options = Options(
            data_folder=given.data,
            port=given.port,
            request_url=given.request_url,
            signing_secret=given.signing_secret,
            examples=examples,
            commands=commands,
        )
        if options.request_url and not options.signing_secret:
            raise ValueError("--request-url needs --signing-secret too")
        listening = bind(given.port)
    except (OSError, ValueError) as wrong:
        sys.stderr.write(f"The practice workspace cannot start: {wrong}\n")
        return 2
    address = f"http://127.0.0.1:{listening.getsockname()[1]}/"
    sys.stdout.write(f"Practice workspace: {address}\n")
    sys.stdout.flush()
    serve_until_stopped(options, listening)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
