"""Puts load on the service over keep-alive connections, with as little work of its own as can be."""

import asyncio
import json
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

_HEADER_END = b"\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Load:
    """What came of it: how long it took, and how long each answer took, in seconds."""

    seconds: float
    waits: tuple[float, ...]

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.waits) / self.seconds

    def quantile(self, share: float) -> float:
        """The wait in seconds that this share of the answers stayed within."""
        ordered = sorted(self.waits)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def send(texts: Sequence[str], *, port: int, key: str, connections: int) -> Load:
    """Send every text once, each connection waiting for its answer. Raises RuntimeError when one is not a 200."""
    return asyncio.run(_send(texts, port=port, key=key, connections=connections))


async def _send(texts: Sequence[str], *, port: int, key: str, connections: int) -> Load:
    waiting = deque(_request(text, key=key) for text in texts)
    waits: list[float] = []
    started = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for _ in range(connections):
            group.create_task(_connection(waiting, waits, port=port))
    return Load(seconds=time.perf_counter() - started, waits=tuple(waits))


def _request(text: str, *, key: str) -> bytes:
    body = json.dumps({"text": text}).encode()
    head = f"POST /v1/triage HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {key}\r\nContent-Type: application/json\r\n"
    return f"{head}Content-Length: {len(body)}".encode() + _HEADER_END + body


async def _connection(waiting: deque[bytes], waits: list[float], *, port: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while waiting:
        request = waiting.popleft()
        started = time.perf_counter()
        writer.write(request)
        head = (await reader.readuntil(_HEADER_END)).lower()
        length = int(head.partition(b"content-length:")[2].partition(b"\r\n")[0])
        await reader.readexactly(length)
        waits.append(time.perf_counter() - started)
        if not head.startswith(b"http/1.1 200"):
            raise RuntimeError(f"the service answered {head.splitlines()[0].decode()}")
    writer.close()
    await writer.wait_closed()
