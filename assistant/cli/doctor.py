"""`byline doctor`: checks the catalog, the model and the index, and says what is wrong and what to do."""

from __future__ import annotations

import contextlib
import json
import os
import platform
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import click

from assistant.errors import BylineError
from assistant.settings import Settings
from assistant.version import __version__

_PACKAGES = ("faiss-cpu", "gradio", "numpy", "onnxruntime", "sentence-transformers", "tantivy", "tokenizers", "torch")


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at: `found` says what there is, `fix` what to do where it is not well."""

    name: str
    well: bool
    found: str
    fix: str = ""


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list of the checks.")
def doctor(as_json: bool) -> None:
    """Say what is wrong with this installation, and what to do; exit status 1 where anything is wrong."""
    settings = Settings.load()
    folder = settings.folder
    checks = [
        _versions(),
        _check("home", lambda: _home(folder)),
        _check("catalog", lambda: _catalog(folder)),
        _check("model", lambda: _model(settings)),
        _check("index", lambda: _index(settings)),
    ]
    if as_json:
        click.echo(json.dumps([asdict(check) for check in checks], ensure_ascii=False, indent=2))
    else:
        _show(checks)
    if not all(check.well for check in checks):
        sys.exit(1)


def _check(name: str, look: Callable[[], str]) -> Check:
    try:
        return Check(name, True, look())
    except BylineError as error:
        return Check(name, False, error.message, error.hint)


def _versions() -> Check:
    found, missing = [f"byline {__version__}", f"Python {platform.python_version()}"], []
    for package in _PACKAGES:
        try:
            found.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            missing.append(package)
    fix = f"Run: pip install {' '.join(missing)}" if missing else ""
    return Check("versions", not missing, ", ".join(found), fix)


def _home(folder: Path) -> str:
    import shutil

    from assistant.errors import CatalogError

    place = folder
    while not place.exists():
        place = place.parent
    if not place.is_dir():
        raise CatalogError(f"{place} is not a folder", "Set BYLINE_HOME to a folder.")
    if not os.access(place, os.W_OK):
        raise CatalogError(
            f"{place} cannot be written to",
            "Make it writable (reading takes locks in it), or set BYLINE_HOME to a copy of it.",
        )
    usage = shutil.disk_usage(place)
    if not usage.total:
        raise CatalogError(f"{place} holds no files of one's own", "Set BYLINE_HOME to another folder.")
    free = usage.free / 2**20
    if free < 300:
        raise CatalogError(
            f"{folder} has {free:.0f} MB of space left", "Free some, or set BYLINE_HOME to another folder."
        )
    return f"{folder}, {free / 1024:.1f} GB free"


def _catalog(folder: Path) -> str:
    from assistant.catalog import Catalog

    path = folder / "catalog.sqlite"
    if not path.exists():
        return "not made yet; the first question makes it"
    catalog = Catalog.open(path)
    try:
        catalog.verify()
        facets = catalog.facets()
        return f"{facets.total} articles by {len(facets.companies)} companies, {len(catalog.sources())} sources"
    finally:
        catalog.close()


def _model(settings: Settings) -> str:
    from assistant.encoder import chosen_adapter, models_folder, settings_encoder
    from embeddings.encoder import verify_model
    from embeddings.onnx_encoder import OnnxEncoder

    encoder = settings_encoder(settings)
    choice = chosen_adapter(settings)
    runtime = "onnx" if isinstance(encoder, OnnxEncoder) else "torch"
    if runtime == "onnx":  # for torch nothing is exported
        verify_model(settings.model, folder=models_folder(settings), adapter=choice.folder)
    identity = encoder.identity
    adapter = {
        "none": "no adapter",
        "shipped": f"shipped adapter {_short(identity.adapter)}",
        "own": f"own adapter {_short(identity.adapter)} in {choice.folder}",
        "given": f"adapter {_short(identity.adapter)} in {choice.folder}",
    }[choice.kind]
    weights = f"{encoder.name} {_short(identity.weights)}"
    return f"{weights}, {adapter}, {encoder.dimension} dimensions, {runtime} {identity.precision}"


def _short(digest: str | None) -> str:
    """Enough of a hash to tell two apart."""
    return f"({(digest or '')[:8]})"


def _index(settings: Settings) -> str:
    from assistant.assistant import index_tag
    from assistant.catalog import Catalog
    from assistant.encoder import settings_encoder
    from embeddings.errors import IndexForeign
    from embeddings.index import Index

    folder = settings.folder
    if not (folder / "index").exists():
        return "not made yet; the first question makes it"
    encoder = settings_encoder(settings)
    try:
        index = Index.open(folder / "index", fingerprint=encoder.fingerprint, verify=True)
    except IndexForeign:
        return "made with another model or adapter; the next question makes it anew"
    with contextlib.closing(Catalog.open(folder / "catalog.sqlite")) as catalog:
        behind = index.tag != index_tag(catalog.revision)
    note = "; older than the catalog, the next question brings it up to date" if behind else ""
    return f"{index.size} articles, generation {index.generation}{note}"


def _show(checks: list[Check]) -> None:
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False, soft_wrap=True)
    for check in checks:
        mark = Text("✓ " if check.well else "✗ ", style="bold green" if check.well else "bold red")
        console.print(mark + Text(f"{check.name:<10}", style="bold") + Text(check.found))
        if check.fix:
            console.print(Text(f"  {'':<10}{check.fix}", style="yellow"))
    well = all(check.well for check in checks)
    console.print(Text("All is well." if well else "Something needs care: see above.", style="bold"))
