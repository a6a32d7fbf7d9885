"""Devices and weight files."""
