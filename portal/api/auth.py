"""Registering and signing in by JSON."""
