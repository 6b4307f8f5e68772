"""The wheel stands alone: the package is called samletall there, and carries all that a new root is made of."""

import re
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

_IMPORT = re.compile(r"^(\s*(?:from|import) )pipeline\b", re.MULTILINE)


class SamletallHook(BuildHookInterface):  # type: ignore[misc]
    """Gives the folder `pipeline` its name among other people's packages; an editable install is as the checkout is."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Makes the package from the checkout."""
        if version == "editable":
            return
        root = Path(self.root)
        sys.path.insert(0, self.root)
        from pipeline.project import CHART_LIBRARY, PARTS  # noqa: PLC0415 - nothing but the standard library

        library = root / CHART_LIBRARY
        if not library.exists():
            raise FileNotFoundError(f"{library}: the wheel carries it; run `make setup` first")
        self.folder = Path(tempfile.mkdtemp())
        package = self.folder / "samletall"
        ignored = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints")
        shutil.copytree(root / "pipeline", package, ignore=ignored)
        for part in PARTS:
            source, target = root / part, package / "root" / part
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copytree(source, target, ignore=ignored) if source.is_dir() else shutil.copyfile(
                source, target
            )
        shutil.copyfile(library, package / "root" / "site" / "assets" / library.name)
        for module in package.rglob("*.py"):
            module.write_text(_IMPORT.sub(r"\1samletall", module.read_text("utf-8")), "utf-8")
        build_data["force_include"][str(package)] = "samletall"
        self.metadata.core.scripts["samletall"] = "samletall.cli:main"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:  # noqa: ARG002
        """Takes the working copy away."""
        if version != "editable":
            shutil.rmtree(self.folder)
