"""The key of a kept result: it sees everything the result is made of, and nothing else."""

from pathlib import Path

import grimp
import pytest

import pipeline
from pipeline import provenance

HERE = Path(pipeline.__file__).parent
READER = "pipeline.collect.reader"


def file_of(module: str) -> Path:
    path = HERE.parent.joinpath(*module.split("."))
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


def test_the_program_in_a_key_is_the_module_and_all_it_imports() -> None:
    graph = grimp.build_graph("pipeline")
    for started in ("worker", "limits"):  # named in the text that starts the sealed process
        graph.add_import(importer=f"{READER}.client", imported=f"{READER}.{started}")

    seen = {module: provenance.modules(module) for module in graph.modules}

    assert len(seen) > 150
    assert file_of(f"{READER}.worker") in seen["pipeline.collect.source"]
    for module, files in seen.items():
        assert files == {file_of(module), *map(file_of, graph.find_upstream_modules(module))}, module


def test_templates_and_lists_beside_a_module_are_part_of_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "pipeline").mkdir()
    (tmp_path / "pipeline" / "page.py").write_text('"""A page."""\n', "utf-8")
    template = tmp_path / "pipeline" / "page.html"
    monkeypatch.setattr(provenance, "HERE", tmp_path / "pipeline")
    texts = ("<p>", "<p>", "<h1>")

    keys = []
    for text in texts:
        template.write_text(text, "utf-8")
        provenance.program.cache_clear()
        keys.append(provenance.key("pipeline.page"))
    provenance.program.cache_clear()

    assert keys[0] == keys[1] != keys[2]


def test_a_key_sees_each_ingredient_by_its_name_and_the_libraries(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    lock = tmp_path / "runtime.lock"
    lock.write_text("numpy==1\n", "utf-8")
    given = [
        provenance.key("pipeline.model", received="a", decided="b"),
        provenance.key("pipeline.model", received="b", decided="a"),
        provenance.key("pipeline.model", received="a"),
        provenance.key("pipeline.project", received="a", decided="b"),
    ]
    again = provenance.key("pipeline.model", decided="b", received="a")
    monkeypatch.setattr(provenance, "LOCK", lock)
    locked = provenance.key("pipeline.model", received="a", decided="b")
    monkeypatch.setattr(provenance, "LOCK", tmp_path / "nowhere")
    installed = provenance.key("pipeline.model", received="a", decided="b")

    assert again == given[0]
    assert len({*given, locked, installed}) == len(given) + 2
