"""Where the pages of the directory hang."""

from flask import Blueprint

directory = Blueprint("directory", __name__, url_prefix="/<language:language>/desk/directory")
organisations_blueprint = Blueprint("organisations", __name__, url_prefix="/<language:language>/desk/organisations")
