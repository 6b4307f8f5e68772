"""Commands run as on a system without fcntl, resource, fork and symbolic links; arguments: a JSON list of commands.

What stands for each: its exit code and what it said. Locks are filelock's own on every system; its plain kind stands
here for the one it has on Windows.
"""

import json
import os
import sys

for module in ("fcntl", "resource"):
    sys.modules[module] = None  # type: ignore[assignment]
for call in ("symlink", "fork", "fchmod", "pread", "O_DIRECTORY"):
    delattr(os, call)

import filelock

filelock.FileLock = lambda path, **_: filelock.SoftFileLock(path)  # type: ignore[misc,assignment]

from typer.testing import CliRunner

from pipeline.collect.reader import sandbox
from pipeline.commands import app

assert len(sandbox.unenforced()) == 4
outcomes = []
for command in json.loads(sys.argv[1]):
    done = CliRunner().invoke(app, command)
    outcomes.append([done.exit_code, done.output, repr(done.exception)])
sys.stdout.write(json.dumps(outcomes))
