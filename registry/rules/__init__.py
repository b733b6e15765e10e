"""Checks as plain functions over values."""
