"""Small tables against an attacker who tries every table there is."""

from itertools import product

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pipeline.disclosure.audit.attack import Attacks
from pipeline.disclosure.audit.insiders import Insiders
from pipeline.disclosure.audit.system import System, system
from tests.examples import examples

ROWS, COLUMNS = ("north", "south"), ("a", "b", "c")
MOST = 4
INNER = tuple(product(ROWS, COLUMNS))


@st.composite
def published(draw: st.DrawFn) -> tuple[System, list[int]]:
    """Two areas by three categories: what is shown of answers, sums and a difference; the rows that are hidden."""
    truth = [draw(st.integers(0, MOST)) for _ in INNER]
    sums = [{place: 1.0} for place in range(len(INNER))]
    sums += [{place: 1.0 for place, (area, _) in enumerate(INNER) if area == row} for row in ROWS]
    sums += [{place: 1.0 for place, (_, kind) in enumerate(INNER) if kind == column} for column in COLUMNS]
    sums += [{place: 1.0 if area == ROWS[0] else -1.0 for place, (area, _) in enumerate(INNER)}]
    values = [sum(factor * truth[place] for place, factor in one.items()) for one in sums]
    shown = [value == 0 or draw(st.booleans()) for value in values]
    known = [
        (value, value) if is_shown else (1.0 if place < len(INNER) else -np.inf, np.inf)
        for place, (value, is_shown) in enumerate(zip(values, shown, strict=True))
    ]
    limits = [(0.0, float(MOST))] * len(INNER)
    return system(limits, sums, known), [place for place, is_shown in enumerate(shown) if not is_shown]


def every_table(known: System) -> np.ndarray:
    """The rows of each table of whole numbers that fits what is known."""
    tables = np.array(list(product(range(MOST + 1), repeat=len(INNER))), dtype=float)
    matrix = np.zeros((known.n_rows, len(INNER)))
    matrix[known.rows, known.columns] = known.factors
    sums = tables @ matrix.T
    return sums[((sums >= known.least) & (sums <= known.most)).all(axis=1)]


@examples(30)
@given(published())
def test_the_interval_found_is_the_one_that_all_tables_leave(given_: tuple[System, list[int]]) -> None:
    known, hidden = given_
    tables = every_table(known)

    least, most = Attacks(known, np.array(hidden, dtype=int)).intervals()

    assert least[hidden].tolist() == tables[:, hidden].min(axis=0).tolist()
    assert most[hidden].tolist() == tables[:, hidden].max(axis=0).tolist()


@examples(20)
@given(published(), st.data())
def test_what_centres_find_is_what_all_tables_with_their_own_answers_say(
    given_: tuple[System, list[int]], data: st.DataObject
) -> None:
    known, hidden = given_
    tables = every_table(known)
    truth = tables[data.draw(st.integers(0, len(tables) - 1))]
    answers = st.sets(st.sampled_from(range(len(INNER))), max_size=3)
    mine = {centre: data.draw(answers) for centre in ("one", "other")}
    attacks = Attacks(known, np.array(hidden, dtype=int))

    found: dict[str, dict[int, float]] = {centre: {} for centre in mine}
    for part, attack in attacks.parts:
        here = {row: place for place, row in enumerate(part.sums.tolist())}
        own = {
            centre: {
                int(part.row[here[row]]): truth[row] - part.constant[here[row]] for row in rows & here.keys()
            }
            for centre, rows in mine.items()
        }
        asked = [row for row in hidden if row in here]
        for centre, place, value in Insiders(
            attack, own, [int(part.row[here[row]]) for row in asked]
        ).certain():
            found[centre] |= {
                row: value + part.constant[here[row]] for row in asked if part.row[here[row]] == place
            }

    open_rows = {row for part, _ in attacks.parts for row in part.sums.tolist()}
    for centre, rows in mine.items():
        left = tables[(tables[:, list(rows)] == truth[list(rows)]).all(axis=1)]
        alone = {
            row: left[0, row] for row in hidden if row in open_rows and len(np.unique(left[:, row])) == 1
        }
        assert found[centre] == alone
