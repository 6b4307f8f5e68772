"""What the laws read in a tree: modules, names, texts, code shown in prose."""

import ast
import os
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import yaml


def program(root: Path) -> list[Path]:
    return sorted((root / "pipeline").rglob("*.py"))


def location(root: Path, file: Path) -> str:
    return file.relative_to(root).as_posix() if file.is_absolute() else file.as_posix()


def words(name: str) -> set[str]:
    """The words of a name, small letters and singular."""
    return {word.lower().removesuffix("s") for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)}


def parsed(file: Path) -> ast.Module:
    return _tree(file.read_text(encoding="utf-8"))


@cache
def _tree(text: str) -> ast.Module:
    return ast.parse(text)


def mentioned(node: ast.AST) -> set[str]:
    return {
        n.attr if isinstance(n, ast.Attribute) else n.id
        for n in ast.walk(node)
        if isinstance(n, ast.Attribute | ast.Name)
    }


def given_names(file: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(parsed(file)):
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield name, node.lineno
            case ast.arg(arg=name) | ast.Name(id=name, ctx=ast.Store()):
                yield name, node.lineno
            case ast.alias(asname=str(name)):
                yield name, node.lineno


def texts(file: Path) -> Iterator[tuple[str, int]]:
    """Every text the module could hand on: literals, f-strings in one piece, no docstrings."""
    tree = parsed(file)
    explained = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield (
                "".join(part.value if isinstance(part, ast.Constant) else "x" for part in node.values),
                node.lineno,
            )
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in explained:
            yield node.value, node.lineno


def repeated_keys(node: yaml.Node | None) -> Iterator[yaml.Node]:
    if isinstance(node, yaml.MappingNode):
        seen = set()
        for key, value in node.value:
            if key.value in seen:
                yield key
            seen.add(key.value)
            yield from repeated_keys(value)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from repeated_keys(item)


def code_in(markdown: str) -> list[list[str]]:
    """What each line shows as code: its spans; in a block all of it, up to the first wide gap."""
    shown, fenced = [], False
    for line in markdown.splitlines():
        fenced ^= line.startswith("```")
        block = fenced or line.startswith("    ")
        shown.append(re.split(r"\s{2,}|\s#\s", line.strip())[:1] if block else re.findall(r"`([^`]+)`", line))
    return shown


def output_of(root: Path, *command: str) -> str:
    wide = os.environ | {"COLUMNS": "200", "NO_COLOR": "1", "TERM": "dumb"}
    done = subprocess.run(command, cwd=root, env=wide, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr
