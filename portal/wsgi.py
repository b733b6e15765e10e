"""What a web server calls: `portal.wsgi:application`."""

from __future__ import annotations

import gc
import os

from django.core.wsgi import get_wsgi_application

from portal.checks import refuse_to_start_broken

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

application = get_wsgi_application()
refuse_to_start_broken()
# With --preload the web processes share what was loaded: their collectors shall not touch, and so copy, it.
gc.collect()
gc.freeze()
