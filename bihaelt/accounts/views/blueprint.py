"""The blueprint that all pages of accounts hang on."""

from flask import Blueprint

bp = Blueprint("accounts", __name__)
