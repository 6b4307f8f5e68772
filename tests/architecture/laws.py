"""The laws of this codebase: each gives back its offenders in a tree, one sentence each."""

import ast
import json
import re
import sys
from inspect import isfunction
from itertools import chain
from pathlib import Path

import yaml

from tests.architecture.reading import (
    code_in,
    given_names,
    location,
    mentioned,
    output_of,
    parsed,
    program,
    repeated_keys,
    texts,
    words,
)

LONGEST_MODULE = 400
LONGEST_README = 150
PROSE = ("README.md", "CONTRIBUTING.md")
EMPTY_WORDS = {"util", "helper", "common", "core", "misc", "manager", "handler", "tmp", "df"}
BUILT = ("raw/", "site/public", "warehouse/output", "warehouse/warehouse", ".venv", "node_modules")
YEAR = re.compile(r"(?<![A-Za-z\d])(?:19|20)\d\d(?![A-Za-z\d])")
SQL = re.compile(
    r"""\bselect\b.+\bfrom\b | \binsert\s+into\b | \bdelete\s+from\b | \bupdate\s+\w+\s+set\b
    | \b(create|drop)\s+(or\s+replace\s+)?(table|view|schema)\b | \bcopy\b.+\bto\s+'
    | ^\s*(from|attach|describe|summarize)\s+['\w]+[.'/]""",
    re.IGNORECASE | re.DOTALL | re.VERBOSE,
)
ELSEWHERE = r"[\s\"'`(=]*(?:https?:|wss?:)?//\w"
LOADING = re.compile(
    rf"""<(?:script|img|iframe|source|video|audio|embed|object|use|image|form)\b[^>]*
         \s(?:src|srcset|href|data|poster|action){ELSEWHERE}
    | <link\b(?![^>]*rel=.?(?:canonical|alternate|license))[^>]*\shref{ELSEWHERE}
    | (?:@import|\burl|\bimport|\bfrom|\bfetch|\bopen|\.src){ELSEWHERE}
    | (?:sendBeacon|importScripts|Worker|WebSocket|EventSource){ELSEWHERE}""",
    re.IGNORECASE | re.VERBOSE,
)


def modules_are_named_for_their_subject(root: Path) -> list[str]:
    files = [file for room in ("pipeline", "tests", "notebooks") for file in (root / room).rglob("*.py")]
    named = {part for file in files for part in (file, *file.relative_to(root).parents)}
    return [
        f"{location(root, file)} says nothing of what it holds"
        for file in named
        if words(file.stem) & EMPTY_WORDS
    ]


def names_in_the_program_say_what_they_hold(root: Path) -> list[str]:
    return [
        f"{location(root, file)}:{line} calls something '{name}'"
        for file in program(root)
        for name, line in given_names(file)
        if words(name) & EMPTY_WORDS
    ]


def the_program_knows_no_year(root: Path) -> list[str]:
    return [
        f"{location(root, file)}:{number} mentions {year}"
        for file in program(root)
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
        for year in YEAR.findall(line)
    ]


def sql_stands_in_models_or_in_the_two_rooms_that_run_it(root: Path) -> list[str]:
    rooms = ("pipeline/warehouse", "pipeline/output")
    spoken = [
        f"{location(root, file)}:{line} speaks SQL"
        for file in program(root)
        if not location(root, file).startswith(rooms)
        for text, line in texts(file)
        if SQL.search(text)
    ]
    kept = [
        f"{location(root, file)} is SQL outside warehouse/models"
        for room in ("pipeline", "schemas", "site", "notebooks")
        for file in (root / room).rglob("*.sql")
    ]
    return spoken + kept


def every_query_opens_with_its_purpose(root: Path) -> list[str]:
    return [
        f"{location(root, file)} does not open with its purpose"
        for file in sorted((root / "warehouse/models").rglob("*.sql"))
        if not re.match(r"-- \w", file.read_text(encoding="utf-8"))
    ]


def every_model_has_a_contract_that_says_what_a_row_is(root: Path) -> list[str]:
    """The other way round, a build finds: a contract whose table is not there is refused."""
    models = sorted((root / "warehouse/models").rglob("*.sql"))
    contracts = [root / "warehouse/contracts" / model.parent.name / f"{model.stem}.yaml" for model in models]
    return [
        f"{location(root, model)} has no grain in {location(root, contract)}"
        for model, contract in zip(models, contracts, strict=True)
        if not (contract.exists() and yaml.safe_load(contract.read_text("utf-8")).get("grain"))
    ]


def no_error_is_swallowed_whole(root: Path) -> list[str]:
    broad = {"Exception", "BaseException"}
    offenders = []
    for file in program(root):
        for node in ast.walk(parsed(file)):
            caught, line = None, getattr(node, "lineno", 0)
            if isinstance(node, ast.ExceptHandler):
                caught = {"Exception"} if node.type is None else mentioned(node.type)
            elif isinstance(node, ast.Call) and "suppress" in mentioned(node.func):
                caught = {name for argument in node.args for name in mentioned(argument)}
            if caught and caught & broad:
                offenders.append(f"{location(root, file)}:{line} catches everything")
    return offenders


def modules_are_short_enough_to_read(root: Path) -> list[str]:
    lengths = {file: len(file.read_text(encoding="utf-8").splitlines()) for file in program(root)}
    return [f"{location(root, file)} has {n} lines" for file, n in lengths.items() if n > LONGEST_MODULE]


def every_yaml_key_is_given_once(root: Path) -> list[str]:
    return [
        f"{location(root, file)}:{key.start_mark.line + 1} gives '{key.value}' again"
        for room in ("schemas", "site")
        for file in sorted((root / room).rglob("*.y*ml"))
        for key in repeated_keys(yaml.compose(file.read_text(encoding="utf-8")))
    ]


def pages_load_nothing_from_elsewhere(root: Path) -> list[str]:
    return [
        f"{location(root, file)} loads {' '.join(found.group().split())[:80]}…"
        for room in ("site/templates", "site/assets", "site/pages")
        for file in (root / room).rglob("*")
        if file.suffix in {".html", ".j2", ".jinja", ".css", ".js", ".mjs", ".svg", ".md"}
        for found in LOADING.finditer(file.read_text(encoding="utf-8"))
    ]


def notebooks_are_kept_without_their_output(root: Path) -> list[str]:
    return [
        f"{location(root, file)} carries output"
        for file in (root / "notebooks").rglob("*.ipynb")
        if any(cell.get("outputs") for cell in json.loads(file.read_text(encoding="utf-8"))["cells"])
    ]


def locks_name_versions_and_hashes_but_no_host(root: Path) -> list[str]:
    locks = [*sorted((root / "requirements").glob("*.lock")), root / "package-lock.json"]
    written = {lock: lock.read_text(encoding="utf-8") for lock in locks}
    packages = [(lock, block) for lock in locks[:-1] for block in re.split(r"\n(?=\S)", written[lock])]
    return [f"{location(root, lock)} names a host" for lock in locks if "://" in written[lock]] + [
        f"{location(root, lock)} has no hash for {block.split()[0]}"
        for lock, block in packages
        if "--hash=" not in block
    ]


def the_readme_is_short(root: Path) -> list[str]:
    lines = len((root / "README.md").read_text(encoding="utf-8").splitlines())
    return [f"README.md has {lines} lines"] if lines > LONGEST_README else []


def every_path_in_the_prose_exists(root: Path) -> list[str]:
    """A path stands at the root, or in a folder that its own line names."""
    offenders = []
    for page in PROSE:
        text = (root / page).read_text(encoding="utf-8")
        lines = code_in(text) + [re.findall(r"\]\((?!https?:)([^)#\s]+)", line) for line in text.splitlines()]
        for line in lines:
            paths = [
                re.sub(r"<[^>]+>", "*", path) for path in line if re.fullmatch(r"[\w.-]+/[\w.<>*/-]*", path)
            ]
            folders = ["", *(path for path in paths if (root / path).is_dir())]
            offenders += [
                f"{page}: {path} does not exist"
                for path in paths
                if not any((folder + path).startswith(BUILT) for folder in folders)
                and not any(next(root.glob(folder + path.rstrip("/")), None) for folder in folders)
            ]
    return offenders


def every_command_in_the_prose_exists(root: Path) -> list[str]:
    makefile = (root / "Makefile").read_text(encoding="utf-8")
    manual = output_of(root, sys.executable, "-m", "pipeline", "--help")
    known = {
        "make": set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE)),
        "samletall": set(re.findall(r"^\W*([a-z]+) {2}", manual, re.MULTILINE)),
    }
    shown = {page: "\n".join(chain(*code_in((root / page).read_text(encoding="utf-8")))) for page in PROSE}
    return [
        f"{page}: {program} {verb} does not exist"
        for page, text in shown.items()
        for program, verbs in known.items()
        for verb in sorted(set(re.findall(rf"^(?:\$ )?{program} ([a-z]+)", text, re.MULTILINE)) - verbs)
    ]


def imports_keep_their_contracts(root: Path) -> list[str]:
    said = output_of(root, str(Path(sys.executable).with_name("lint-imports")), "--no-cache", "--no-logo")
    if re.search(r"Contracts: \d+ kept, 0 broken", said):
        return []
    return re.findall(r"^- +(pipeline.*)", said, re.MULTILINE) or [said]


LAWS = tuple(law for law in list(globals().values()) if isfunction(law) and law.__module__ == __name__)
