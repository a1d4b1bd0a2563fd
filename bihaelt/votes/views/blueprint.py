"""The blueprint of all pages of votes."""

from flask import Blueprint

bp = Blueprint("votes", __name__)
