"""`python -m omote`: the command line."""

from omote.cli.main import main

if __name__ == "__main__":
    main()
