"""Whoever writes a definition wrongly is told of everything at once, with file and key."""

import re
import shutil
from pathlib import Path

import pytest

from pipeline.definitions import load
from pipeline.errors import DefinitionError
from pipeline.project import Project

HERE = Path(__file__).parents[2]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    shutil.copytree(HERE / "schemas", tmp_path / "schemas")
    return Project.at(tmp_path)


def changed(project: Project, file: str, old: str, new: str) -> None:
    path = project.schemas / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def complaints(project: Project) -> list[str]:
    with pytest.raises(DefinitionError) as raised:
        load(project)
    return raised.value.problems


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        (
            "indicators/contacts.yaml",
            "unit: contacts",
            "unit: visits",
            "indicators/contacts.yaml: unit: «contacts»",
        ),
        ("indicators/contacts.yaml", "from: [contacts]", "from: [calls_made]", "no form asks «calls_made»"),
        ("indicators/contacts.yaml", "section: contacts", "section: letters", "«letters» is no section"),
        (
            "indicators/contacts.yaml",
            "[channel, user_group]",
            "[channel, place]",
            "no form breaks «contacts» down",
        ),
        ("indicators/contacts.yaml", "protect: events", "protect: sometimes", "protect: Input should be"),
        ("indicators/contacts.yaml", "protect: events", "protects: events", "protects: Extra inputs"),
        (
            "indicators/contacts.yaml",
            "channel=helpline",
            "channel=letterbox",
            "«channel=letterbox» is no category",
        ),
        ("indicators/contacts.yaml", "persons: persons_contacting", "persons: visits", "counts persons"),
        ("indicators/contacts.yaml", "id: contacts", "id: contact", "named «contacts» but defines «contact»"),
        (
            "indicators/user_forms.yaml",
            "protect: persons",
            "protect: persons\nprotect: open",
            "stands more than once",
        ),
        ("forms/2023.yaml", "by: channel", "by: channels", "there is no codelists/channels.yaml"),
        (
            "forms/2023.yaml",
            "phone, written",
            "phone, pigeon",
            "«pigeon» does not stand in codelists/channel.yaml",
        ),
        ("forms/2023.yaml", "measure: calls", "measure: visits", "visits: is asked 2 times"),
        ("codelists/channel.yaml", "becomes: written", "becomes: post", "«post» is no present code"),
        (
            "centres.yaml",
            'county: "31", from: 2024',
            'county: "01", from: 2024',
            "county 01 does not exist in",
        ),
        ("centres.yaml", "merged_into: linerle", "merged_into: alm", "«alm» does not report the year after"),
        (
            "centres.yaml",
            "    merged_into: hassel\n",
            (
                "    merged_into: hassel\n"
                "    contact: {address: A, phone: '1', web: 'https://a.no', hours: {nb: a, nn: a, en: a}}\n"
            ),
            "a centre that has closed cannot be reached",
        ),
        (
            "population.yaml",
            "2009: 268584",
            "2009: 268585",
            "the counties add up to 4799253, the country to 4799252",
        ),
        ("population.yaml", '  "30": {2020', '  "99": {2020', "there is no county 99"),
        ("regions.yaml", "    tile: [4, 5]\n", "", "a county of 2023 has a place on the map"),
        ("regions.yaml", "tile: [4, 1]", "tile: [3, 1]", "55 has that place in 2024"),
        ("regions.yaml", "tile: [2, 6]", "tile: [4, 5]", "03 has that place in 2023"),
        ("regions.yaml", 'becomes: ["30"]', 'becomes: ["99"]', "there is no county 99"),
        (
            "rules.yaml",
            "{left: [visitors], right: [visits]}",
            "{left: [guests], right: [visits]}",
            "asks «guests»",
        ),
        ("rules.yaml", "breaks: {visits: ", "breaks: {visit: ", "«visit» is no answer of the present form"),
        ("rules.yaml", '    holds: {visits: "–"}\n', "", "holds: Field required"),
        (
            "rules.yaml",
            'holds: {visits: "–"}',
            'holds: {visits: ""}',
            "that breaks it is the one that holds it",
        ),
        ("rules.yaml", "observe: sum", "observe: colour", "observe: Input should be 'sum'"),
        ("rules.yaml", 'pattern: "#.*"', 'pattern: "#.*("', "answer_is_no_error.pattern"),
        ("rules.yaml", "yields_to: [total_is_left_out]", "yields_to: [nobody]", "there is no rule «nobody»"),
        (
            "rules.yaml",
            "    size: 8\n    spread: 3.5",
            "    spread: 3.5",
            "proportion_unlike_other_centres.size: Field required",
        ),
        (
            "rules.yaml",
            "    severity: query\n    kind: across",
            "    severity: fatal\n    kind: across",
            "cannot be fatal for its return",
        ),
        (
            "rules.yaml",
            "Her står det {value}. Eit",
            "Her står det. Eit",
            "the slot {value} does not stand in both",
        ),
    ],
)
def test_a_contradiction_is_named_with_its_file(
    project: Project, file: str, old: str, new: str, message: str
) -> None:
    changed(project, file, old, new)

    problems = complaints(project)

    assert any(message in problem and file.rpartition("/")[2] in problem for problem in problems), problems


def test_all_contradictions_are_named_at_once(project: Project) -> None:
    changed(project, "indicators/contacts.yaml", "channel=helpline", "channel=letterbox")
    changed(project, "centres.yaml", "merged_into: linerle", "merged_into: alm")
    changed(project, "codelists/channel.yaml", "becomes: written", "becomes: post")

    problems = complaints(project)

    assert len({problem.split(":")[0] for problem in problems}) == 3


def test_a_label_without_a_language_of_the_site_is_named(project: Project) -> None:
    changed(project, "survey.yaml", "en: English}", "en: English, se: Davvisámegiella}")

    problems = complaints(project)

    assert "schemas/units.yaml: contacts.one: has no text in «se»" in problems
    of_forms = [problem for problem in problems if "forms/" in problem]
    assert of_forms  # the site files its indicators under the sections of the form
    assert all(re.search(r"sections\.\d+\.title:", problem) for problem in of_forms)


def test_text_that_looks_like_numbers_or_booleans_stays_text(project: Project) -> None:
    definitions = load(project)

    assert "01" in definitions.counties
    assert definitions.centres["furu"].county_in(definitions.survey.first_year) == "01"
