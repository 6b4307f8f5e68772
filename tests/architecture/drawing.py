"""The house drawn from its import contract and its real imports; `python -m tests.architecture.drawing` renews it."""

import ast
import re
import tomllib
from pathlib import Path

from tests.architecture.reading import parsed

BEGIN, END = "<!-- drawn by tests/architecture/drawing.py -->\n", "<!-- end of the drawing -->\n"
DRAWN = re.compile(f"{re.escape(BEGIN)}(.*?){re.escape(END)}", re.DOTALL)
WIDTH = 100


def floors(root: Path) -> list[list[str]]:
    """The rooms of each floor, the highest first, as the contract has them."""
    settings = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    layers = next(c for c in settings["tool"]["importlinter"]["contracts"] if c["type"] == "layers")["layers"]
    return [re.split(r"\s*[|:]\s*", layer) for layer in layers]


def files_of(root: Path, room: str) -> list[Path]:
    folder = root / "pipeline" / room
    return sorted(folder.rglob("*.py")) if folder.is_dir() else [folder.with_suffix(".py")]


def imported_rooms(root: Path, room: str) -> set[str]:
    """The other rooms that a room really imports from."""
    names = set()
    for file in files_of(root, room):
        for node in ast.walk(parsed(file)):
            if isinstance(node, ast.ImportFrom) and node.module == "pipeline":
                names |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("pipeline."):
                names.add(str(node.module).split(".")[1])
            elif isinstance(node, ast.Import):
                names |= {a.name.split(".")[1] for a in node.names if a.name.startswith("pipeline.")}
    return names - {room}


def opening(file: Path) -> str:
    """What a module is for: the first line of its docstring."""
    return (ast.get_docstring(parsed(file)) or "").partition("\n")[0]


def drawing(root: Path) -> str:
    """The floors, then what each room is for, its inner rooms, and which rooms it uses."""
    house = floors(root)
    edge = "+" + "-" * WIDTH + "+"
    picture = [edge]
    for rooms in house:
        picture += [f"|{'   |   '.join(rooms).center(WIDTH)}|", edge]
    order = [room for rooms in house for room in rooms]
    table = ["| room | what it is for | uses |", "|---|---|---|"]
    for room in order:
        folder = root / "pipeline" / room
        first = folder / "__init__.py" if folder.is_dir() else folder.with_suffix(".py")
        used = imported_rooms(root, room)
        table.append(f"| **{room}** | {opening(first)} | {' '.join(r for r in order if r in used) or '–'} |")
        table += [
            f"| · {room}/{inner.parent.name} | {opening(inner)} | |"
            for inner in sorted(folder.glob("*/__init__.py"))
        ]
    return "\n".join(["```text", *picture, "```", "", *table, ""])


def the_house_is_drawn_as_it_stands(root: Path) -> list[str]:
    page = (root / "docs/architecture.md").read_text(encoding="utf-8")
    match = DRAWN.search(page)
    drawn, real = (match[1] if match else "").splitlines(), drawing(root).splitlines()
    return [f"docs/architecture.md lacks: {line}" for line in real if line not in drawn] + [
        f"docs/architecture.md still draws: {line}" for line in drawn if line not in real
    ]


def main(root: Path = Path()) -> None:
    page = root / "docs/architecture.md"
    text = page.read_text(encoding="utf-8")
    page.write_text(DRAWN.sub(lambda _: BEGIN + drawing(root) + END, text), encoding="utf-8")


if __name__ == "__main__":
    main()
