"""The application for the WSGI server."""

from app import create_app, logs
from config import load_settings

logs.configure()
app = create_app(load_settings())
