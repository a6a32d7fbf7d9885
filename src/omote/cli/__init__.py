"""The command line: flags, progress, tables, exit codes. The one place where an error becomes a message."""
