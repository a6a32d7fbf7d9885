"""omote swaps one person's face for another's in video, by a network trained on those two people."""
