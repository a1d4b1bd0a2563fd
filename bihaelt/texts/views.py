"""Pages of texts."""

from flask import Blueprint

bp = Blueprint("texts", __name__)
