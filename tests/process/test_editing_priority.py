"""What is left in the queue can change no national figure by more than it says, whatever is answered."""

import random
from dataclasses import replace
from functools import cache

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.definitions import load
from pipeline.definitions.schema_models import NO_ACTIVITY
from pipeline.demonstration import deliveries
from pipeline.demonstration.plan import read_plan
from pipeline.model import Return
from pipeline.process import editing_priority
from pipeline.project import Project
from pipeline.warehouse import Warehouse
from tests.collect.reader.crafted import read_return
from tests.process.planting import SUSPICIOUS, Field
from tests.returns import ROOT, a_return, a_warehouse

DEFINITIONS = load(Project.at(ROOT))
MODELS = ROOT / "warehouse" / "models"
YEAR = DEFINITIONS.survey.last_year
CENTRES = [one for one in DEFINITIONS.centres_in(YEAR) if one in DEFINITIONS.centres_in(YEAR - 1)]
MISSING, REFUSED = CENTRES[-2:]
CELL = ["indicator", "category"]


def built(sent: list[Return]) -> Warehouse:
    warehouse = a_warehouse(DEFINITIONS, sent)
    warehouse.build(MODELS, "input", "processed", "statistics")
    return warehouse


def the_two_years() -> dict[tuple[int, str], dict[str, str]]:
    """What the demonstration centres answered in the newest year and the one before."""
    survey = DEFINITIONS.survey.model_copy(update={"first_year": YEAR - 1})
    plan = read_plan(Project.at(ROOT)).model_copy(
        update=dict.fromkeys(("late", "missing", "nil", "corrected", "not_counted"), ())
        | {"csv_years": (YEAR - 1, YEAR)}
    )
    two = replace(DEFINITIONS, survey=survey)
    sent = [read_return(one.content, DEFINITIONS) for one in deliveries(two, plan, [])]
    return {(one.year, one.centre): {each.variable: each.text for each in one.answers} for one in sent}


@cache
def asked() -> Warehouse:
    """Two years of returns in which everything that is suspicious has been planted, one kind at a centre."""
    answers = the_two_years()
    for centre, plant in zip(CENTRES, SUSPICIOUS.values(), strict=False):
        field = Field(
            DEFINITIONS, YEAR, answers[YEAR, centre], answers[YEAR - 1, centre], answers[YEAR, CENTRES[-3]]
        )
        answers[YEAR, centre] |= plant(field)
    del answers[YEAR, MISSING]
    answers[YEAR, REFUSED]["visits"] = "ca. 40"
    return built([a_return(DEFINITIONS, centre, year, texts) for (year, centre), texts in answers.items()])


@cache
def table(name: str) -> pd.DataFrame:
    return asked().table(name)


def rows() -> pd.DataFrame:
    found = table("statistics.editing_priority")
    return found[found["year"] == YEAR].sort_values("rank").reset_index(drop=True)


def national(answers: pd.DataFrame, extra: pd.DataFrame) -> pd.Series:
    """The national figures summed anew from answers, and from what returns outside the figures would add."""
    derivation = table("meta.derivation")
    form = DEFINITIONS.form(YEAR).form
    summed = derivation[derivation["form"] == form].merge(answers, on="variable").groupby(CELL)["value"].sum()
    return summed.add(extra.groupby(CELL)["change"].sum(), fill_value=0)


def changed(subset: list[int]) -> pd.Series:
    """How far each national figure comes from what it is when these questions become as expected, in per cent."""
    queries = rows().set_index("query").loc[subset]
    answers = table("input.answer")
    accepted = table("input.accepted")
    answers = answers[
        (answers["year"] == YEAR) & answers["centre"].isin(accepted.loc[accepted["year"] == YEAR, "centre"])
    ]
    answers = answers[["centre", "variable", "value"]].assign(
        value=lambda one: one["value"].astype(float).fillna(0)
    )
    moves = table("statistics.expected_change")
    moves = moves[(moves["year"] == YEAR) & moves["query"].isin(subset)].merge(
        queries[["centre"]], left_on="query", right_index=True
    )
    moved = answers.set_index(["centre", "variable"])["value"].add(
        moves.groupby(["centre", "variable"])["change"].sum(), fill_value=0
    )
    whole = queries.index[queries["about"] != "answer"]
    effect = table("statistics.influence")
    extra = effect[(effect["year"] == YEAR) & effect["query"].isin(whole)]
    before = national(answers, extra.iloc[:0])
    after = national(moved.rename("value").reset_index(), extra)
    awaited = effect[(effect["year"] == YEAR) & (effect["query"] < 0)]
    whole_nation = national(answers, awaited).xs("total", level="category")
    base = whole_nation.reindex(before.index.get_level_values("indicator")).to_numpy()
    return 100 * (after - before).abs() / base


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**9), st.floats(0, 1), st.floats(0.1, 1))
def test_no_subset_of_what_is_left_moves_a_national_figure_further_than_the_bound(
    seed: int, settled: float, share: float
) -> None:
    queries = rows()
    first = int(settled * (len(queries) - 1))
    chance = random.Random(seed)
    left = queries.iloc[first:].sample(frac=1, random_state=seed % 2**32)
    left = (
        left.drop_duplicates(["centre", "variable"])
        if seed % 2
        else left.iloc[::-1].drop_duplicates(["centre", "variable"])
    )
    subset = [query for query in left["query"] if chance.random() < share]

    assert changed(subset).max() <= queries["before"].iloc[first] + 1e-6 if subset else True


def test_the_bound_is_reached_by_what_pulls_one_figure_one_way() -> None:
    queries = rows()
    effect = table("statistics.influence")
    effect = effect[effect["year"] == YEAR].merge(queries[["query", "centre", "variable"]], on="query")
    best = effect.sort_values("change_pct").drop_duplicates([*CELL, "centre", "variable"])
    lowering = best[best["change_pct"] < 0].groupby(CELL)["change_pct"].sum().min()
    best = effect.sort_values("change_pct", ascending=False).drop_duplicates([*CELL, "centre", "variable"])
    raising = best[best["change_pct"] > 0].groupby(CELL)["change_pct"].sum().max()

    assert queries["before"].iloc[0] == pytest.approx(max(raising, -lowering))


def test_a_form_still_adds_up_when_an_answer_becomes_as_expected() -> None:
    queries = rows()
    answer = table("input.answer")
    answers = answer[answer["year"] == YEAR].set_index(["centre", "variable"])["value"].astype(float)
    moves = table("statistics.expected_change")
    balance = table("meta.balance")
    balance = balance[balance["form"] == DEFINITIONS.form(YEAR).form]
    tried = 0
    for query in queries.loc[queries["about"] == "answer"].itertuples():
        own = moves[(moves["year"] == YEAR) & (moves["query"] == query.query)].set_index("variable")["change"]
        now = answers.xs(query.centre).add(own, fill_value=0)
        for _, one in balance.groupby("balance"):
            parts = answers.xs(query.centre).reindex(one.loc[one["sign"] > 0, "variable"]).fillna(0)
            if parts.sum() > 0 and set(one["variable"]) & set(own.index):
                off = (now.reindex(one["variable"]).fillna(0).to_numpy() * one["sign"].to_numpy()).sum()
                others = parts[~parts.index.isin(own.index)].sum()
                assert off == pytest.approx(0, abs=1e-6) or others == 0, (query.rule, query.variable)
                tried += 1
    assert tried > 20


def test_the_queue_begins_with_what_nobody_can_expect_and_goes_on_by_score() -> None:
    queries = rows()
    unknown = queries["is_unknown"].tolist()

    assert unknown == sorted(unknown, reverse=True)
    assert queries.loc[~queries["is_unknown"], "score"].is_monotonic_decreasing
    assert queries["suspicion"].between(0, 1).all()
    assert queries["before"].is_monotonic_decreasing
    assert queries["after"].iloc[-1] == 0
    assert (queries["after"].iloc[:-1].to_numpy() == queries["before"].iloc[1:].to_numpy()).all()
    assert "not_last_years_form_again" in set(queries.loc[queries["is_unknown"], "rule"])


def test_a_return_that_is_missing_or_refused_is_expected_to_be_as_last_year() -> None:
    queries = rows().set_index("centre")
    effect = table("statistics.influence")
    last_year = table("processed.observation")
    for centre, about in ((MISSING, "missing"), (REFUSED, "rejected")):
        assert queries.loc[centre, "about"] == about
        own = effect[(effect["year"] == YEAR) & (effect["query"] == queries.loc[centre, "query"])]
        visits = own.loc[(own["indicator"] == "visits") & (own["category"] == "total"), "change"].iloc[0]
        before = last_year[(last_year["centre"] == centre) & (last_year["year"] == YEAR - 1)]
        assert visits == float(
            before.loc[(before["indicator"] == "visits") & (before["category"] == "total"), "value"].iloc[0]
        )


@pytest.mark.parametrize("lang", ["nb", "nn", "en"])
def test_the_queue_is_told_in_whole_sentences(lang: str) -> None:
    questions = editing_priority.queries(asked().rows("statistics.editing_priority"), YEAR)
    said = [
        editing_priority.opening(DEFINITIONS, questions, YEAR, lang),
        editing_priority.opening(DEFINITIONS, [], YEAR, lang),
        editing_priority.assumptions(DEFINITIONS, lang),
    ]
    for one in questions:
        said += [
            editing_priority.sentence(DEFINITIONS, one, lang),
            editing_priority.weight(DEFINITIONS, one, lang),
        ]
        assert editing_priority.location(DEFINITIONS, one, lang).startswith(
            DEFINITIONS.centres[one.centre].name
        )

    assert all(sentence.endswith((".", "?")) and not set("{}[]_") & set(sentence) for sentence in said)
    assert NO_ACTIVITY not in " ".join(said)
