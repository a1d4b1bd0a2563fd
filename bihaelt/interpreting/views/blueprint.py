"""The blueprint of interpreting."""

from flask import Blueprint

bp = Blueprint("interpreting", __name__)
