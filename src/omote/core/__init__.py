"""The words everything else is written in. Standard library, numpy and pydantic only."""
