"""Certificates of honour: for a person or a municipality, with the organiser's words."""
