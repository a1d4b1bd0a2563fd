"""The blueprint that all pages of funding hang on."""

from flask import Blueprint

bp = Blueprint("funding", __name__)
