"""Porchlight: moderation triage for the pages of frontline violence services."""

__version__ = "0.1.0"
