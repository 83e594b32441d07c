"""The web side of Byline: the page's parts as HTML, its addresses, and the server that carries page, HTTP API and MCP.

`ui.py` lays the page out; what an answer says is decided in `assistant.assistant`.
"""
