"""A mail server that takes everything and keeps nothing: `python -m tests.bench.server` prints its port and serves."""

from __future__ import annotations

import asyncio
import sys


async def serve() -> None:
    """Listen on a free port until the process is ended."""
    server = await asyncio.start_server(talk, "127.0.0.1", 0, limit=2**24)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Speak SMTP with one client."""
    writer.write(b"220 bench\r\n")
    while line := await reader.readline():
        if line[:4].upper() == b"DATA":
            writer.write(b"354 go on\r\n")
            await reader.readuntil(b"\r\n.\r\n")
        writer.write(b"221 bye\r\n" if line[:4].upper() == b"QUIT" else b"250 ok\r\n")
    writer.close()


if __name__ == "__main__":
    asyncio.run(serve())
