"""`samletall preview`."""

from contextlib import suppress
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

from pipeline.commands.terminal import HERE, Root, say
from pipeline.project import Project


def preview(root: Root = HERE, port: int = 8000) -> None:
    """Serve the finished site on this machine only."""
    pages = partial(SimpleHTTPRequestHandler, directory=str(Project.at(root).public))
    say(f"http://127.0.0.1:{port}/  (stop with Ctrl+C)")
    with suppress(KeyboardInterrupt), ThreadingHTTPServer(("127.0.0.1", port), pages) as server:
        server.serve_forever()
