"""The entrance desk: who has arrived."""
