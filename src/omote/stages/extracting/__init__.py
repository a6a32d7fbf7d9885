"""What extract does to one source, part by part: look, name, picture."""
