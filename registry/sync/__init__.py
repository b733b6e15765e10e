"""The one door for facts from outside."""
