"""A letter as one HTML document: geometry as data, one style sheet for each layout."""

from invitations.layout.document import document

__all__ = ["document"]
