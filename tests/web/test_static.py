"""What production serves: collected once, hashed, and complete."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command
from django.test import override_settings

MANIFEST = {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}


def test_static_files_can_be_collected_for_production(tmp_path: Path) -> None:
    storage: Any = staticfiles_storage
    with override_settings(STATIC_ROOT=tmp_path, STORAGES={"staticfiles": MANIFEST}):
        call_command("collectstatic", interactive=False, verbosity=0)
        for name in ("tabler/tabler.min.css", "css/portal.css", "js/portal.js", "js/theme.js", "favicon.ico"):
            assert storage.stored_name(name) != name
    assert [path.name for path in (tmp_path / "tabler").glob("*payments*")] == []
