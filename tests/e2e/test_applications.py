"""An application is made and connected in a real browser, and no private key ever leaves it."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from playwright.sync_api import Request, expect

from tests.e2e.conftest import Visitor
from tests.portal_process import ROOT

pytestmark = [pytest.mark.e2e, pytest.mark.processes]
with_scripts = pytest.mark.parametrize("visitor", [True], indirect=True, ids=["scripts"])
MOST_LINES_SHARED = 1  # the first line of an encoded key is the same for all of them


def sent_by(visitor: Visitor) -> list[Request]:
    """Every request from now on."""
    seen: list[Request] = []
    visitor.page.on("request", lambda request: seen.append(request))
    return seen


def everything_in(request: Request) -> str:
    body = request.post_data_buffer or b""
    return f"{request.url}\n{request.all_headers()}\n{body.decode(errors='replace')}"


def secret_parts(pem: str) -> list[str]:
    """Stretches of a private key's text that nothing but itself contains, also as a form would encode them."""
    lines = [line for line in pem.splitlines() if not line.startswith("-----")][MOST_LINES_SHARED:]
    return [part for line in lines for part in re.findall(r"[A-Za-z0-9]{12,}", line)]


@with_scripts
def test_generated_private_key_is_downloaded_and_in_no_request(visitor: Visitor, tmp_path: Path) -> None:
    visitor.sign_in()
    visitor.go("/a/1/applications/new/")
    requests, page = sent_by(visitor), visitor.page
    with page.expect_download() as download:
        page.get_by_role("button", name="Generate public and private key").click()
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)
    private = serialization.load_pem_private_key(file.read_bytes(), None)
    assert isinstance(private, rsa.RSAPrivateKey)
    assert private.key_size == 2048
    public = page.locator("#id_public_key").input_value()
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    assert public == private.public_key().public_bytes(serialization.Encoding.PEM, form).decode()
    visitor.look()

    page.locator("#key-check-file").set_input_files(file)
    expect(page.get_by_text("Yes: this private key belongs to the public key.")).to_be_visible()
    page.locator("#id_name").fill("Login made here")
    page.locator("#id_network_registry").check()
    page.get_by_label("Playground").check()
    page.get_by_role("button", name="Create application").click()
    visitor.wait_for("at Vonage", reload=False)
    visitor.look()

    posted = [request for request in requests if request.method == "POST"]
    assert any("Login+made+here" in everything_in(request) for request in posted)
    said = "\n".join(everything_in(request) for request in requests)
    parts = secret_parts(file.read_text())
    assert len(parts) > 20
    assert [part for part in parts if part in said] == []
    assert "PRIVATE" not in said
    kept = visitor.portal.rows(
        "SELECT payload FROM outbox_operation WHERE kind='registry.create_application'"
    )
    assert "PRIVATE" not in str(kept)


@with_scripts
def test_pasted_private_key_is_taken_out_of_the_box_before_anything_is_sent(visitor: Visitor) -> None:
    visitor.sign_in()
    visitor.go("/a/1/applications/new/", look=False)
    requests, page = sent_by(visitor), visitor.page

    page.locator("#id_public_key").fill("-----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY-----")

    expect(page.locator("#id_public_key")).to_have_value("")
    expect(page.get_by_text("That was a private key.")).to_be_visible()
    assert [request.url for request in requests if request.method == "POST"] == []


@with_scripts
def test_private_key_of_another_pair_is_told_apart(visitor: Visitor, tmp_path: Path) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pkcs8 = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file, junk = tmp_path / "other.key", tmp_path / "junk.key"
    file.write_bytes(pkcs8)
    junk.write_text("no key")
    visitor.sign_in()
    visitor.go("/a/1/applications/new/", look=False)
    page = visitor.page
    page.locator("#key-check-file").set_input_files(file)
    expect(page.get_by_text("There is no readable public key to compare with.")).to_be_visible()
    with page.expect_download():
        page.get_by_role("button", name="Generate public and private key").click()

    page.locator("#key-check-file").set_input_files(junk)
    expect(page.get_by_text("Your browser cannot read this file.")).to_be_visible()
    page.locator("#key-check-file").set_input_files(file)
    expect(page.get_by_text("No: this private key belongs to another public key.")).to_be_visible()


def test_existing_application_is_connected_and_its_key_stays_assigned(visitor: Visitor) -> None:
    """With scripts and without: found at Vonage, connected to the Playground, disconnected again."""
    name = "Harbour hotline" if visitor.scripts else "Harbour chat"
    visitor.sign_in()
    visitor.go("/a/1/applications/")
    page = visitor.page
    visitor.wait_for(name, reload=True)
    page.get_by_role("link", name=name).click()
    expect(page.get_by_role("heading", name=name)).to_be_visible()
    visitor.look()
    page.get_by_role("link", name="Connect").click()
    visitor.look()
    page.locator("#id_network_registry").check()
    page.get_by_label("Playground").check()
    page.get_by_role("button", name="Save changes").click()
    visitor.wait_for("Vonage has done it.", reload=not visitor.scripts)
    there = next(one for one in visitor.portal.control("objects")["applications"] if one["name"] == name)
    assert len(there["capabilities"]) > 1
    assert there["capabilities"]["network_apis"] == {"network_application_id": "simulated-playground"}

    page.get_by_role("link", name="Disconnect").click()
    visitor.look()
    page.get_by_role("button", name="Disconnect").click()
    visitor.wait_for("off", reload=not visitor.scripts)


@with_scripts
def test_pages_of_applications_in_the_dark_and_on_a_phone(visitor: Visitor) -> None:
    visitor.sign_in()
    for path in ("", "new/"):
        visitor.go(f"/a/1/applications/{path}", look=False)
        visitor.look_in_other_lights()


@with_scripts
def test_key_in_use_is_not_deselected_and_production_is_linked(visitor: Visitor) -> None:
    command = [sys.executable, "-m", "tests.e2e.accepted"]
    environment = visitor.portal.whole_environment
    subprocess.run(command, cwd=ROOT, env=environment, check=True, timeout=60)
    profile = visitor.portal.rows("SELECT MAX(id) FROM registry_applicationprofile")[0][0]
    visitor.sign_in()
    visitor.go(f"/a/1/applications/profiles/{profile}/keys/")
    page = visitor.page
    expect(page.locator("#key-owner")).to_be_disabled()
    page.get_by_label("Shop (demo0002)").uncheck()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Nothing was changed: a key is in use")).to_be_visible()
    visitor.look()
    visitor.look_in_other_lights()
    page.get_by_role("link", name="Shop test bench").click()
    expect(page.get_by_role("heading", name="Shop test bench")).to_be_visible()

    visitor.go("/a/1/applications/new/", look=False)
    with page.expect_download():
        page.get_by_role("button", name="Generate public and private key").click()
    page.locator("#id_name").fill("Live login")
    page.locator("#id_network_registry").check()
    page.get_by_label("Production").check()
    page.locator("#id_application_profile").select_option(label="Sign-in without a password")
    page.locator("#id_redirect_uri").fill("https://shop.example/signed-in")
    page.get_by_role("button", name="Create application").click()
    visitor.wait_for("Vonage has done it.", reload=False)
    there = {one["name"]: one for one in visitor.portal.control("objects")["applications"]}
    assert there["Live login"]["capabilities"]["network_apis"]["network_application_id"].startswith("net-")
    assert there["Live login"]["privacy"] == {"improve_ai": False}
