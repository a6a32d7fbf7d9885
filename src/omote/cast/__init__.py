"""Drawn actors: 3-D heads with known landmarks, masks and true swaps, for the demo, tests and evaluation."""
