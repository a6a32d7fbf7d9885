"""Video and pictures in and out, by PyAV. Knows nothing of faces."""
