"""Mails to people of operators and vetting agents: a new case, an answer, and each morning what is overdue.

Customers' members are told through portal.notices; people of a desk are members of no account.
"""
