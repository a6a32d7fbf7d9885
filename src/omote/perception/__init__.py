"""Finding faces, their points and who they are. Knows nothing of files, people's names or training."""
