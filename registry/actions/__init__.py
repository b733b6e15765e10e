"""What a person can do with registrations; one transaction each."""
