"""Small wrong turns in a file of arithmetic: an operator, a comparison, a number, a yes or no, one at a time."""

import ast
import re
from collections.abc import Iterator
from typing import NamedTuple

SWAPS: dict[type[ast.AST], type[ast.AST]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Add,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.And: ast.Or,
    ast.Or: ast.And,
    ast.USub: ast.UAdd,
}
CALLS = {"min": "max", "max": "min", "any": "all", "all": "any"}
SQL = (
    (r"<=", "<"),
    (r">=", ">"),
    (r"(?<![<>!])=(?!=)", "<>"),
    (r"<>", "="),
    (r"(?<=\s)\+(?=\s)", "-"),
    (r"(?<=\s)-(?=\s)", "+"),
    (r"\b(\d+)\b", "{plus one}"),
    (r"\bsum\(", "max("),
    (r"\bmax\(", "min("),
    (r"\bmin\(", "max("),
    (r"\bgreatest\(", "least("),
    (r"\bbool_and\(", "bool_or("),
    (r"\bis null\b", "is not null"),
    (r"\bis not null\b", "is null"),
    (r"(?<=\s)and(?=\s)(?!.*\bbetween\b)", "or"),
    (r"\bleft join\b", "join"),
    (r"\banti join\b", "semi join"),
)


class Mutant(NamedTuple):
    """A file with one wrong turn: where it is, and the line as it was and as it is now."""

    line: int
    before: str
    after: str
    text: str


def of_python(text: str) -> Iterator[Mutant]:
    tree = ast.parse(text)
    whole = ast.unparse(tree)
    for node in ast.walk(tree):
        for holder, name, other in _turns(node):
            own = getattr(holder, name)
            setattr(holder, name, other)
            mutated = ast.unparse(tree)
            setattr(holder, name, own)
            yield _mutant(text, whole, mutated, getattr(node, "lineno", 0))


Turn = tuple[ast.AST, str, object]  # a node, its field, and what is put there


def _turns(node: ast.AST) -> Iterator[Turn]:
    """Each wrong turn at a node."""
    match node:
        case ast.Compare(ops=ops):
            for position, operator in enumerate(ops):
                if type(operator) in SWAPS:
                    other = SWAPS[type(operator)]()
                    yield node, "ops", [*ops[:position], other, *ops[position + 1 :]]
        case ast.BinOp() | ast.BoolOp() | ast.UnaryOp() | ast.AugAssign() if type(node.op) in SWAPS:
            yield node, "op", SWAPS[type(node.op)]()
        case ast.Constant(value=bool(value)):
            yield node, "value", not value
        case ast.Constant(value=int(value)) | ast.Constant(value=float(value)):
            yield node, "value", value + 1
            yield node, "value", value - 1
        case ast.Call(func=ast.Name(id=name) as function) if name in CALLS:
            yield function, "id", CALLS[name]
        case ast.If(test=test) | ast.IfExp(test=test) | ast.While(test=test):
            yield node, "test", ast.UnaryOp(ast.Not(), test)


def _mutant(text: str, whole: str, mutated: str, line: int) -> Mutant:
    """The two lines that differ; a mutant runs without the comments of its file."""
    pairs = zip(whole.splitlines(), mutated.splitlines(), strict=False)
    before, after = next(((old, new) for old, new in pairs if old != new), ("", ""))
    shown = text.splitlines()[line - 1].strip() if line else before.strip()
    return Mutant(line, before.strip() or shown, after.strip(), mutated)


def of_sql(text: str) -> Iterator[Mutant]:
    lines = text.splitlines()
    for number, line in enumerate(lines, 1):
        if line.lstrip().startswith("--"):
            continue
        for pattern, other in SQL:
            for match in re.finditer(pattern, line):
                new = str(int(match[1]) + 1) if other == "{plus one}" else other
                after = line[: match.start()] + new + line[match.end() :]
                mutated = "\n".join([*lines[: number - 1], after, *lines[number:]])
                yield Mutant(number, line.strip(), after.strip(), mutated)
