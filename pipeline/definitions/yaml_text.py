"""YAML as text: every scalar is a string until the model types it, and no key may stand twice."""

from pathlib import Path
from typing import Any

import yaml

from pipeline.errors import DefinitionError


class _TextLoader(yaml.CBaseLoader):
    """`no: 012` is {"no": "012"}, not {False: 10}; a repeated key is an error, not a silent loss."""


def _mapping(loader: _TextLoader, node: yaml.MappingNode) -> dict[Any, Any]:
    keys = [loader.construct_object(key, deep=True) for key, _ in node.value]
    for key, (mark, _) in zip(keys, node.value, strict=True):
        if keys.count(key) > 1:
            raise yaml.constructor.ConstructorError(
                None, None, f"the key «{key}» stands more than once", mark.start_mark
            )
    return loader.construct_mapping(node, deep=True)


_TextLoader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def read_yaml(path: Path) -> Any:
    """The content of a YAML file, every scalar as text.

    Raises: DefinitionError naming file and line when it is missing, not YAML, or repeats a key.
    """
    try:
        return parse_yaml(path.read_bytes(), path.name)
    except FileNotFoundError:
        raise DefinitionError([f"{path.name}: the file is missing"]) from None


def parse_yaml(content: bytes, name: str, first_line: int = 1) -> Any:
    """The content of a piece of YAML that begins at a line of the file `name`, every scalar as text.

    Raises: DefinitionError naming file and line when it is not YAML, or repeats a key.
    """
    try:
        return yaml.load(content, Loader=_TextLoader)  # noqa: S506 - a base loader makes only text
    except yaml.MarkedYAMLError as error:
        line = first_line + (error.problem_mark.line if error.problem_mark else 0)
        raise DefinitionError([f"{name}, line {line}: {error.problem}"]) from None
