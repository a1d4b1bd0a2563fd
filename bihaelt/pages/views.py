"""The start page and the city's own pages."""

from flask import Blueprint

bp = Blueprint("pages", __name__)
root = Blueprint("root", __name__)
