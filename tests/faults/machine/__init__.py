"""A portal, the people who use it, Vonage and its operators, as rules that may follow each other in any order."""
