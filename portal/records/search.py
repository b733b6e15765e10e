"""Finding rows by what a person remembers of them: every word must be somewhere, in any order and case.

Both engines run the same statement, `UPPER(column) LIKE '%WORD%'`. PostgreSQL answers it from trigram indexes
on those very expressions, which migrations make where that is the engine; SQLite reads the rows of the account.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, TypeVar

from django.db import connection, models
from django.db.models import Q, QuerySet

Row = TypeVar("Row", bound=models.Model)
MOST_WORDS: Final = 8
# So many parents are named one by one, which an index can look up; a word that fits more is found soon anyway.
# SQLite has no such index, and takes only so many values in one statement.
FEW_PARENTS: Final = {"postgresql": 10_000, "sqlite": 500}
FEWEST_DIGITS: Final = 3
SHORTEST_INDEXED: Final = 3


def words_of(text: str) -> list[str]:
    """The words of a search field; PostgreSQL takes no NUL, and nobody remembers a ninth word."""
    return text.replace("\0", "").split()[:MOST_WORDS]


def in_any(columns: Iterable[str], word: str, through: str = "") -> Q:
    """The word is part of one of the columns, or of those of a parent that `through` leads to (`brand__`)."""
    return Q(*(Q(**{f"{through}{column}__icontains": word}) for column in columns), _connector=Q.OR)


def digits_in(column: str, word: str) -> Q:
    """Digits, however they are punctuated, are part of a column that holds digits alone; none: no match."""
    digits = "".join(filter(str.isdigit, word))
    return Q(**{f"{column}__contains": digits}) if len(digits) >= FEWEST_DIGITS else Q(pk__in=())


def of_parents(column: str, word: str, parents: QuerySet[Any], joined: Q) -> Q:
    """Rows whose parent matches; `joined` says the same of the rows themselves, through the join.

    An OR over two tables defeats every index, so a few parents are read first and named. Where there are more,
    matching rows are so many that the join finds the first of them soon; and so it is for a word that is too
    short for an index.
    """
    if len(word) < SHORTEST_INDEXED:
        return joined
    most = FEW_PARENTS[connection.vendor]
    few = list(parents.order_by().values_list("pk", flat=True)[: most + 1])
    return Q(**{f"{column}__in": few}) if len(few) <= most else joined
