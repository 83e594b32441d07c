"""The parts of the page that stay: header, the place of the conversation, and the line at the end."""

from __future__ import annotations


def header() -> str:
    """Name, the two views, a new chat and the switch between light and dark."""
    return (
        '<header class="top"><a class="skip" href="#question">Skip to the question</a>'
        '<a class="wordmark" href="/" data-nav aria-label="Byline, start page">Byline</a>'
        '<nav aria-label="Views"><a href="/" data-nav data-view-link="ask">Ask</a>'
        '<a href="/?view=browse" data-nav data-view-link="browse">Browse</a></nav>'
        '<div class="tools"><button type="button" class="quiet new-chat" data-act="forget">New chat</button>'
        '<button type="button" class="quiet" data-act="theme" aria-label="Switch between light and dark">'
        '<svg viewBox="0 0 24 24" width="18" height="18" aria-hidden="true"><circle cx="12" cy="12" r="8" fill="none" '
        'stroke="currentColor" stroke-width="1.8"/><path d="M12 4a8 8 0 0 1 0 16z" fill="currentColor"/></svg></button>'
        "</div></header>"
    )


def log() -> str:
    """Where the turns go; a screen reader tells each as it comes."""
    return (
        '<div id="log" role="log" aria-live="polite" aria-label="Conversation"></div>'
        '<div id="toast" role="status" aria-live="polite"></div>'
    )


def footer() -> str:
    """One line on where answers come from."""
    return (
        '<footer class="end"><p>Answers are put together from the articles themselves, on this machine. '
        '<a href="/docs">HTTP API</a></p></footer>'
    )
