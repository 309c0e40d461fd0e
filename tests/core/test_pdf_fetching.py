"""A document reaches nothing but its own assets: not the network, not the disk."""

import http.server
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.pdf.errors import UnableToRenderPdf
from core.pdf.fontset import FONTS_CONF
from core.pdf.service import render_markup

# {url} is where the canary lives. Each must make a stock WeasyPrint reach for it (checked
# below), or the refusal proves nothing.
VECTORS = {
    "image": '<img src="{url}">',
    "image set by a style": '<p style="background-image: url({url})">x</p>',
    "generated content": "<style>p::before {{ content: url({url}) }}</style><p>x</p>",
    "list bullet": '<ul style="list-style-image: url({url})"><li>x</ul>',
    "stylesheet": '<link rel="stylesheet" href="{url}"><p>x</p>',
    "imported stylesheet": "<style>@import url({url});</style><p>x</p>",
    "font": "<style>@font-face {{ font-family: x; src: url({url}) }}</style>"
    '<p style="font-family: x">x</p>',
    "drawing that shows an image": '<svg width="9" height="9"><image href="{url}" width="9" '
    'height="9"/></svg>',
    "drawing with a font": '<svg width="9" height="9"><style>@font-face {{ font-family: x; '
    'src: url({url}) }}</style><text font-family="x">x</text></svg>',
    "embedded object": '<object data="{url}"></object>',
    "embedded file": '<embed src="{url}">',
    "attachment": '<link rel="attachment" href="{url}"><p>x</p>',
    "linked attachment": '<a rel="attachment" href="{url}">x</a>',
    "relative to a base": '<base href="{url}"><img src="?other">',
}
NESTED = (
    '<img src="data:image/svg+xml,%3Csvg xmlns=%27http://www.w3.org/2000/svg%27 width=%279%27 '
    'height=%279%27%3E%3Cimage href=%27{url}%27 width=%279%27 height=%279%27/%3E%3C/svg%3E">'
)
CANARY = b"canary that nobody may read"


class _Canary(http.server.BaseHTTPRequestHandler):
    hits: list[str] = []

    def do_GET(self) -> None:
        self.hits.append(self.path)
        if self.path.startswith("/redirect"):
            self.send_response(302)
            self.send_header("Location", "/image.png")
        else:
            self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_arguments: object) -> None:
        return


@pytest.fixture(scope="module")
def canary() -> Iterator[str]:
    """One for all: it takes half a second to stop."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Canary) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture
def canary_url(canary: str) -> str:
    _Canary.hits.clear()
    return canary


@pytest.fixture
def canary_file(tmp_path: Path) -> Path:
    path = tmp_path / "canary.txt"
    path.write_bytes(CANARY)
    return path


STOCK = """
import json, logging, sys
logging.getLogger("weasyprint").setLevel(logging.CRITICAL)
from weasyprint import HTML
from weasyprint.urls import URLFetcher

class Spy(URLFetcher):
    def fetch(self, url, headers=None):
        seen.append(url)
        raise ValueError("seen")

reached = {}
for name, text in json.load(sys.stdin).items():
    seen = []
    HTML(string=text, url_fetcher=Spy()).write_pdf()
    reached[name] = seen
print(json.dumps(reached))
"""


def test_every_vector_makes_a_stock_weasyprint_reach_out() -> None:
    vectors = {name: text.format(url="http://canary.test/x") for name, text in VECTORS.items()}
    done = subprocess.run(
        [sys.executable, "-c", STOCK],
        input=json.dumps(vectors),
        capture_output=True,
        text=True,
        check=True,
        env={"FONTCONFIG_FILE": str(FONTS_CONF), "PATH": os.environ["PATH"]},
        timeout=120,
    )
    reached = json.loads(done.stdout)
    blind = [name for name, urls in reached.items() if not any("canary.test" in u for u in urls)]
    assert blind == []


@pytest.mark.parametrize("name", VECTORS)
def test_the_network_is_never_asked(name: str, canary_url: str) -> None:
    with pytest.raises(UnableToRenderPdf) as refusal:
        render_markup(VECTORS[name].format(url=f"{canary_url}/image.png"))
    assert refusal.value.kind == "fetch"
    assert _Canary.hits == []


@pytest.mark.parametrize("name", VECTORS)
def test_the_disk_is_never_read(name: str, canary_file: Path) -> None:
    with pytest.raises(UnableToRenderPdf) as refusal:
        render_markup(VECTORS[name].format(url=canary_file.as_uri()))
    assert refusal.value.kind == "fetch"


@pytest.mark.parametrize(
    "address",
    [
        "{server}/redirect",
        "ftp://127.0.0.1:1/x",
        "data:image/gif;base64,R0lGODlhAQABAAAAACw=",
        "FILE:///etc/passwd",
        "asset:../../etc/passwd",
        "asset:somebody-elses-logo",
    ],
)
def test_other_addresses_are_refused(address: str, canary_url: str) -> None:
    with pytest.raises(UnableToRenderPdf) as refusal:
        render_markup(f'<img src="{address.format(server=canary_url)}">')
    assert refusal.value.kind == "fetch"
    assert _Canary.hits == []


@pytest.mark.parametrize("address", ["//127.0.0.1/x.png", "/etc/passwd", "logo.png"])
def test_a_relative_address_leads_nowhere_because_there_is_no_base(address: str) -> None:
    rendered = render_markup(f'<img src="{address}"><p>after</p>')
    assert b"/Image" not in rendered.pdf


def test_a_drawing_inside_a_data_address_is_refused(canary_url: str) -> None:
    with pytest.raises(UnableToRenderPdf) as refusal:
        render_markup(NESTED.format(url=f"{canary_url}/nested"))
    assert refusal.value.kind == "fetch"
    assert _Canary.hits == []


@pytest.mark.parametrize("scheme", ["http", "file"])
def test_an_uploaded_drawing_cannot_reach_out(
    scheme: str, canary_url: str, canary_file: Path
) -> None:
    url = f"{canary_url}/from-svg" if scheme == "http" else canary_file.as_uri()
    drawing = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">'
        f'<image href="{url}" width="9" height="9"/></svg>'
    )
    with pytest.raises(UnableToRenderPdf) as refusal:
        render_markup('<img src="asset:logo">', assets={"logo": drawing.encode()})
    assert refusal.value.kind == "fetch"
    assert _Canary.hits == []


def test_entities_in_an_uploaded_drawing_read_no_file(canary_file: Path) -> None:
    drawing = (
        f'<!DOCTYPE svg [<!ENTITY x SYSTEM "{canary_file.as_uri()}">]>'
        '<svg xmlns="http://www.w3.org/2000/svg" width="90" height="20">'
        '<text y="9">&x;</text></svg>'
    )
    with pytest.raises(UnableToRenderPdf) as refusal:
        render_markup('<img src="asset:logo"><p>after</p>', assets={"logo": drawing.encode()})
    assert refusal.value.kind == "asset"


def test_an_asset_is_shown() -> None:
    pixel = bytes.fromhex(
        "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763f8"
        "cfc000000301010018dd8db00000000049454e44ae426082"
    )
    rendered = render_markup('<img src="asset:logo" width="50">', assets={"logo": pixel})
    assert b"/Image" in rendered.pdf


def test_the_assets_of_one_document_are_not_those_of_the_next() -> None:
    pixel = bytes.fromhex(
        "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763f8"
        "cfc000000301010018dd8db00000000049454e44ae426082"
    )
    render_markup('<img src="asset:logo">', assets={"logo": pixel})
    with pytest.raises(UnableToRenderPdf) as refusal:
        render_markup('<img src="asset:logo">')
    assert refusal.value.kind == "fetch"
