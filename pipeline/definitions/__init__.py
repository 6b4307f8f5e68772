"""Everything written in schemas/, loaded, checked against itself, and frozen."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from pipeline.definitions.areas import Centre, County, Nation, Population, Regions, Register
from pipeline.definitions.claims import Claims
from pipeline.definitions.consistency import inconsistencies
from pipeline.definitions.form_words import FormWords
from pipeline.definitions.limits import Limits
from pipeline.definitions.messages import Messages
from pipeline.definitions.portal import Portal
from pipeline.definitions.releases import Releases
from pipeline.definitions.rule_models import Notice, Rule, Rules
from pipeline.definitions.schema_models import (
    CodeList,
    Definition,
    Disclosure,
    Form,
    Indicator,
    Label,
    Survey,
    Unit,
    Units,
    Variable,
    term,
)
from pipeline.definitions.yaml_text import read_yaml
from pipeline.errors import DefinitionError
from pipeline.project import Project

KINDS: dict[str, type[Definition]] = {
    "survey.yaml": Survey,
    "units.yaml": Units,
    "regions.yaml": Regions,
    "centres.yaml": Register,
    "population.yaml": Population,
    "rules.yaml": Rules,
    "messages.yaml": Messages,
    "form_words.yaml": FormWords,
    "disclosure.yaml": Disclosure,
    "limits.yaml": Limits,
    "portal.yaml": Portal,
    "claims.yaml": Claims,
    "releases.yaml": Releases,
    "codelists/*.yaml": CodeList,
    "forms/*.yaml": Form,
    "indicators/*.yaml": Indicator,
}


OPTIONAL = ("population.yaml",)  # without it nothing is given per inhabitant


@dataclass(
    frozen=True, eq=False
)  # one loading is equal to itself alone, so that what follows from it can be kept
class Definitions:
    """What is counted, asked, checked and hidden."""

    survey: Survey
    units: dict[str, Unit]
    codelists: dict[str, CodeList]
    nation: Nation
    counties: dict[str, County]
    register: Register
    population: Population
    forms: dict[int, Form]
    indicators: dict[str, Indicator]
    rules: tuple[Rule, ...]
    reading: tuple[Notice, ...]
    places: dict[str, Label]
    messages: Messages
    form_words: FormWords
    disclosure: Disclosure
    limits: Limits
    portal: Portal
    claims: Claims
    releases: Releases

    @property
    def years(self) -> range:
        """Every year the statistic covers."""
        return range(self.survey.first_year, self.survey.last_year + 1)

    @property
    def centres(self) -> dict[str, Centre]:
        """The register: centre id → centre."""
        return self.register.centres

    @cached_property
    def newest_form(self) -> Form:
        """The present form."""
        return self.forms[max(self.forms)]

    @cached_property
    def notices(self) -> dict[str, Notice]:
        """What is said of a file as it is read: rule → its notice."""
        return {notice.id: notice for notice in self.reading}

    def until(self, last_year: int) -> "Definitions":
        """The definitions as they are while the statistic ends with that year: what begins later is not in them."""
        if last_year == self.survey.last_year:
            return self
        forms = {first: form for first, form in self.forms.items() if first <= last_year}
        counties = {code: county for code, county in self.counties.items() if county.since <= last_year}
        centres = {name: centre for name, centre in self.centres.items() if centre.opened <= last_year}
        withheld = tuple(cell for cell in self.disclosure.withheld if cell.year <= last_year)
        return replace(
            self,
            survey=self.survey.model_copy(update={"last_year": last_year}),
            counties={
                code: county.model_copy(
                    update={"becomes": tuple(name for name in county.becomes if name in counties)}
                )
                for code, county in counties.items()
            },
            register=self.register.model_copy(
                update={
                    "centres": {
                        name: centre.model_copy(
                            update={
                                "merged_into": centre.merged_into if centre.merged_into in centres else None,
                                "counties": centre.counties_until(last_year),
                            }
                        )
                        for name, centre in centres.items()
                    }
                }
            ),
            forms=forms,
            indicators={
                name: indicator.model_copy(
                    update={"breaks": tuple(entry for entry in indicator.breaks if entry.year <= last_year)}
                )
                for name, indicator in self.indicators.items()
                if any(_asks(form, indicator) for form in forms.values())
            },
            disclosure=self.disclosure.model_copy(update={"withheld": withheld}),
        )

    def form(self, year: int) -> Form:
        """The form in use that year: the newest that had been sent out by then."""
        return self.forms[max(first for first in self.forms if first <= year)]

    def centres_in(self, year: int) -> tuple[str, ...]:
        """The centres a return is expected from that year, in order of the register."""
        return tuple(centre for centre, entry in self.centres.items() if entry.reports_in(year))

    def predecessors(self, year: int, centre: str) -> tuple[str, ...]:
        """The centres whose returns of the year before a centre is compared with: itself, and those merged into it."""
        merged = [
            name
            for name, entry in self.centres.items()
            if entry.merged_into == centre and entry.closed == year - 1
        ]
        return (centre, *merged)

    def lineage(self, year: int, centre: str) -> dict[int, tuple[str, ...]]:
        """The centres a centre is the sum of in each earlier year, newest year first; those expected to report."""
        predecessors_by_year: dict[int, tuple[str, ...]] = {}
        present: tuple[str, ...] = (centre,)
        for earlier in reversed(range(self.survey.first_year, year)):
            present = tuple(
                dict.fromkeys(
                    name
                    for centre_then in present
                    for name in self.predecessors(earlier + 1, centre_then)
                    if self.centres[name].reports_in(earlier)
                )
            )
            if not present:
                break
            predecessors_by_year[earlier] = present
        return predecessors_by_year

    @cached_property
    def holders(self) -> dict[str, tuple[str, ...]]:
        """Who holds returns of several centres → those: each centre, with all it took over, and each host."""
        heir = {name: centre.merged_into for name, centre in self.centres.items() if centre.merged_into}
        held: dict[str, list[str]] = {name: [name] for name in self.centres}
        for name in heir:
            holder: str | None = name
            while (holder := heir.get(holder or "")) is not None:
                held[holder].append(name)
        return {holder: tuple(names) for holder, names in (held | self.disclosure.hosts).items()}

    def present_county(self, centre: str) -> str:
        """Code of the county a centre lies in on today's map; of a closed one, the county that took over."""
        code = self.centres[centre].county_in(self.survey.last_year)
        while not self.counties[code].valid_in(self.survey.last_year):
            (code,) = self.counties[code].becomes
        return code

    def counties_in(self, year: int) -> tuple[str, ...]:
        """The counties of that year, in order of code."""
        return tuple(code for code, county in sorted(self.counties.items()) if county.valid_in(year))

    def answers(self, form: Form, text: str) -> tuple[Variable, ...]:
        """The answers of a form that a term adds up: its total, or the cells that hold its codes.

        A narrowed term takes the smallest tables that hold all its breakdowns; codes are matched as published,
        and one that others are part of is asked itself or made up of them.
        """
        measure, codes = term(text)
        variables = self._variables_by_form[form.form].get(measure, ())
        if not codes:
            return tuple(variable for variable, _ in variables if variable.table is None)
        tables = [
            table
            for variable, _ in variables
            if (table := variable.table) and codes.keys() <= table.breakdowns
        ]
        if not tables:
            return ()
        smallest = min(tables, key=lambda table: len(table.axes))
        return tuple(
            variable
            for variable, published in variables
            if variable.table is smallest and all(code in published[name] for name, code in codes.items())
        )

    @cached_property
    def _variables_by_form(self) -> dict[int, dict[str, list[tuple[Variable, dict[str, tuple[str, ...]]]]]]:
        """Form → measure → its answers, each with the codes of each breakdown it is published under today."""
        by_form: dict[int, dict[str, list[tuple[Variable, dict[str, tuple[str, ...]]]]]] = {}
        for form in self.forms.values():
            measures = by_form.setdefault(form.form, {})
            for variable in form.variables():
                published = {
                    name: self.codelists[name].present(code) for name, code in variable.codes.items()
                }
                measures.setdefault(variable.measure, []).append((variable, published))
        return by_form


def _asks(form: Form, indicator: Indicator) -> bool:
    """Whether a form asks all that an indicator is made of."""
    measures = {question.measure for question in form.questions}
    return all(term(source)[0] in measures for source in indicator.sources)


def load(project: Project) -> Definitions:
    """Every definition of the project.

    Raises: DefinitionError with every contradiction at once, each naming its file and key.
    """
    problems: list[str] = []
    loaded: dict[type[Definition], list[Any]] = {kind: [] for kind in KINDS.values()}
    for pattern, kind in KINDS.items():
        for path in _files(project.schemas, pattern, problems):
            try:
                written = read_yaml(path)
                definition = kind.model_validate(written)
            except ValidationError as error:
                problems += [_problem(project, path, written, problem) for problem in error.errors()]
            except DefinitionError as error:
                problems += error.problems
            else:
                loaded[kind].append(definition)
                problems += _misnamed(project, path, definition)
    if problems:
        raise DefinitionError(problems)
    regions, register = loaded[Regions][0], loaded[Register][0]
    definitions = Definitions(
        survey=loaded[Survey][0],
        units=loaded[Units][0].units,
        codelists={definition.id: definition for definition in loaded[CodeList]},
        nation=regions.nation,
        counties=regions.counties,
        register=register,
        population=next(iter(loaded[Population]), Population()),
        forms={definition.form: definition for definition in loaded[Form]},
        indicators={
            definition.id: definition
            for definition in sorted(
                loaded[Indicator], key=lambda definition: (definition.order, definition.id)
            )
        },
        rules=loaded[Rules][0].rules,
        reading=loaded[Rules][0].reading,
        places=loaded[Rules][0].places,
        messages=loaded[Messages][0],
        form_words=loaded[FormWords][0],
        disclosure=loaded[Disclosure][0],
        limits=loaded[Limits][0],
        portal=loaded[Portal][0],
        claims=loaded[Claims][0],
        releases=loaded[Releases][0],
    )
    if problems := inconsistencies(definitions):
        raise DefinitionError(problems)
    return definitions


def _files(schemas: Path, pattern: str, problems: list[str]) -> Iterable[Path]:
    files = sorted(schemas.glob(pattern))
    if not files and pattern not in OPTIONAL:
        problems.append(f"schemas/{pattern}: the file is missing")
    return files


def _problem(project: Project, path: Path, written: Any, problem: Any) -> str:
    """What pydantic refuses, with its key; an entry of a list is named by its own id where it has one."""
    keys: list[str] = []
    *outer, last = problem["loc"]
    for key in outer:
        if isinstance(written, list):
            written = written[key]
            keys.append(str(written.get("id", key) if isinstance(written, dict) else key))
        elif isinstance(written, dict) and key in written:  # else a name that only the models know
            written = written[key]
            keys.append(str(key))
    file = path.relative_to(project.root)
    return f"{file}: {'.'.join([*keys, str(last)])}: {problem['msg']} (it says {problem['input']!r:.60})"


def _misnamed(project: Project, path: Path, definition: Any) -> list[str]:
    """A file in a folder of definitions is named after its own id, so that it is found where it is looked for."""
    named = str(getattr(definition, "form", getattr(definition, "id", path.stem)))
    if named == path.stem:
        return []
    return [f"{path.relative_to(project.root)}: the file is named «{path.stem}» but defines «{named}»"]
