"""A stand-in for the 10DLC API: a process of its own, over real HTTP, that knows nothing of the portal."""
