"""The loop that teaches a network two people, with what it needs to stop and go on at any moment."""
