"""A file tried without a link: the same check, nothing stored, nothing told of what the centre has sent before."""

from pathlib import Path

from pipeline.project import Project
from tests.portal.counter import Counter, taught


def written(project: Project) -> dict[Path, bytes]:
    return {
        path: path.read_bytes()
        for path in project.root.rglob("*")
        if path.is_file() and not path.is_symlink() and path.name != ".lock"
    }


def test_a_file_is_tried_and_nothing_of_it_is_kept(counter: Counter, centre: str) -> None:
    before = written(counter.project)
    visitor = counter.visitor("nn")

    answer = visitor.post("prov", file=counter.file(centre, taught(50) | {"employees": "ca. 4"}))

    assert answer.status_code == 200
    assert "Må rettast eller forklarast: 1" in visitor.text
    assert "«ca. 4»" in visitor.text
    assert written(counter.project) == before


def test_who_has_no_link_learns_nothing_of_earlier_years(counter: Counter, centre: str) -> None:
    odd = counter.file(centre, taught(5 * counter.listeners(centre)))
    with_link = counter.centre(centre)
    with_link.post("fil", file=odd)
    with_link.post("kontroll", dict.fromkeys(with_link.questions(), "Vi holdt flere kurs enn før."))
    assert "mot " in with_link.text

    visitor = counter.visitor()
    visitor.post("prov", file=odd)

    assert "Vi fant ikke noe å rette eller forklare." in visitor.text
    assert "Vi holdt flere kurs" not in visitor.text
    assert "mot " not in visitor.text


def test_a_refused_file_is_told_of_in_a_sentence(counter: Counter) -> None:
    counter.seconds += 60
    visitor = counter.visitor()

    answer = visitor.post("prov", file=b"PK\x03\x04 broken")

    assert answer.status_code == 422
    assert 'role="alert"' in visitor.text
    assert "Traceback" not in visitor.text
