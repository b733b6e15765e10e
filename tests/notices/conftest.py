from __future__ import annotations

from tests.notices.kinds import kinds
from tests.notices.mail_server import mail_server

__all__ = ["kinds", "mail_server"]
