"""The blueprint that all pages of the money hang on."""

from flask import Blueprint

bp = Blueprint("money", __name__)
