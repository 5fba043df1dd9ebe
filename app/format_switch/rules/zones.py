"""The clocks of towns stand in the directory."""

from app.directory.zones import zone_of as zone_of
