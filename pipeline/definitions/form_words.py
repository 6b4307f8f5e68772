"""The words of every form beside what is asked, schemas/form_words.yaml, as a frozen object."""

from collections.abc import Mapping

from pipeline.definitions.schema_models import Definition, FormLabel


class IdentityLine(Definition):
    """A line in which a form says what it is: its key in the csv, and the words in the sheet."""

    key: str
    caption: FormLabel


class Identity(Definition):
    """The lines in which a form says what it is, in the order of the form: addresses follow from it."""

    form: IdentityLine
    revision: IdentityLine
    year: IdentityLine
    centre: IdentityLine
    centre_name: IdentityLine
    language: IdentityLine
    demonstration: IdentityLine

    def lines(self) -> Mapping[str, IdentityLine]:
        """Each line by its name."""
        return dict(self)


class TypingAdvice(Definition):
    """What is said when something else is typed in an answer cell, by the kind of the answer."""

    whole: FormLabel
    decimal: FormLabel
    tick: FormLabel


class FormWords(Definition):
    """The words of a form's sheet and csv; what is asked stands in the form's own file."""

    sheet: str
    identity: Identity
    affirmed: str
    denied: str
    csv_heading: tuple[str, str, str]
    guide: FormLabel
    tick: FormLabel
    sum: FormLabel
    difference: FormLabel
    no_difference: str
    total: FormLabel
    last_year: FormLabel
    page: FormLabel
    not_counted: tuple[str, ...]
    not_counted_begins: str
    refused: FormLabel
    advice: TypingAdvice
    truth_values: dict[bool, str]
