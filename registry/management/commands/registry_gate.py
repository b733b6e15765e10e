"""Ask the gate on the command line."""

from __future__ import annotations

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from registry.gate import Explanation, Question, explain
from registry.gate_log import gate_log
from registry.queries.gate import ask_gate, load_snapshot


class Command(BaseCommand):
    help = (
        "Says whether a request may be forwarded to an operator. Exit code 0: yes, 1: no. "
        "With --json the answer as the API gives it, and the question may come as JSON on standard input ('-')."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "question", nargs="?", choices=["-"], help="read the question from standard input"
        )
        for name in Question.__dataclass_fields__:
            parser.add_argument(f"--{name.replace('_', '-')}", default="", metavar="TEXT")
        parser.add_argument("--account", type=int, help="only applications of the account with this number")
        parser.add_argument(
            "--json", action="store_true", help="answer as JSON, which is noted like any other"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        given = _read() if options["question"] else options
        question = Question(**{name: str(given.get(name) or "") for name in Question.__dataclass_fields__})
        if options["json"]:
            answer = ask_gate(question, account_id=options["account"])
            gate_log.flush()
            self.stdout.write(json.dumps(answer.as_dict()))
        else:
            told = explain(question, load_snapshot(question, account_id=options["account"]))
            answer = told.answer
            self._tell(told)
        if not answer.allowed:
            sys.exit(1)

    def _tell(self, told: Explanation) -> None:
        for step in told.steps:
            mark = {True: "yes", False: "NO", None: "-"}[step.passed]
            self.stdout.write(f"{mark:>4}  {step.check.label}")
        self.stdout.write(f"{told.answer.decision}: {told.answer.detail}" if told.answer.reason else "allow")


def _read() -> dict[str, Any]:
    try:
        given = json.load(sys.stdin)
    except ValueError:
        given = None
    if not isinstance(given, dict):
        raise CommandError("Standard input holds no JSON object.")
    return given
