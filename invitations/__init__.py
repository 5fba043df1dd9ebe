"""Letter writing, pure: data in, letter out.

Knows nothing of the web, the database or the settings. The only door in is
:func:`invitations.letter.compose`; the only door out :func:`invitations.pdf.render`.
"""
