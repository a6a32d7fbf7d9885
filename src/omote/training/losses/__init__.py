"""How far a made face is from the true one: measures of error, each weighed pixel by pixel, and their sum."""
