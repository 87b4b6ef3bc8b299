"""The example that new maps are copied from: it draws, answers and closes like the others."""

import pytest

from kzborder.catalog import load
from kzborder.maps import example, save_map

pytestmark = pytest.mark.browser


def test_the_example_is_a_map(open_page, tmp_path):
    path = tmp_path / example.INFO.file
    save_map(example.draw(load), path)
    page = open_page(path)
    assert page.title() == example.INFO.title
    signs = page.locator(".kz-place:has(.kz-tripoint)")
    assert signs.count() == len(load("tripoints"))
    signs.first.click()
    assert "Chainage" in page.locator(".leaflet-popup, .kz-card").first.inner_text()
    page.screenshot(path=tmp_path / "example.png")
