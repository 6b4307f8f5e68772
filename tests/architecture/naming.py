"""The laws of names: what they say, that each is given once, and that the domain's own are explained."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.reading import location, parsed, program, texts, words

# Of all names given; a few are the domain's own, such as the place of a conversation.
VAGUE_PER_THOUSAND = 8.0
VAGUE = {
    *("one", "found", "said", "told", "place", "kept", "some"),
    *("thing", "stuff", "spoken", "tried", "aside", "who"),
}
DOMAIN = (
    "model.py",
    "editions.py",
    "definitions/",
    "collect/records/",
    "disclosure/requirement",
    "disclosure/constraint",
)
WRITTEN_FORMS = ("nb", "nn")
ENGLISH = (
    "commands",
    "flow",
    "collect/records",
    "disclosure",
    "editions",
    "warehouse",
    "validation",
    "output",
)
NORWEGIAN = re.compile(
    r"""(?<![\w/-])
    (?: (?!bokmål\b) (?=\w*[a-z]) (?=\w\w) \w*[æøåÆØÅ]\w*
      | og | ikke | ikkje | eit | som | av | til | ble | blir | hos | hvis | dersom | eller | frå | fra | ved
      | deg | dei | det | er | ukjen[dt] | forklar\w+ | rett(?:es|ast|et) | utgaven? | tall\w* | landstal\w*
    )(?![\w/-])""",
    re.VERBOSE,
)
# Everyday words of the domain: alone they are an address or the name of a field, in a text they are Norwegian.
NORWEGIAN_IN_A_TEXT = re.compile(
    r"\s.*\b(?:senter|sentr|skjema)|\b(?:senter|sentr|skjema)\w*.*\s", re.IGNORECASE
)


def named_values(file: Path) -> Iterator[tuple[str, int]]:
    """Every name given to a function, class, parameter, variable or attribute."""
    for node in ast.walk(parsed(file)):
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield name, node.lineno
            case ast.arg(arg=name) | ast.Name(id=name, ctx=ast.Store()):
                yield name, node.lineno
            case ast.Attribute(attr=name, ctx=ast.Store()):
                yield name, node.lineno


def classes(root: Path) -> Iterator[tuple[str, str]]:
    """Each class of the program and where it stands."""
    for file in program(root):
        for node in ast.walk(parsed(file)):
            if isinstance(node, ast.ClassDef):
                yield node.name, f"{location(root, file)}:{node.lineno}"


def is_norwegian(text: str) -> bool:
    return bool(NORWEGIAN.search(text) or NORWEGIAN_IN_A_TEXT.search(text))


def vague_names_are_rare(root: Path) -> list[str]:
    names = [(file, *named) for file in program(root) for named in named_values(file)]
    vague = [f"{location(root, file)}:{line} '{name}'" for file, name, line in names if words(name) & VAGUE]
    return vague if len(vague) * 1000 > VAGUE_PER_THOUSAND * len(names) else []


def no_class_name_is_given_twice(root: Path) -> list[str]:
    by_name = defaultdict(list)
    for name, position in classes(root):
        by_name[name.removeprefix("_")].append(position)
    return [f"{name}: {', '.join(stands)}" for name, stands in by_name.items() if len(stands) > 1]


def the_glossary_names_the_classes_of_the_domain(root: Path) -> list[str]:
    """Both ways: no class of the domain is missing, and no class it names has gone."""
    glossary = root / "docs/glossary.md"
    explained = set(re.findall(r"`([A-Z]\w+)`", glossary.read_text(encoding="utf-8")))
    here = dict(classes(root))
    rooms = tuple(f"pipeline/{room}" for room in DOMAIN)
    return [
        f"docs/glossary.md does not explain {name} ({where})"
        for name, where in here.items()
        if where.startswith(rooms) and not name.startswith("_") and name not in explained
    ] + [f"docs/glossary.md explains {name}, which is no class" for name in sorted(explained - here.keys())]


def the_program_holds_no_norwegian_text(root: Path) -> list[str]:
    """It stands in schemas/ and site/locale/; docstrings may show data as it comes."""
    return [
        f"{location(root, file)}:{line} has the text {text[:60]!r}"
        for file in program(root)
        for line, text in {line: text for text, line in texts(file) if is_norwegian(text)}.items()
    ]


def operators_are_spoken_to_in_english(root: Path) -> list[str]:
    """A verb with --lang speaks it; what else the main job and the records say is for operators."""
    return [
        f"{location(root, file)}:{node.lineno} asks for {ast.unparse(node)}"
        for file in program(root)
        if location(root, file).startswith(tuple(f"pipeline/{room}" for room in ENGLISH))
        for node in ast.walk(parsed(file))
        if isinstance(node, ast.Call)
        for argument in (*node.args, *(keyword.value for keyword in node.keywords))
        if isinstance(argument, ast.Constant) and argument.value in WRITTEN_FORMS
    ]


LAWS = (
    operators_are_spoken_to_in_english,
    vague_names_are_rare,
    no_class_name_is_given_twice,
    the_glossary_names_the_classes_of_the_domain,
    the_program_holds_no_norwegian_text,
)
