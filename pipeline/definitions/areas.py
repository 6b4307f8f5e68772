"""Where figures belong: the country, its counties through the reforms, and the centres with how they are reached."""

from typing import Annotated

from pydantic import Field, StringConstraints

from pipeline.definitions.schema_models import Definition, Id, Label, Year

CountyCode = Annotated[str, StringConstraints(pattern=r"^\d\d$")]
Inhabitants = Annotated[int, Field(gt=0)]
CentreId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*$")]


class County(Definition):
    """A county while it had this code (SSB Klass 104)."""

    label: Label
    since: Year = Field(alias="from")
    until: Year | None = Field(default=None, alias="to")
    becomes: tuple[str, ...] = ()
    towns: tuple[str, ...] = ()  # the larger ones, by which a reader looks for it
    tile: tuple[int, int] | None = (
        None  # column and row on the map of tiles, from the upper left; of the last two years
    )

    def valid_in(self, year: int) -> bool:
        """Whether the county existed that year."""
        return self.since <= year and (self.until is None or year <= self.until)


class Nation(Definition):
    """The whole country."""

    id: Id
    label: Label


class Regions(Definition):
    """The country and its counties through the reforms."""

    nation: Nation
    counties: dict[CountyCode, County]


class CentreCounty(Definition):
    """The county a centre lies in from a year on."""

    county: str
    since: Year = Field(alias="from")


class Contact(Definition):
    """How a centre is reached, as somebody looking for help needs it."""

    address: str
    phone: str
    web: Annotated[str, StringConstraints(pattern=r"^https://[^/]+/?$")]
    hours: Label


class Centre(Definition):
    """One centre on the register."""

    name: str
    opened: Year
    closed: Year | None = None
    merged_into: CentreId | None = None
    national_service: bool = False  # runs, beside its own work, what one centre does for the whole country
    counties: tuple[CentreCounty, ...]
    contact: Contact | None = None

    def reports_in(self, year: int) -> bool:
        """Whether a return is expected from the centre for that year."""
        return self.opened <= year and (self.closed is None or year <= self.closed)

    def county_in(self, year: int) -> str:
        """Code of the county the centre lies in that year (before its first period: that of the first)."""
        earlier = [period for period in self.counties if period.since <= year]
        return (earlier or self.counties)[-1 if earlier else 0].county

    def counties_until(self, year: int) -> tuple[CentreCounty, ...]:
        """The periods that have begun by then, and the first whenever it begins: it holds before that too."""
        return self.counties[:1] + tuple(period for period in self.counties[1:] if period.since <= year)


class Register(Definition):
    """The centres that report, and whether they are real."""

    demonstration: bool
    centres: dict[CentreId, Centre]


class Population(Definition):
    """Inhabitants on 1 January, by Statistics Norway: the country, counties as they were, and those of today."""

    table: str = ""
    source: Label = Field(default_factory=lambda: Label({}))
    address: str = ""
    licence: str = ""
    nation: dict[Year, Inhabitants] = Field(default_factory=dict)
    counties: dict[CountyCode, dict[Year, Inhabitants]] = Field(default_factory=dict)
    today: dict[CountyCode, dict[Year, Inhabitants]] = Field(default_factory=dict)
