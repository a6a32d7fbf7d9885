"""Face pictures sorted, grouped, compared and chosen. Moves files, never deletes one; knows nothing of training."""
