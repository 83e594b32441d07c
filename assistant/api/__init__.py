"""The HTTP API: its routes, what they take and give, and errors as problem+json. Serving it is `assistant.web.server`'s."""
