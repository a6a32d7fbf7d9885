"""The parts of convert."""
