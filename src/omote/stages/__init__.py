"""The use cases, one a file: settings, `run(config, context)` and a report. This is the public interface.

A stage imports what it works with inside `run`, so that settings and help need no torch, OpenCV or FFmpeg.
"""
