"""The blueprints of this chapter: pages in a language, and the addresses that have none."""

from flask import Blueprint

bp = Blueprint("pages", __name__)
root = Blueprint("root", __name__)
