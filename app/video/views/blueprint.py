"""Pages of staff about the video rooms of one conference, all under one address; and the doors of delegates."""

from __future__ import annotations

from flask import Blueprint

join_blueprint = Blueprint("video", __name__)
desk_blueprint = Blueprint("video_rooms", __name__, url_prefix="/<language:language>/desk/c/<slug>/video")
