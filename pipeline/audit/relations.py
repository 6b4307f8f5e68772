"""Every relation between published figures that a reader could know, as one system of sums for a block of figures."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from pipeline.audit.comparisons import Relation, relations_of
from pipeline.audit.editions import Edition, Place, Said
from pipeline.audit.questionnaire import Cell, Questionnaire, Terms
from pipeline.audit.system import System, system
from pipeline.errors import PublicationRefused
from pipeline.output import HIDDEN

ENDLESS = float("inf")
PLENTY = 1e7  # stands for no limit: more than anybody counts here, and few enough digits for a solver
Sum = Counter[int]
Own = Sequence[tuple[Cell, float]]


@dataclass(frozen=True)
class Block:
    """Figures that some relation may tie together: some indicators in some years, as each edition gives them."""

    editions: tuple[Edition, ...]
    forms: Mapping[int, Questionnaire]  # year → what the form in use asks, of these indicators
    helpline: frozenset[str]  # the centres that answer the national helpline
    own: Mapping[tuple[int, str], Own]  # year, centre → what it knows of itself


class Return(NamedTuple):
    """The answers of one centre in one year: the first of them, and which cells they fill."""

    first: int
    answered: Mapping[Cell, bool | None]


@dataclass
class Relations:
    """Unknown answers, and what is known of sums of them."""

    n_unknown: int = 0
    sums: list[Sum] = field(default_factory=list)
    known: list[tuple[float, float]] = field(default_factory=list)
    hidden: list[tuple[Place, int]] = field(default_factory=list)  # each hidden figure and its row
    own: defaultdict[str, list[tuple[int, float]]] = field(default_factory=lambda: defaultdict(list))

    def system(self) -> System:
        """All of it, to be attacked."""
        return system([(0.0, PLENTY)] * self.n_unknown, self.sums, self.known)

    def unknown(self, n: int) -> int:
        """Makes room for n more answers; gives the first."""
        self.n_unknown += n
        return self.n_unknown - n

    def note(self, terms: Sum, least: float, most: float) -> int:
        """Notes what a sum is known to be; gives its row.

        Raises: PublicationRefused when a sum of nothing is said to be something.
        """
        if not terms and not least <= 0 <= most:
            raise PublicationRefused("Tallene motsier hverandre: et tall som ingen sentre er med i, er ikke 0.")
        self.sums.append(terms)
        self.known.append((least, most))
        return len(self.sums) - 1


def relations(block: Block, *, unchanged: bool = True) -> Relations:
    """Everything known of a block; `unchanged`: what no edition shows to be corrected, is the same in all of them."""
    found = Relations()
    latest: dict[tuple[int, str], Return] = {}
    before: Edition | None = None
    for edition in block.editions:
        returns = {
            key: Return(found.unknown(block.forms[key[0]].n_answers), edition.answered(*key, block.forms[key[0]]))
            for key in edition.centres
        }
        for (year, centre), one in returns.items():
            _bind(found, block.forms[year], one, runs_helpline=centre in block.helpline)
            if unchanged and before and (year, centre) in latest:
                _link(found, block.forms[year], latest[year, centre], one, _corrected(before, edition, (year, centre)))
        _figures(found, block, edition, returns)
        latest |= returns
        before = edition
    for (year, centre), own in block.own.items():
        if (year, centre) in latest:
            first, cells = latest[year, centre].first, block.forms[year].cells
            found.own[centre] += [
                (found.note(_at(cells[cell], first), 0, ENDLESS), value) for cell, value in own if cell in cells
            ]
    return found


def _at(answers: Terms, first: int) -> Sum:
    return Counter({first + answer: count for answer, count in answers.items()})


def _bind(found: Relations, form: Questionnaire, one: Return, *, runs_helpline: bool) -> None:
    """What every return that counts has been checked for: tables make their totals, and what cannot be larger is not."""
    given = {answer for cell, state in one.answered.items() if state for answer in form.cells[cell]}
    for total, whole in form.tables:
        parts = {answer: count for answer, count in whole.items() if answer in given}
        if total in given and parts:
            terms = _at(parts, one.first)
            terms[one.first + total] -= 1
            found.note(terms, 0 if len(parts) == len(whole) else -ENDLESS, 0)
    for limit in form.at_most:
        left = {answer: count for answer, count in limit.left.items() if answer in given}
        if left and limit.right.keys() <= given and not (limit.exempt_helpline and runs_helpline):
            terms = _at(left, one.first)
            terms.subtract(_at({answer: limit.times * count for answer, count in limit.right.items()}, one.first))
            found.note(terms, -ENDLESS, 0)


def _corrected(before: Edition, edition: Edition, key: tuple[int, str]) -> set[str]:
    """The indicators of which the two editions do not say the same of a centre, as far as either shows it."""
    return {
        cell[0]
        for cell, said in edition.centres[key].items()
        if (earlier := before.centres[key].get(cell)) and not _may_be_equal(earlier, said)
    }


def _may_be_equal(one: Said, other: Said) -> bool:
    if one.is_answered != other.is_answered:
        return False
    values = {said.value for said in (one, other) if said.value is not None}
    return len(values) < 2 and not (values == {0} and HIDDEN in {one.status, other.status})  # noqa: PLR2004


def _link(found: Relations, form: Questionnaire, earlier: Return, now: Return, corrected: set[str]) -> None:
    """Answers that no edition shows to be corrected are the same in both."""
    changed = {answer for cell, answers in form.cells.items() if cell[0] in corrected for answer in answers}
    for answer in set(range(form.n_answers)) - changed:
        found.note(Counter({earlier.first + answer: 1, now.first + answer: -1}), 0, 0)


def _figures(found: Relations, block: Block, edition: Edition, returns: Mapping[tuple[int, str], Return]) -> None:
    """What is said of each figure, and what comparisons say of several."""
    terms: dict[Place, Sum] = {}
    for place, said in edition.said.items():
        if said.is_answered:
            terms[place] = _terms(found, block.forms[place.year].cells[place.cell], edition, place, returns)
            least, most = (1.0, ENDLESS) if said.value is None else (said.value, said.value)
            row = found.note(terms[place], max(least, edition.least.get(place, least)), most)
            if said.status == HIDDEN:
                found.hidden.append((place, row))
            if place in edition.elsewhere:
                found.note(terms[place], edition.elsewhere[place], edition.elsewhere[place])
    for place, said in edition.said.items():
        for relation in relations_of(edition, place, said):
            _compare(found, relation, edition, terms)


def _compare(found: Relations, relation: Relation, edition: Edition, terms: Mapping[Place, Sum]) -> None:
    """Notes what a comparison says of the hidden figures in it."""
    known, unknown = 0.0, Counter[int]()
    for place, factor in relation.figures.items():
        value = edition.said[place].value
        if value is None:
            unknown.update({answer: factor * count for answer, count in terms[place].items()})
        else:
            known += factor * value
    if unknown:
        found.note(unknown, relation.least - known, relation.most - known)


def _terms(
    found: Relations, answers: Terms, edition: Edition, place: Place, returns: Mapping[tuple[int, str], Return]
) -> Sum:
    """The answers in a figure. Of a centre that may or may not be in it, something that may be nothing.

    Raises: PublicationRefused when the centres known to have answered are not as many as the figure says.
    """
    inside = [returns[place.year, centre] for centre in edition.members[place.where]]
    certain = [one for one in inside if one.answered[place.cell]]
    perhaps = [one for one in inside if one.answered[place.cell] is None]
    missing = edition.said[place].n_centres - len(certain)
    if not 0 <= missing <= len(perhaps):
        raise PublicationRefused(f"{' '.join(map(str, place))}: antallet sentre stemmer ikke med det som vises for hvert av dem.")
    if missing == len(perhaps):
        certain, perhaps = certain + perhaps, []
    terms = Counter[int]()
    for one in certain:
        terms.update(_at(answers, one.first))
    if missing:
        terms.update(dict.fromkeys(range(found.unknown(len(perhaps)), found.n_unknown), 1))
    return terms
