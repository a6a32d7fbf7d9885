"""Measurements of omote: speed and accuracy. Each prints one JSON object on stdout."""
