"""The blueprint that all pages of controlling hang on."""

from flask import Blueprint

bp = Blueprint("controlling", __name__)
