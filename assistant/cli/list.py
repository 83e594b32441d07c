"""`byline list`: the names that the catalog holds, with how many articles each has."""

from __future__ import annotations

import json

import click


@click.command("list")
@click.argument("kind", type=click.Choice(["companies", "technologies", "authors", "topics", "years"]))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object of names and counts.")
def list_names(kind: str, as_json: bool) -> None:
    """List the companies, technologies, authors, topics or years held, with their counts."""
    from assistant.catalog import Catalog, Facets
    from assistant.settings import Settings
    from assistant.start import start

    settings = Settings.load()
    catalog = Catalog.open(settings.folder / "catalog.sqlite")
    try:
        start(catalog, settings)
        facets: Facets = catalog.facets()
    finally:
        catalog.close()
    counts: dict[str, int] = getattr(facets, kind)
    if as_json:
        click.echo(json.dumps(counts, ensure_ascii=False, indent=2))
        return
    for name, count in counts.items():
        click.echo(f"{count:5}  {name}")
