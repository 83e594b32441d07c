"""The `byline` command: one group whose commands each live in a module of their own, read only when called."""

from __future__ import annotations

import importlib
import os
import sys

import click

from assistant.version import __version__

_COMMANDS = {
    "add": ("assistant.cli.add", "Add articles from feeds, pages, tables and lists."),
    "ask": ("assistant.cli.ask", "Ask a question, get cited articles."),
    "doctor": ("assistant.cli.doctor", "Say what is wrong with this installation, and what to do."),
    "evaluate": ("assistant.cli.evaluate", "Measure the answers on a question set."),
    "export": ("assistant.cli.export", "Write the catalog as JSONL, CSV or BibTeX."),
    "index": ("assistant.cli.index", "Bring the index up to the catalog."),
    "list": ("assistant.cli.list", "List the companies, technologies, authors, topics or years held."),
    "mcp": ("assistant.cli.serve", "Serve other assistants over standard input and output (MCP)."),
    "refresh": ("assistant.cli.add", "Read the known sources again."),
    "remove": ("assistant.cli.add", "Remove articles or sources."),
    "serve": ("assistant.cli.serve", "Start the web page."),
    "sources": ("assistant.cli.add", "List the known sources."),
    "train": ("assistant.cli.train", "Train the encoder, on the shipped questions or on your own."),
}


class Commands(click.Group):
    """Commands by name, imported on first use, so that one command's packages do not slow another's start."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every command's name."""
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, or None."""
        if cmd_name not in _COMMANDS:
            return None
        command = getattr(importlib.import_module(_COMMANDS[cmd_name][0]), cmd_name.replace("list", "list_names"))
        return command if isinstance(command, click.Command) else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Help without importing any command."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, help_) for name, (_, help_) in sorted(_COMMANDS.items())])


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, "-V", "--version", prog_name="byline")
@click.option("--home", metavar="FOLDER", help="Folder of the catalog, the index and the model.  [env: BYLINE_HOME]")
@click.option("--model", metavar="NAME", help="Embedding model, by name or path.  [env: BYLINE_MODEL]")
@click.option(
    "--adapter", metavar="FOLDER", help="LoRA adapter of the model, or none for the bare one.  [env: BYLINE_ADAPTER]"
)
def byline(home: str | None, model: str | None, adapter: str | None) -> None:
    """Byline answers "what did they write about that?" over company engineering blogs, offline and cited.

    \b
    byline ask "what did Spotify write about autoscaling?"
    byline serve
    """  # noqa: D301 - click reads the backspace: what follows it is not wrapped
    # The environment is the one way in for settings; an option is the same thing said for one call.
    for name, value in (("BYLINE_HOME", home), ("BYLINE_MODEL", model), ("BYLINE_ADAPTER", adapter)):
        if value is not None:
            os.environ[name] = value


def main(arguments: list[str] | None = None) -> None:
    """Run the command; every error of ours ends as one sentence on standard error and exit status 1 (2 for wrong usage)."""
    from assistant.errors import BylineError, InputInvalid

    try:
        byline.main(arguments, prog_name="byline", standalone_mode=False)
    except click.exceptions.Exit as error:
        sys.exit(error.exit_code)
    except click.Abort:
        click.echo("Stopped.", err=True)
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except BylineError as error:
        click.echo(f"byline: {error}", err=True)
        sys.exit(2 if isinstance(error, InputInvalid) else 1)
    except SystemExit as stop:
        # The reader has seen enough, as `head` has; closing quietly is what it expects. Rich and click both make an exit of it.
        if not (isinstance(stop.__context__, BrokenPipeError) or type(sys.stdout).__name__ == "PacifyFlushWrapper"):
            raise
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
