"""The process in which a file is parsed: limits set first, then one file read, then it ends.

Started by `bot.file_reading` only. It gets no settings and no tokens, may write no file, start no
process and reach no network; what goes wrong in it cannot reach the bot.
"""

import json
import resource
import struct
import sys
from datetime import date
from typing import Any

HEADER = struct.Struct(">I")  # length of the JSON that precedes the file's bytes
MEMORY_EXIT = 17
_FORBIDDEN = (
    "socket.connect", "socket.bind", "socket.sendto", "socket.getaddrinfo", "subprocess.Popen",
    "os.system", "os.exec", "os.posix_spawn", "os.fork", "os.remove", "os.rename", "os.mkdir",
    "urllib.Request", "ctypes.dlopen",
)  # fmt: skip


def limit_self(memory_bytes: int, cpu_seconds: int) -> None:
    """Bound memory, CPU time, written files and core dumps; there is no way back."""
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def close_doors() -> None:
    """Refuse network, processes and changes to files from here on."""

    def refuse(event: str, arguments: tuple[Any, ...]) -> None:
        if event in _FORBIDDEN:
            raise PermissionError(event)
        if event == "open" and isinstance(arguments[1], str) and set(arguments[1]) & set("wax+"):
            raise PermissionError(event)

    sys.addaudithook(refuse)


def run(header: dict[str, Any], content: bytes) -> dict[str, Any]:
    """Read the file as the header says; returns plain data."""
    from bot.analysis.files.choices import FileChoices
    from bot.analysis.files.reading import read_table

    reading = read_table(
        content,
        today=date.fromisoformat(header["today"]),
        name=header["name"],
        text=header["text"],
        choices=FileChoices.model_validate(header["choices"]),
    )
    used = resource.getrusage(resource.RUSAGE_SELF)
    return {
        "reading": reading.model_dump(mode="json"),
        "row_level": reading.row_level.to_json() if reading.row_level is not None else None,
        "peak_bytes": used.ru_maxrss * 1024,
        "cpu_seconds": used.ru_utime + used.ru_stime,
    }


def main() -> int:
    """Read one request from standard input and write its result to standard output."""
    source = sys.stdin.buffer
    (length,) = HEADER.unpack(source.read(HEADER.size))
    header = json.loads(source.read(length))
    limit_self(header["memory_bytes"], header["cpu_seconds"])
    # Loaded before the doors close: ctypes and friends are dependencies of the readers.
    import bot.analysis.files.reading  # noqa: F401

    if header["is_workbook"]:
        import openpyxl  # noqa: F401
    close_doors()
    try:
        result = run(header, source.read())
    except MemoryError:
        return MEMORY_EXIT
    sys.stdout.write(json.dumps(result))
    return 0


if __name__ == "__main__":
    sys.exit(main())
