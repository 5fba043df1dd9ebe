"""Who sits where: tables of a dinner, a signing, a round table."""
