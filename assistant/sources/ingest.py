"""Adding and refreshing sources: read, find out what it is, parse, put into the catalog; one report for each source."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import BinaryIO

from assistant.catalog_sources import Source, now
from assistant.errors import BylineError, NotFound, SourceError
from assistant.sources import detect, page, reader
from assistant.sources.fetcher import Fetcher
from assistant.sources.library import Library
from assistant.sources.pages import fill_from_pages
from assistant.sources.parallel import in_parallel
from assistant.sources.parsed import FORMATS, Context, Draft, Format, Link, Material, Names, Parsed, Problem
from assistant.sources.report import Report, SourceReport

# Called with the source, what is being done to it, how far it is and how far it goes (0: not known).
Progress = Callable[[str, str, int, int], None]


@dataclass(frozen=True, slots=True)
class Options:
    """How to add sources: a format in the place of what is found out, the company of all articles, and how strict to be.

    `pages` says whether the page behind an entry without a summary is read; None means: for feeds that were fetched.
    """

    format: Format | None = None
    company: str | None = None
    strict: bool = False
    pages: bool | None = None


@dataclass(slots=True)
class _Job:
    """One source on its way: as it was given, what is known of it from before, and what was fetched of it."""

    given: str
    source: Source
    format: Format | None = None
    company: str | None = None
    material: Material | None = None
    failure: BylineError | None = None
    etag: str | None = None
    last_modified: str | None = None
    modified: bool = True


@dataclass(slots=True)
class Ingest:
    """The way into a catalog. `update_index` is called once after the sources of a call, if any article changed.

    Every source is one transaction: stopped in the middle, the catalog is as before that source or as after it, and the
    index follows the catalog at the next start.
    """

    library: Library
    names: Names
    fetcher: Fetcher
    update_index: Callable[[], object]
    progress: Progress | None = None
    stdin: BinaryIO | None = None
    _done: set[str] = field(default_factory=set)
    _kept: dict[str, Source] = field(default_factory=dict)

    def add(self, sources: Sequence[str], options: Options | None = None) -> Report:
        """Add each source; one that fails is reported and the others go on."""
        options = options or Options()
        self._done, self._kept = set(), {}
        jobs = [
            _Job(source, Source(reader.name_of(source), ""), options.format, options.company)
            for source in dict.fromkeys(sources)
        ]
        return self._run(jobs, options)

    def refresh(self, addresses: Sequence[str] = (), options: Options | None = None) -> Report:
        """Read the sources again (those named, or all) and put in what is new; what did not change is not even parsed.

        Raises `NotFound` for a name that is no source.
        """
        options = options or Options()
        kept = {source.address: source for source in self.library.catalog.sources()}
        wanted = [reader.name_of(address) for address in addresses] or list(kept)
        for address in wanted:
            if address not in kept:
                raise NotFound(f"there is no source '{address}'", "See them with: byline sources")
        # An OPML file among them brings only the feeds that are not read on their own account.
        self._done, self._kept = set(wanted), kept
        jobs = [_Job(name, kept[name], _format(kept[name].format), kept[name].company) for name in wanted]
        return self._run(jobs, options)

    def _run(self, jobs: Sequence[_Job], options: Options) -> Report:
        report = Report()
        for job in in_parallel(self._fetch, jobs):
            report.sources += self._all_of(job, options)
        if report.changes:
            self.update_index()
        return report

    def _fetch(self, job: _Job) -> _Job:
        """The job with what its address gave; files are read when it is their turn. Safe in threads: it only reads."""
        if not reader.is_address(job.given):
            return job
        try:
            self._tell(job.source.address, "fetching", 0, 0)
            old = job.source
            fetched = self.fetcher.fetch(job.given.strip(), etag=old.etag, last_modified=old.last_modified)
            job.etag, job.last_modified, job.modified = fetched.etag, fetched.last_modified, fetched.modified
            job.material = reader.fetched_material(old.address, fetched)
        except BylineError as error:
            job.failure = error
        return job

    def _all_of(self, job: _Job, options: Options) -> Iterator[SourceReport]:
        """The source's report, and one for each of the sources it names."""
        self._done.add(job.source.address)
        report, links = self._one(job, options)
        yield report
        fresh = [self._linked(link) for link in links if link.address not in self._done]
        for linked in in_parallel(self._fetch, fresh):
            if linked.source.address not in self._done:
                yield from self._all_of(linked, options)

    def _linked(self, link: Link) -> _Job:
        # What lies at a feed's address and is no feed (a parked domain, a log-in) must not be taken for an article.
        return _Job(link.address, self._kept.get(link.address, Source(link.address, "")), "feed", link.company)

    def _one(self, job: _Job, options: Options) -> tuple[SourceReport, Iterable[Link]]:
        name = job.source.address
        report = SourceReport(name, job.format)
        try:
            if job.failure:
                raise job.failure
            if not job.modified:
                self.library.catalog.add_source(replace(job.source, read_at=now()))
                report.modified = False
                return report, ()
            parsed = self._parsed(job, report)
            if not parsed.drafts and parsed.links and parsed.format == "page":
                # A blog's front page: its feed is the source, the page only told where it is.
                return report, parsed.links[:1]
            self._put(job, parsed, options, report)
            return report, parsed.links
        except BylineError as error:
            return report.fail(error), ()

    def _parsed(self, job: _Job, report: SourceReport) -> Parsed:
        if job.material is None:
            self._tell(report.source, "reading", 0, 0)
            job.material = reader.read_local(job.given, self.stdin)
        material = replace(job.material, name=job.source.address)
        detect.refuse_binary(material)
        format_ = job.format or detect.detect(material)
        report.format = format_
        if job.format is None and format_ == "page" and material.address:
            links = page.feed_links(material.text()[0], material.address)
            if links:
                report.problems.append(Problem(report.source, f"is a front page; its feed was added: {links[0]}"))
                return Parsed("page", links=(Link(links[0], job.company),))
        self._tell(report.source, "parsing", 0, 0)
        context = Context(self.names, job.company)
        parsed: Parsed = detect.parser(format_).parse(material, context)
        return parsed

    def _put(self, job: _Job, parsed: Parsed, options: Options, report: SourceReport) -> None:
        drafts: Sequence[Draft] = parsed.drafts
        pages = (
            options.pages if options.pages is not None else parsed.format == "feed" and reader.is_address(report.source)
        )
        if pages:
            context = Context(self.names, job.company)
            drafts, remarks = fill_from_pages(
                drafts, context, self.fetcher, self.library.has_summary, report.source, self._tell
            )
            report.problems += remarks
            if remarks:  # a feed that has not changed must be read again for the pages that could not be
                job.etag = job.last_modified = None
        parsed = replace(parsed, drafts=tuple(drafts))
        report.problems += parsed.problems
        total = len(parsed.drafts)
        source = Source(
            report.source,
            parsed.format,
            job.company,
            job.etag,
            job.last_modified,
            read_at=now(),
        )
        outcome = self.library.put(
            parsed,
            report.source,
            None if report.source == reader.STDIN_NAME else source,
            strict=options.strict,
            step=lambda done: self._tell(report.source, "adding", done, total),
        )
        report.problems += outcome.problems
        lost = sum(problem.lost for problem in report.problems)
        report.skipped = lost
        if options.strict and lost:
            report.skipped = total + sum(problem.lost for problem in parsed.problems)
            raise SourceError(
                f"{report.source}: {lost} of its records break a rule, so none was added",
                "Correct them, or leave out --strict.",
            )
        changes = outcome.changes
        report.added, report.changed, report.unchanged = map(len, (changes.added, changes.changed, changes.unchanged))

    def _tell(self, source: str, act: str, done: int, total: int) -> None:
        if self.progress:
            self.progress(source, act, done, total)


def _format(text: str) -> Format | None:
    return next((known for known in FORMATS if known == text), None)
