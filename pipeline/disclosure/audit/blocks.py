"""The figures in blocks: what some relation may tie together, by what is counted and by years."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

import pandas as pd

from pipeline.definitions import Definitions
from pipeline.disclosure.audit.comparisons import Relation, comparisons
from pipeline.disclosure.audit.editions import CellKey, PublishedCell, PublishedEdition
from pipeline.disclosure.audit.questionnaire import Questionnaire, Statistic, linked_indicators, questionnaire
from pipeline.disclosure.audit.relations import AuditBlock, Counts, Returned
from pipeline.disclosure.audit.system import linked

Own = Mapping[tuple[int, str], Mapping[Statistic, float]]  # year, centre → what it knows of itself
Group = frozenset[str]


def blocks(
    editions: Sequence[PublishedEdition],
    definitions: Definitions,
    own: Own,
    returns: Sequence[pd.DataFrame] = (),
) -> Iterator[AuditBlock]:
    """The blocks in which something is hidden. `returns`: see `audit_editions`.

    Raises: PublicationRefused when a comparison is of other centres than those known to be in it.
    """
    forms = {form.form: questionnaire(definitions, form) for form in definitions.forms.values()}
    groups = {per_group: group for group in linked_indicators(forms.values()) for per_group in group}
    returned = [_returned(answers, definitions, forms) for answers in returns]
    compared = [_by_group(comparisons(edition), groups) for edition in editions]
    published_of = [_by_group_and_year(edition, groups) for edition in editions]
    national_services = tuple(
        sorted(id for id, centre in definitions.centres.items() if centre.national_service)
    )
    holders = {holder: centres for holder, centres in definitions.holders.items() if set(centres) - {holder}}
    for group in sorted(set(groups.values()), key=sorted):
        forms_of = {form: per_group.of(group) for form, per_group in forms.items()}
        together = [relation for per_group in compared for relation in per_group.get(group, ())]
        for years in _years_apart(
            {year for per_group in published_of for year in per_group[group]}, together
        ):
            asked = {year: forms_of[definitions.form(year).form] for year in years}
            block = AuditBlock(
                editions=tuple(
                    edition.only(years, [item for year in years for item in per_group[group].get(year, ())])
                    for edition, per_group in zip(editions, published_of, strict=True)
                ),
                comparisons=tuple(
                    tuple(relation for relation in per_group.get(group, ()) if relation.years <= set(years))
                    for per_group in compared
                ),
                forms=asked,
                national_services=national_services,
                own={
                    key: tuple((cell, value) for cell, value in known.items() if cell[0] in group)
                    for key, known in own.items()
                    if key[0] in asked
                },
                returns=tuple(
                    {
                        key: {
                            answer: value
                            for answer, value in answers.items()
                            if answer in asked[key[0]].answers
                        }
                        for key, answers in edition.items()
                        if key[0] in asked
                    }
                    for edition in returned
                ),
                holders=holders,
                counts=tuple(_counts(edition, forms_of, years) for edition in editions),
            )
            if block.hidden:
                yield block


def _counts(edition: PublishedEdition, forms: Mapping[int, Questionnaire], years: Sequence[int]) -> Counts:
    """What an edition shows of each centre in some years that a limit of a form counts by."""
    by = {limit.each for form in forms.values() for limit in form.at_most}
    counts: Counts = {
        key: {cell: item.value for cell, item in cells.items() if cell in by and item.value is not None}
        for key, cells in edition.centres.items()
        if key[0] in years
    }
    return {key: shown for key, shown in counts.items() if shown}


def _returned(
    answers: pd.DataFrame, definitions: Definitions, forms: Mapping[int, Questionnaire]
) -> Returned:
    """What each centre answered; answers that are only ever published together as their sum."""
    known = answers.loc[answers["value"].notna(), ["year", "centre", "variable", "value"]]
    number = {year: forms[definitions.form(year).form].number for year in known["year"].unique()}
    returned: defaultdict[tuple[int, str], dict[int, float]] = defaultdict(dict)
    for year, centre, variable, value in known.itertuples(index=False):
        if variable in number[year]:
            answers_ = returned[year, centre]
            answer = number[year][variable]
            answers_[answer] = answers_.get(answer, 0.0) + float(value)
    return returned


def _by_group(relations: Iterable[Relation], groups: Mapping[str, Group]) -> dict[Group, list[Relation]]:
    relations_of: defaultdict[Group, list[Relation]] = defaultdict(list)
    for relation in relations:
        relations_of[groups[next(iter(relation.figures)).indicator]].append(relation)
    return relations_of


def _by_group_and_year(
    edition: PublishedEdition, groups: Mapping[str, Group]
) -> dict[Group, dict[int, list[tuple[CellKey, PublishedCell]]]]:
    cells_of: dict[Group, dict[int, list[tuple[CellKey, PublishedCell]]]] = {
        group: {} for group in groups.values()
    }
    for cell, published in edition.published_cells.items():
        cells_of[groups[cell.indicator]].setdefault(cell.year, []).append((cell, published))
    return cells_of


def _years_apart(years: set[int], relations: Iterable[Relation]) -> list[tuple[int, ...]]:
    """The years in groups that no comparison of hidden figures ties together."""
    tied = {relation.years for relation in relations}
    return sorted(tuple(sorted(group)) for group in linked([*({year} for year in years), *tied]))
