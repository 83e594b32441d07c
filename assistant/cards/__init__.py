"""How articles and answers look: as HTML, Markdown, terminal text and BibTeX. What they say is decided elsewhere.

Every article is hostile input: each module escapes all of its text for its own medium and links http(s) addresses only.
"""
