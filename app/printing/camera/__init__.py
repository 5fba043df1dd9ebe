"""For the camera: name plates behind a person, and lower thirds for the host's technician."""
