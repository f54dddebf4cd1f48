"""Renders pictures of synthetic people with facial expressions; see ../README.md."""
