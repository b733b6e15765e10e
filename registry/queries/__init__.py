"""Reads of the registry; what belongs to an account is read through a scope."""
