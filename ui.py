"""The web page: its layout in Gradio components, and their events. What they show is built in `assistant.web`."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import gradio as gr

    from assistant.assistant import Assistant
    from assistant.settings import Settings

_PLACEHOLDER = "Ask about engineering articles"


def build(assistant: Assistant) -> gr.Blocks:
    """The page over one assistant: the chat, the catalog, and the events of both."""
    import gradio as gr

    from assistant.web import frame, welcome
    from assistant.web.handlers import Handlers
    from assistant.web.listing import Listings

    listings = Listings(assistant)
    # The page's own stylesheet dresses these; Gradio's would put bullets and borrowed buttons into them.
    html = partial(gr.HTML, apply_default_css=False)
    page: gr.Blocks
    with gr.Blocks(title="Byline", analytics_enabled=False, fill_width=True) as page:
        address = gr.Textbox(visible=False)
        fresh = gr.Checkbox(visible=False)
        conversation = gr.BrowserState([], storage_key="byline-conversation", secret="byline")  # noqa: S106 - no secret
        wire = html(elem_id="wire", js_on_load="byline.connect(trigger); // raises 'go' and 'more'")
        html(frame.header(), elem_id="header")
        with gr.Column(elem_id="ask-view"):
            greeting = html(welcome.render(listings), elem_id="welcome")
            html(frame.log(), elem_id="conversation")
            parcel = html(elem_id="parcel", js_on_load="watch('value', () => byline.deliver(element))")
            with gr.Row(elem_id="composer"):
                question = gr.Textbox(
                    label="Question",
                    placeholder=_PLACEHOLDER,
                    max_lines=6,
                    container=False,
                    elem_id="question",
                    scale=1,
                )
                ask = gr.Button("Ask", variant="primary", elem_id="ask-button")
                stop = gr.Button("Stop", elem_id="stop-button")
        with gr.Column(elem_id="browse-view"):
            head = html(elem_id="browse-head")
            words = gr.Textbox(
                label="Filter articles",
                placeholder="Filter by words",
                max_lines=1,
                container=False,
                interactive=True,
                elem_id="words",
            )
            with gr.Row(elem_id="browse-body"):
                side = html(elem_id="browse-side", js_on_load="watch('value', () => byline.unfold(element))")
                main = html(elem_id="browse-main")
            further = html(elem_id="further", js_on_load="watch('value', () => byline.extend(element))")
        html(frame.footer(), elem_id="footer")
        forget = gr.Button("New chat", elem_id="forget-button")
        undo = gr.Button("Undo", elem_id="undo-button")

        handlers = Handlers(assistant, listings)
        # Answers take milliseconds: Gradio's queue would cost more than they do. The server's guards bound the load.
        quiet: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden", "queue": False}
        asking = gr.on(
            [question.submit, ask.click],
            handlers.ask,
            [question, conversation, fresh],
            [parcel, conversation, question],
            js="(question, kept) => byline.prepare(question, kept)",
            # The script lets one question wait at a time; "once" would drop one asked right after an answer came.
            trigger_mode="multiple",
            **quiet,
        )
        asking.failure(None, js="() => byline.failed()", **quiet)
        stop.click(None, js="() => byline.stopped()", **quiet)
        undo.click(handlers.undo, conversation, conversation, **quiet)
        forget.click(lambda: [], None, conversation, js="() => byline.clear()", **quiet)
        pages: dict[str, Any] = {"outputs": [head, side, main], **quiet}
        # The script sends one of these at a time, and the last that was wanted after it.
        wire.go(handlers.go, trigger_mode="multiple", **pages).then(None, js="() => byline.travelled()", **quiet)
        wire.more(handlers.more, outputs=further, trigger_mode="multiple", **quiet)
        page.load(
            handlers.opened,
            [address, conversation],
            [parcel, conversation, head, side, main, words, greeting],
            js="(address, kept) => [byline.search(), kept]",
            **quiet,
        ).then(None, js="() => byline.arrived()", **quiet)
    return page


def serve(
    home: Path | None = None,
    *,
    host: str = "127.0.0.1",
    port: int = 7860,
    mcp: bool = False,
    auth: str | None = None,
    rate: int = 600,
    settings: Settings | None = None,
) -> None:
    """Serve page, HTTP API and, with `mcp`, the MCP endpoint, until interrupted; port 0 takes a free one.

    `auth` is `USER:PASSWORD-FILE`; `rate` is requests a minute for each other machine, 0 for no limit.
    Raises `BylineError` where the catalog, the index or an option cannot be used.
    """
    from assistant.web.server import Options, run

    run(Options.given(host=host, port=port, mcp=mcp, auth=auth, rate=rate), build, home=home, settings=settings)


if __name__ == "__main__":
    from assistant.cli import main

    main(["serve"])
