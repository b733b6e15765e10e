"""/operators/: the admin site in which people of operators and vetting agents decide."""
