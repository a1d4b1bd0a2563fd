"""The blueprint that all pages of the plan hang on."""

from flask import Blueprint

bp = Blueprint("plan", __name__)
