"""The record of who is where in which frame: one SQLite file a source, and the same facts inside each face picture."""
