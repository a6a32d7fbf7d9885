"""Geometry, crops, masks, colour, blending and quality: pure functions on arrays. Knows no files and no networks."""
