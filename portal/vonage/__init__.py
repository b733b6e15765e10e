"""The one client towards Vonage: what left this machine, what came back, and what that means."""
