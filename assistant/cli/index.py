"""`byline index`: bring the index up to the catalog, or build it anew."""

from __future__ import annotations

import time

import click


@click.command()
@click.option(
    "--rebuild", is_flag=True, help="Build it anew even where nothing changed; known vectors are not embedded again."
)
def index(rebuild: bool) -> None:
    """Bring the index up to the catalog; only what changed is embedded."""
    from assistant.assistant import Assistant, build_index

    started = time.perf_counter()
    with Assistant.open(progress=True) as assistant:
        if rebuild:
            build_index(assistant.settings.folder, assistant.catalog, assistant.encoder, progress=True)
            assistant.index.refresh()
        click.echo(f"The index holds {assistant.index.size} articles ({time.perf_counter() - started:.1f} s).")
