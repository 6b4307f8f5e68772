"""The figures in blocks: what some relation may tie together, by what is counted and by years."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from pipeline.definitions import Definitions
from pipeline.disclosure.audit.comparisons import Relation, comparisons
from pipeline.disclosure.audit.editions import Edition, Place, Said
from pipeline.disclosure.audit.questionnaire import Cell, questionnaire, tied
from pipeline.disclosure.audit.relations import Block

Own = Mapping[tuple[int, str], Mapping[Cell, float]]  # year, centre → what it knows of itself
Group = frozenset[str]


def blocks(editions: Sequence[Edition], definitions: Definitions, own: Own) -> Iterator[Block]:
    """The blocks in which something is hidden.

    Raises: PublicationRefused when a comparison is of other centres than those known to be in it.
    """
    forms = {form.form: questionnaire(definitions, form) for form in definitions.forms.values()}
    groups = {one: group for group in tied(forms.values()) for one in group}
    compared = [_by_group(comparisons(edition), groups) for edition in editions]
    said = [_by_group_and_year(edition, groups) for edition in editions]
    helpline = tuple(sorted(id for id, centre in definitions.centres.items() if centre.helpline))
    for group in sorted(set(groups.values()), key=sorted):
        asked = {form: one.of(group) for form, one in forms.items()}
        together = [relation for one in compared for relation in one.get(group, ())]
        for years in _linked({year for one in said for year in one[group]}, together):
            block = Block(
                editions=tuple(
                    edition.only(years, [item for year in years for item in one[group].get(year, ())])
                    for edition, one in zip(editions, said, strict=True)
                ),
                comparisons=tuple(
                    tuple(relation for relation in one.get(group, ()) if relation.years <= set(years))
                    for one in compared
                ),
                forms={year: asked[definitions.form(year).form] for year in years},
                helpline=helpline,
                own={
                    key: tuple((cell, value) for cell, value in known.items() if cell[0] in group)
                    for key, known in own.items()
                    if key[0] in years
                },
            )
            if block.hidden:
                yield block


def _by_group(relations: Iterable[Relation], groups: Mapping[str, Group]) -> dict[Group, list[Relation]]:
    found: defaultdict[Group, list[Relation]] = defaultdict(list)
    for relation in relations:
        found[groups[next(iter(relation.figures)).indicator]].append(relation)
    return found


def _by_group_and_year(
    edition: Edition, groups: Mapping[str, Group]
) -> dict[Group, dict[int, list[tuple[Place, Said]]]]:
    found: dict[Group, dict[int, list[tuple[Place, Said]]]] = {group: {} for group in groups.values()}
    for place, said in edition.said.items():
        found[groups[place.indicator]].setdefault(place.year, []).append((place, said))
    return found


def _linked(years: set[int], relations: Iterable[Relation]) -> list[tuple[int, ...]]:
    """The years in groups that no comparison of hidden figures ties together."""
    groups = [{year} for year in sorted(years)]
    for together in {relation.years for relation in relations}:
        touched = [group for group in groups if group & together]
        groups = [group for group in groups if group not in touched] + [set().union(*touched)]
    return sorted(tuple(sorted(group)) for group in groups)
