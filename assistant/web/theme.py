"""The Gradio theme: system fonts and the page's own colours, so that no component looks borrowed and no font is fetched."""

from __future__ import annotations

import gradio as gr

_SANS = ("system-ui", "-apple-system", "Segoe UI", "Roboto", "Helvetica Neue", "Arial", "sans-serif")
_MONO = ("ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "monospace")


def theme() -> gr.themes.Base:
    """Gradio's plain theme over the custom properties that `byline.css` defines for light and dark."""
    both = {
        "body_background_fill": "var(--paper)",
        "body_text_color": "var(--ink)",
        "background_fill_primary": "var(--surface)",
        "background_fill_secondary": "var(--paper)",
        "block_background_fill": "transparent",
        "block_border_color": "transparent",
        "border_color_primary": "var(--line)",
        "input_background_fill": "var(--surface)",
        "input_border_color": "var(--line-strong)",
        "input_border_color_focus": "var(--accent)",
        "input_placeholder_color": "var(--muted)",
        "button_primary_background_fill": "var(--accent)",
        "button_primary_background_fill_hover": "var(--accent-strong)",
        "button_primary_text_color": "var(--on-accent)",
        "button_secondary_background_fill": "var(--surface)",
        "button_secondary_text_color": "var(--ink)",
    }
    settings = both | {f"{name}_dark": value for name, value in both.items()}
    return gr.themes.Base(font=_SANS, font_mono=_MONO).set(
        **settings,
        block_border_width="0px",
        block_shadow="none",
        block_padding="0px",
        layout_gap="0px",
        button_border_width="0px",
    )
