"""What things are called in a sentence: whose figure it is, what is counted, and what is said of a share."""

from dataclasses import dataclass

from pipeline.definitions.schema_models import codes_of
from pipeline.disseminate.sentences.sentence import Subject
from pipeline.disseminate.sentences.statistic import Statistic
from pipeline.text import Phrases, lower


@dataclass(frozen=True)
class Names:
    """The names of one language."""

    statistic: Statistic
    phrases: Phrases

    def who(self, subject: Subject) -> str:
        """Gives whose figure it is: the centres, the centres of a county, or one centre."""
        definitions = self.statistic.definitions
        if subject.area == definitions.nation.id:
            return self.phrases("who.nation")
        if subject.area in definitions.centres:
            return definitions.centres[subject.area].name
        key = "who.county_today" if subject.today else "who.county"
        is_single = all(figure.n_expected == 1 for figure in self.statistic.series(subject).values())
        county = definitions.counties[subject.area].label[self.phrases.lang]
        return self.phrases(f"{key}.one" if is_single else key, county=county)

    def together(self, subject: Subject) -> str:
        """Gives the word for a rate that is added up over several centres; nothing for one centre, or an amount."""
        several = any(figure.n_expected > 1 for figure in self.statistic.series(subject).values())
        return self.phrases("together") if several and self.statistic.unit(subject).rate else ""

    def label(self, subject: Subject) -> str:
        """Gives what is counted, as inside a sentence: the indicator, and the category when it is one."""
        label, category = self.statistic.indicator(subject).label[self.phrases.lang], self.category(subject)
        return f"{lower(label)} ({lower(category)})" if category else lower(label)

    def category(self, subject: Subject) -> str:
        """Gives the words of a category; nothing for the total."""
        if self.is_without_national_service(subject):
            return self.phrases("without_national_service")
        lists, codes = self.statistic.definitions.codelists, codes_of(subject.category)
        return ", ".join(lists[name].codes[code].label[self.phrases.lang] for name, code in codes.items())

    def is_without_national_service(self, subject: Subject) -> bool:
        """Whether the series is what is left when the national service is taken out."""
        return subject.category == self.statistic.indicator(subject).without_national_service

    def predicate(self, subject: Subject) -> str:
        """Gives what is said of a category's share, in the words closest to it; empty where none are written."""
        (breakdown, code), indicator = *codes_of(subject.category).items(), self.statistic.indicator(subject)
        of_code = f"share.{breakdown}.{code}"
        for key in (
            f"{of_code}.{indicator.id}",
            f"{of_code}.{indicator.protect}",
            of_code,
            f"share.{breakdown}",
        ):
            if key in self.phrases:
                return self.phrases(key, category=self.category(subject))
        return ""
