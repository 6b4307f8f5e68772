"""Every relation between published figures that a reader could know, as one system of sums for a block of figures."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from pipeline.disclosure.audit.comparisons import Relation
from pipeline.disclosure.audit.editions import CellKey, PublishedCell, PublishedEdition
from pipeline.disclosure.audit.questionnaire import Questionnaire, Statistic, Terms
from pipeline.disclosure.audit.system import System, system
from pipeline.errors import PublicationRefused
from pipeline.output import HIDDEN, SHOWN

ENDLESS = float("inf")
PLENTY = 1e7  # stands for no limit: more than anybody counts here, and few enough digits for a solver
Sum = dict[int, float]  # unknown answer → how many times it is counted
Known = Sequence[tuple[Statistic, float]]
Counts = Mapping[tuple[int, str], Mapping[Statistic, float]]  # year, centre → what is shown of it
Returned = Mapping[
    tuple[int, str], Mapping[int, float]
]  # year, centre → what it answered, by number of the answer


@dataclass(frozen=True)
class AuditBlock:
    """Figures that some relation may tie together: some indicators in some years, as each edition gives them."""

    editions: tuple[PublishedEdition, ...]  # oldest first
    comparisons: tuple[tuple[Relation, ...], ...]  # of each edition
    forms: Mapping[int, Questionnaire]  # year → what the form in use asks, of these indicators
    national_services: tuple[str, ...]  # the centres that run the national service
    own: Mapping[tuple[int, str], Known]  # year, centre → what it knows of itself
    returns: tuple[Returned, ...] = ()  # of each edition, where the audit has been given them
    holders: Mapping[str, tuple[str, ...]] = field(
        default_factory=dict
    )  # who knows the returns of several centres
    counts: tuple[Counts, ...] = ()  # of each edition: figures of other blocks that a limit counts by

    @property
    def hidden(self) -> list[CellKey]:
        """The figures that any edition hides."""
        return sorted(
            {
                cell
                for edition in self.editions
                for cell, published in edition.published_cells.items()
                if published.status == HIDDEN
            }
        )

    def of(self, *editions: int) -> "AuditBlock":
        """The same as if there were these editions only."""
        return replace(
            self,
            editions=tuple(self.editions[number] for number in editions),
            comparisons=tuple(self.comparisons[number] for number in editions),
            returns=tuple(self.returns[number] for number in editions if self.returns),
            counts=tuple(self.counts[number] for number in editions if self.counts),
        )

    def partners(self, cell: CellKey, earlier: int) -> tuple[CellKey, ...]:
        """Figures of the same breakdown that an earlier edition hid and the newest shows."""
        return tuple(
            other
            for other, published in self.editions[earlier].published_cells.items()
            if (other.year, other.statistic) == (cell.year, cell.statistic)
            and published.status == HIDDEN
            and self.editions[-1].status(other) == SHOWN
        )


class AnswerSet(NamedTuple):
    """The answers of one centre in one year, each by its number among the unknown, and which cells they fill."""

    answers: Sequence[int]
    answered: Mapping[Statistic, bool | None]


@dataclass
class Relations:
    """Unknown answers, and what is known of sums of them."""

    owner: list[str] = field(default_factory=list)  # the centre of each unknown answer
    sums: list[Sum] = field(default_factory=list)
    known: list[tuple[float, float]] = field(default_factory=list)
    hidden: dict[CellKey, int] = field(
        default_factory=dict
    )  # the row of each figure the newest edition hides
    # … or an earlier one did, of other answers:
    once_hidden: list[tuple[CellKey, int]] = field(default_factory=list)
    row_of: list[dict[CellKey, int]] = field(default_factory=list)  # of each edition: the row of each figure
    # … and the rows of its figures and of its comparisons:
    rows_of_edition: list[tuple[range, range]] = field(default_factory=list)
    truth: dict[int, float] = field(default_factory=dict)  # answers that the audit has been given
    own: defaultdict[str, list[tuple[int, float]]] = field(default_factory=lambda: defaultdict(list))
    held: dict[str, tuple[str, ...]] = field(
        default_factory=dict
    )  # … and the centres of who holds several returns

    def system(self) -> System:
        """All of it, to be attacked."""
        return system([(0.0, PLENTY)] * len(self.owner), self.sums, self.known)

    def until(self, n_editions: int) -> System:
        """The same as if only the first editions were out, and of later ones only what is 0."""
        known = list(self.known)
        for figures, comparisons in self.rows_of_edition[n_editions:]:
            for row in figures:
                known[row] = known[row] if known[row] == (0, 0) else (1, ENDLESS)
            for row in comparisons:
                known[row] = (-ENDLESS, ENDLESS)
        return system([(0.0, PLENTY)] * len(self.owner), self.sums, known)

    def unknown(self, owner: str) -> int:
        """One more unknown answer."""
        self.owner.append(owner)
        return len(self.owner) - 1

    def value(self, row: int) -> float | None:
        """What a row comes to, where every answer in it is known to the audit."""
        if not self.sums[row].keys() <= self.truth.keys():
            return None
        return sum(count * self.truth[answer] for answer, count in self.sums[row].items())

    def hide(self, rows: dict[CellKey, int]) -> None:
        """Notes the rows of what the next edition hides."""
        self.once_hidden += [
            (cell, row)
            for cell, row in self.hidden.items()
            if cell not in rows or self.sums[rows[cell]] != self.sums[row]
        ]
        self.hidden = rows

    def note(self, terms: Sum, least: float, most: float) -> int:
        """Notes what a sum is known to be; gives its row.

        Raises: PublicationRefused when a sum of nothing is said to be something.
        """
        if not terms and not least <= 0 <= most:
            raise PublicationRefused("The figures contradict each other: one that no centre is in is not 0.")
        self.sums.append(terms)
        self.known.append((least, most))
        return len(self.sums) - 1


def relations(block: AuditBlock) -> Relations:
    """Everything known of a block: what was not corrected between two editions is the same in both.

    Where the audit has been given the returns, those tell what was corrected, hidden or not; else the figures shown.
    """
    known = Relations()
    latest: dict[tuple[int, str], AnswerSet] = {}
    returned_before: dict[tuple[int, str], Mapping[int, float]] = {}
    before: PublishedEdition | None = None
    for number, (edition, comparisons) in enumerate(zip(block.editions, block.comparisons, strict=True)):
        returned = block.returns[number] if block.returns else {}
        returns: dict[tuple[int, str], AnswerSet] = {}
        for key in edition.centres:
            form = block.forms[key[0]]
            unchanged: Mapping[int, int] = {}
            if key in returned and key in returned_before:
                unchanged = _answered_equally(latest[key], returned_before[key], returned[key])
                _remember(known, form, key[1], latest[key], returned_before[key], unchanged)
            elif before and key in before.centres:
                itself = block.own.get(key, ()) if edition is block.editions[-1] else ()
                unchanged = _unchanged_answers(
                    form, latest[key], _corrected(before, edition, key, dict(itself))
                )
            returns[key] = _return(known, form, edition, key, unchanged)
            counts = block.counts[number].get(key, {}) if block.counts else {}
            _bind(known, form, returns[key], counts, runs_national_service=key[1] in block.national_services)
            known.truth |= {
                returns[key].answers[answer]: value for answer, value in returned.get(key, {}).items()
            }
        _figures(known, block, edition, returns, comparisons)
        latest |= returns
        returned_before |= {key: returned[key] for key in returns.keys() & returned.keys()}
        before = edition
    for (year, centre), own in block.own.items():
        if (year, centre) in latest:
            cells = block.forms[year].cells
            for cell, value in own:
                if cell in cells:
                    terms = _at(cells[cell], latest[year, centre])
                    known.own[centre].append((known.note(terms, 0, ENDLESS), value))
                    known.truth |= dict.fromkeys(terms, value) if len(terms) == 1 else {}
    for holder, centres in block.holders.items():
        known.own[holder] = [item for centre in centres for item in known.own.get(centre, ())]
    known.held |= block.holders
    return known


def _return(
    known: Relations,
    form: Questionnaire,
    edition: PublishedEdition,
    key: tuple[int, str],
    unchanged_answers: Mapping[int, int],
) -> AnswerSet:
    """The answers of a centre: those kept from an earlier edition are the same unknowns again."""
    return AnswerSet(
        [
            unchanged_answers[answer] if answer in unchanged_answers else known.unknown(key[1])
            for answer in range(form.n_answers)
        ],
        edition.answered(*key, form),
    )


def _answered_equally(
    earlier: AnswerSet, before: Mapping[int, float], now: Mapping[int, float]
) -> dict[int, int]:
    return {
        answer: number
        for answer, number in enumerate(earlier.answers)
        if before.get(answer) == now.get(answer)
    }


def _remember(
    known: Relations,
    form: Questionnaire,
    centre: str,
    earlier: AnswerSet,
    before: Mapping[int, float],
    unchanged: Mapping[int, int],
) -> None:
    """Notes what a centre still knows of itself after a correction: what it had answered first."""
    for terms in form.cells.values():
        if terms.keys() <= before.keys() and not terms.keys() <= unchanged.keys():
            value = sum(count * before[answer] for answer, count in terms.items())
            known.own[centre].append((known.note(_at(terms, earlier), 0, ENDLESS), value))


def _corrected(
    before: PublishedEdition, edition: PublishedEdition, key: tuple[int, str], own: Mapping[Statistic, float]
) -> set[str]:
    """The indicators of which two editions do not say the same of a centre, as far as both show it, or it says itself.

    Who reads both is taken to know where the correction is.
    """
    earlier = before.centres[key]
    return {
        cell[0]
        for cell, published in edition.centres[key].items()
        if cell in earlier and not _may_be_equal(earlier[cell], published, own.get(cell))
    }


def _may_be_equal(earlier: PublishedCell, later: PublishedCell, own: float | None) -> bool:
    """What is hidden is not 0."""
    values = [earlier.value, own if later.value is None else later.value]
    both_known = None not in values or HIDDEN not in {earlier.status, later.status}
    return earlier.is_answered == later.is_answered and (
        values[0] == values[1] if both_known else all(value is None or value for value in values)
    )


def _unchanged_answers(form: Questionnaire, earlier: AnswerSet, corrected: set[str]) -> dict[int, int]:
    changed = {answer for cell, answers in form.cells.items() if cell[0] in corrected for answer in answers}
    return {answer: number for answer, number in enumerate(earlier.answers) if answer not in changed}


def _at(terms: Terms, answer_set: AnswerSet, times: float = 1) -> Sum:
    return {answer_set.answers[answer]: times * count for answer, count in terms.items()}


def _bind(
    known: Relations,
    form: Questionnaire,
    answer_set: AnswerSet,
    counts: Mapping[Statistic, float],
    *,
    runs_national_service: bool,
) -> None:
    """What every return that counts was checked for: tables make their totals, and what cannot be larger is not."""
    given = {answer for cell, state in answer_set.answered.items() if state for answer in form.cells[cell]}
    for total, whole in form.tables:
        parts = {answer: count for answer, count in whole.items() if answer in given}
        if total in given and parts:
            all_parts = len(parts) == len(whole)
            known.note(
                _at(parts, answer_set) | _at({total: 1}, answer_set, -1), 0 if all_parts else -ENDLESS, 0
            )
    for limit in form.at_most:
        left = {answer: count for answer, count in limit.left.items() if answer in given}
        times = limit.times if limit.each is None else limit.times * counts.get(limit.each, ENDLESS)
        is_bound = 0 < times < ENDLESS and limit.right.keys() <= given
        if left and is_bound and not (limit.exempt_national_service and runs_national_service):
            known.note(_at(left, answer_set) | _at(limit.right, answer_set, -times), -ENDLESS, 0)


def _figures(
    known: Relations,
    block: AuditBlock,
    edition: PublishedEdition,
    returns: Mapping[tuple[int, str], AnswerSet],
    comparisons: Iterable[Relation],
) -> None:
    """Notes what an edition says of each figure, in its place or elsewhere, and of several."""
    terms: dict[CellKey, Sum] = {}
    hidden: dict[CellKey, int] = {}
    rows: dict[CellKey, int] = {}
    first = len(known.sums)
    for cell, published in edition.published_cells.items():
        if published.is_answered:
            terms[cell] = _terms(known, block.forms[cell.year].cells[cell.statistic], edition, cell, returns)
            least, most = published.limits
            row = known.note(terms[cell], edition.at_least.get(cell, least), most)
            rows[cell] = row
            if published.status == HIDDEN:
                hidden[cell] = row
    for cells, (least, most) in edition.elsewhere.items():
        if all(cell in terms for cell in cells):
            known.note(_added(terms, dict.fromkeys(cells, 1.0)), least, most)
    last = len(known.sums)
    for figures, least, most in comparisons:
        known.note(_added(terms, figures), least, most)
    known.row_of.append(rows)
    known.rows_of_edition.append((range(first, last), range(last, len(known.sums))))
    known.hide(hidden)


def _added(terms: Mapping[CellKey, Sum], figures: Mapping[CellKey, float]) -> Sum:
    """The answers in several figures, each taken so many times."""
    added: defaultdict[int, float] = defaultdict(float)
    for cell, factor in figures.items():
        for answer, count in terms[cell].items():
            added[answer] += factor * count
    return added


def _terms(
    known: Relations,
    answers: Terms,
    edition: PublishedEdition,
    cell: CellKey,
    returns: Mapping[tuple[int, str], AnswerSet],
) -> Sum:
    """The answers in a figure; of a centre that may or may not be in it, something that may be nothing.

    Raises: PublicationRefused when the centres known to have answered are not as many as the figure says.
    """
    inside = [
        (centre, returns[cell.year, centre])
        for centre in edition.members[cell.where]
        if (cell.year, centre) in returns
    ]
    certain = [answer_set for _, answer_set in inside if answer_set.answered[cell.statistic]]
    perhaps = [
        (centre, answer_set) for centre, answer_set in inside if answer_set.answered[cell.statistic] is None
    ]
    others = edition.published_cells[cell].n_reported - len(certain)
    if not 0 <= others <= len(perhaps):
        raise PublicationRefused(f"{cell}: there are not as many centres behind the figure as it says.")
    if others == len(perhaps):
        certain, perhaps = certain + [answer_set for _, answer_set in perhaps], []
    terms: Sum = {}
    for answer_set in certain:
        terms |= _at(answers, answer_set)
    return terms | ({known.unknown(centre): 1 for centre, _ in perhaps} if others else {})
