"""A Chromium for the browser tests: this machine's own, else Debian's where root, else Playwright's."""

import os
import shutil
import subprocess
import sys

from playwright.sync_api import Browser, Playwright, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
DEBIAN = (
    "apt-get update -qq",
    # libatomic1 is for Playwright's driver
    "apt-get install -qq --yes --no-install-recommends chromium fonts-dejavu-core libatomic1",
)
PLAYWRIGHT = (f"{sys.executable} -m playwright install --only-shell chromium",)
NONE = "The browser tests need Chromium, and none could be started or installed: install it and run again."


def opened(playwright: Playwright) -> Browser:
    return playwright.chromium.launch(executable_path=next(filter(None, map(shutil.which, NAMES)), None))


def works() -> bool:
    """Opened in its own process: a driver that lacks a library takes its process down with it."""
    return (
        subprocess.run([sys.executable, __file__, "open"], capture_output=True, check=False).returncode == 0
    )


def install() -> bool:
    """Try each way in turn until a browser opens."""
    may_install = os.geteuid() == 0 and shutil.which("apt-get")
    for commands in (DEBIAN, PLAYWRIGHT) if may_install else (PLAYWRIGHT,):
        for command in commands:
            unasked = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
            subprocess.run(command.split(), env=unasked, capture_output=True, check=False)
        if works():
            return True
    return False


if __name__ == "__main__":
    if sys.argv[1:] == ["open"]:
        with sync_playwright() as started:
            opened(started).close()
    elif not works():
        sys.stdout.write("Setting up a browser for the tests\n")
        sys.exit(None if install() else NONE)
