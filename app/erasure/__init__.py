"""Erasing personal data, with a record that it was done."""
