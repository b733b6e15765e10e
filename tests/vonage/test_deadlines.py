"""Calls that are still on their way at their deadline are cut, and watching them costs no thread a call."""

from __future__ import annotations

import threading
import time

from portal.vonage.transport import Journey, travelling


def watchers() -> int:
    return sum(thread.name == "vonage-deadlines" for thread in threading.enumerate())


def test_one_thread_watches_all_calls() -> None:
    for _ in range(50):
        with travelling(Journey(30)):
            assert watchers() == 1


def test_a_short_deadline_is_kept_while_a_long_one_is_watched() -> None:
    with Journey(30) as long, Journey(0.2) as short:
        began = time.monotonic()
        while not short.expired and time.monotonic() - began < 20:
            time.sleep(0.01)
        assert (short.expired, long.expired) == (True, False)


def test_a_call_that_ended_in_time_is_never_cut() -> None:
    with Journey(0.2) as ended:
        pass
    with Journey(0.4) as later:
        while not later.expired:
            time.sleep(0.01)
    assert not ended.expired
