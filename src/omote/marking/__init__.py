"""What omote makes says what it is: a C2PA manifest, plain metadata, an invisible watermark; and their reading."""
