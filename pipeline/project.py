"""Where everything lies: one root, every path."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

PACKED = Path(__file__).parent / "root"  # in a wheel: what a new root is made of
PARTS = (
    *("schemas", "site/pages", "site/templates", "site/assets", "site/locale", "notebooks"),
    *("warehouse/models", "warehouse/contracts", "warehouse/views", "raw/published.csv", "raw/README.md"),
)
_LONGEST_WAY = 1_000  # bytes of a pointer that is a file
CHART_LIBRARY = Path("node_modules", "plotly.js-basic-dist-min", "plotly-basic.min.js")


def pattern_root() -> Path:
    """What a new root is copied from: what the wheel carries, or this checkout."""
    return PACKED if PACKED.is_dir() else Path(__file__).parents[1]


def followed(pointer: Path) -> Path:
    """The folder a pointer leads to where it is a file, since the system has no links; else the pointer, as it is."""
    if not pointer.is_file() or pointer.is_symlink() or pointer.stat().st_size > _LONGEST_WAY:
        return pointer
    target = pointer.parent / pointer.read_text("utf-8")
    return target if target.is_dir() else pointer


@dataclass(frozen=True)
class Project:
    """A checkout of Samletall: definitions, what was received, and what is built from it."""

    root: Path
    is_review: bool = False  # looks at a year in review: builds and a site of its own, beside the public ones

    @classmethod
    def at(cls, root: Path | str) -> "Project":
        """Gives the project at `root`, with its full path."""
        return cls(Path(root).resolve())

    @cached_property
    def schemas(self) -> Path:
        """Definitions: what is counted, asked, allowed and hidden."""
        return self.root / "schemas"

    @property
    def own_pages(self) -> Path:
        """Written pages that belong to this survey; they take the place of those of their name in site/pages/."""
        return self.schemas / "pages"

    @property
    def words(self) -> Path:
        """Words of the site and its sentences that belong to this survey: words/<language>/*.yaml."""
        return self.schemas / "words"

    @cached_property
    def raw(self) -> Path:
        """Returns as they came; never changed by the program."""
        return self.root / "raw"

    @property
    def imports(self) -> Path:
        """Sheets that earlier years were imported from, each with its mapping, under the digest of both."""
        return self.raw / "imports"

    @cached_property
    def ledger(self) -> Path:
        """One line for each return received, in order, each bound to the one before."""
        return self.raw / "ledger.jsonl"

    @cached_property
    def invitations(self) -> Path:
        """Links given to centres and withdrawn: what must be known to recognise them, never the links."""
        return self.raw / "invitations.jsonl"

    @cached_property
    def letters(self) -> Path:
        """Which letters were sent to which centre when, never what stood in them."""
        return self.raw / "letters.jsonl"

    @cached_property
    def jobs(self) -> Path:
        """Which long jobs were started in the browser, by whom, and how they ended."""
        return self.raw / "jobs.jsonl"

    @cached_property
    def job_logs(self) -> Path:
        """What each job wrote; may be deleted while none is under way."""
        return self.warehouse / "jobs"

    @cached_property
    def mail(self) -> Path:
        """How letters are sent and where to: apart from what is received, for the service's own user alone."""
        return self.root / "mail"

    @cached_property
    def mail_settings(self) -> Path:
        """The mail server, and who sends."""
        return self.mail / "settings.yaml"

    @cached_property
    def addresses(self) -> Path:
        """The e-mail address of each centre."""
        return self.mail / "addresses.json"

    @cached_property
    def years(self) -> Path:
        """The states each year has come into."""
        return self.raw / "years.jsonl"

    @cached_property
    def signatures(self) -> Path:
        """Who signed which version of a return, and in what role."""
        return self.raw / "signatures.jsonl"

    @cached_property
    def threads(self) -> Path:
        """What was asked of centres about their answers, and what they answered."""
        return self.raw / "threads.jsonl"

    @cached_property
    def receipt_key(self) -> Path:
        """The private key with which the service signs receipts; for the service's own user alone."""
        return self.root / "keys" / "receipt.pem"

    @cached_property
    def receipt_keys(self) -> Path:
        """The public keys with which the service has signed receipts."""
        return self.raw / "receipt_keys.jsonl"

    @cached_property
    def quarantine(self) -> Path:
        """What a crash left half done: kept for who wants to know, never counted."""
        return self.raw / "quarantine"

    @cached_property
    def forms(self) -> Path:
        """Workbooks for centres to fill in, written to be sent out; may be deleted at any time."""
        return self.root / "forms"

    @cached_property
    def drafts(self) -> Path:
        """Forms being filled in at the portal, not yet sent; may be deleted at any time."""
        return self.root / "drafts"

    @cached_property
    def editions(self) -> Path:
        """What has been released, frozen: one folder for each edition."""
        return self.raw / "editions"

    @property
    def reports(self) -> Path:
        """Earlier reports about the centres, as they were published; the register is schemas/releases.yaml."""
        return self.raw / "reports"

    @cached_property
    def published(self) -> Path:
        """National figures published by others, each with its source."""
        return self.raw / "published.csv"

    @cached_property
    def models(self) -> Path:
        """One SELECT per file: models/<state>/<table>.sql."""
        return self.root / "warehouse" / "models"

    @property
    def views(self) -> Path:
        """One SELECT per file for people who ask: views/<name>.sql, over the tables of the warehouse."""
        return self.root / "warehouse" / "views"

    @property
    def contracts(self) -> Path:
        """What each table promises: contracts/<state>/<table>.yaml."""
        return self.root / "warehouse" / "contracts"

    @cached_property
    def warehouse(self) -> Path:
        """Models, and the databases built from them."""
        return self.root / "warehouse"

    @cached_property
    def builds(self) -> Path:
        """Builds under the name of what they are made of."""
        return self.warehouse / ("review.builds" if self.is_review else "builds")

    @cached_property
    def build_pointer(self) -> Path:
        """What leads to the last finished build."""
        return self.warehouse / ("review" if self.is_review else "current")

    @property
    def build(self) -> Path:
        """The last finished build: two databases and their exports."""
        return followed(self.build_pointer)

    @property
    def published_tables(self) -> Path:
        """The tables the figures to be published are made of: apart where the build has later years besides."""
        apart = self.build / "published"
        return apart if apart.exists() else self.build

    @cached_property
    def cache(self) -> Path:
        """Results kept by the content they came from; may be deleted at any time."""
        return self.warehouse / "cache"

    @cached_property
    def site(self) -> Path:
        """The face: pages, templates, assets, locale; public/ is built."""
        return self.root / "site"

    @cached_property
    def pages(self) -> Path:
        """One Markdown file per written page."""
        return self.site / "pages"

    @cached_property
    def templates(self) -> Path:
        """Page templates."""
        return self.site / "templates"

    @cached_property
    def assets(self) -> Path:
        """Style sheet, scripts and pictures of the site."""
        return self.site / "assets"

    @property
    def chart_library(self) -> Path:
        """The script that draws charts on demand: among the assets of a root made by `init`, else fetched at set-up."""
        own = self.assets / CHART_LIBRARY.name
        return own if own.exists() else self.root / CHART_LIBRARY

    @cached_property
    def locale(self) -> Path:
        """Words of the site and of messages: locale/<language>/*.yaml."""
        return self.site / "locale"

    @cached_property
    def sites(self) -> Path:
        """Built sites under the names of their content."""
        return self.site / ("review.builds" if self.is_review else "builds")

    @cached_property
    def public_pointer(self) -> Path:
        """What leads to the last finished site; of a review, to one that is not public."""
        return self.site / ("review" if self.is_review else "public")

    @property
    def public(self) -> Path:
        """The built site: the last finished one."""
        return followed(self.public_pointer)

    def received(self, year: int, centre: str, version: int, suffix: str) -> Path:
        """Where the bytes of one version of one return are kept."""
        return self.raw / str(year) / f"{centre}_p{year}_v{version}{suffix}"

    def edits(self, year: int) -> Path:
        """What people decided about the answers of a year."""
        return self.raw / str(year) / "edits.yaml"
