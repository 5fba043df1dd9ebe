"""Pages for the camera: name plates, and the table for the host's technician."""

from app.printing.camera.views import plates, technician

blueprints = (plates.own, plates.desk, technician.desk)

__all__ = ["blueprints", "plates", "technician"]
