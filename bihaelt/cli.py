"""Commands for operators; they call operations only."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Register all commands."""
