"""What a page of each kind weighs and costs: bytes as they travel, and time in a browser with the processor slowed."""

import functools
import gzip
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import median

from playwright.sync_api import CDPSession, Page, sync_playwright

from tests.browser import opened

SLOWED = 4
SAMPLES = 5  # the median of so many openings
BUDGET = "60 kB gzip before script, drawn within 300 ms"
KINDS = {  # kind → the folder of its pages; the heaviest of each is shown
    "front": "",
    "all indicators": "statistikk",
    "indicator": "statistikk/*",
    "centre": "sentre/*",
    "county": "fylke/*",
    "changes": "endringer",
    "compare": "sammenlign",
    "quality": "kvalitet",
    "downloads": "nedlasting",
    "written": "om-statistikken",
}
SCRIPT, LAYOUT = ("ScriptDuration",), ("LayoutDuration", "RecalcStyleDuration")
PAINTED = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0"
BROTLI = """
const parts = [];
process.stdin.on("data", (part) => parts.push(part));
process.stdin.on("end", () => console.log(require("zlib").brotliCompressSync(Buffer.concat(parts)).length));
"""


@dataclass(frozen=True)
class Weight:
    """One page: bytes of itself, its style sheet and its scripts, and milliseconds on a slow processor."""

    page: str
    gzip: int
    brotli: int
    script_gzip: int
    drawn: float
    drawn_slowed: float
    scripted: float
    laid_out: float
    explored: float | None


class _Silent(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


def _brotli(content: bytes) -> int:
    counted = subprocess.run(["node", "-e", BROTLI], input=content, capture_output=True, check=True)  # noqa: S607
    return int(counted.stdout)


def _zipped(files: list[Path]) -> int:
    return sum(len(gzip.compress(file.read_bytes())) for file in files)


def _spent(session: CDPSession, *names: str) -> float:
    """Milliseconds the browser has spent on these since the page was opened."""
    metrics = {one["name"]: one["value"] for one in session.send("Performance.getMetrics")["metrics"]}
    return 1000 * sum(metrics[name] for name in names)


def _opened(page: Page, session: CDPSession, rate: int) -> tuple[float, float, float]:
    """Milliseconds until something is drawn, in scripts, and in style and layout: the median of some openings."""
    session.send("Emulation.setCPUThrottlingRate", {"rate": rate})
    spent = []
    for _ in range(SAMPLES):
        page.reload()
        page.locator("[aria-busy=true]").wait_for(state="detached")
        while not (drawn := page.evaluate(PAINTED)):
            pass
        spent.append((drawn, _spent(session, *SCRIPT), _spent(session, *LAYOUT)))
    whole, scripted, laid_out = (median(column) for column in zip(*spent, strict=True))
    return whole, scripted, laid_out


def _explored(page: Page, session: CDPSession) -> float | None:
    """Script time from asking for the drawn chart until it can be read."""
    button = page.locator("button.explore").first
    if not button.count():
        return None
    before = _spent(session, "ScriptDuration")
    button.click()
    page.locator(".reader").first.wait_for()
    return _spent(session, "ScriptDuration") - before


def weights(public: Path) -> Iterator[tuple[str, Weight]]:
    """Gives the heaviest page of each kind and what it costs."""
    style = list(public.glob("assets/style.*.css"))
    answering = functools.partial(_Silent, directory=str(public))
    with ThreadingHTTPServer(("127.0.0.1", 0), answering) as server, sync_playwright() as started:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        browser = opened(started)
        for kind, folder in KINDS.items():
            file = max(
                public.glob(f"{folder}/index.html".lstrip("/")),
                key=lambda one: len(gzip.compress(one.read_bytes())),
            )
            address = file.parent.relative_to(public).as_posix().removeprefix(".")
            page = browser.new_page(viewport={"width": 390, "height": 844})
            session = page.context.new_cdp_session(page)
            session.send("Performance.enable")
            page.goto(f"http://127.0.0.1:{server.server_port}/{address}")
            drawn, *_ = _opened(page, session, 1)
            drawn_slowed, scripted, laid_out = _opened(page, session, SLOWED)
            own = page.locator("script[src]").evaluate_all("all => all.map((one) => one.getAttribute('src'))")
            scripts = [(file.parent / one).resolve() for one in own]
            yield (
                kind,
                Weight(
                    f"/{address}",
                    _zipped([file, *style]),
                    sum(_brotli(one.read_bytes()) for one in [file, *style]),
                    _zipped(scripts),
                    drawn,
                    drawn_slowed,
                    scripted,
                    laid_out,
                    _explored(page, session),
                ),
            )
            page.close()
        browser.close()
        server.shutdown()


def table(public: Path) -> Iterator[str]:
    """Gives the lines of the table, ready to print."""
    yield f"\nThe heaviest page of each kind; times with the processor slowed {SLOWED} × (budget: {BUDGET})."
    yield (
        "| kind | page | HTML and CSS gzip kB | brotli kB | scripts gzip kB | drawn ms, not slowed"
        " | drawn ms | script ms | style and layout ms | chart asked for, script ms |"
    )
    yield "|---|---|--:|--:|--:|--:|--:|--:|--:|--:|"
    for kind, one in weights(public):
        explored = "–" if one.explored is None else f"{one.explored:.0f}"
        yield (
            f"| {kind} | {one.page} | {one.gzip / 1000:.1f} | {one.brotli / 1000:.1f} | {one.script_gzip / 1000:.1f}"
            f" | {one.drawn:.0f} | {one.drawn_slowed:.0f} | {one.scripted:.0f} | {one.laid_out:.0f} | {explored} |"
        )
