"""Measures how hard the set is; see ../measure.py."""
