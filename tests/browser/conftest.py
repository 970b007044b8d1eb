"""A real browser for the tests: `chromium` starts once, and every test gets it without another test's windows."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.chromium import find_chromium
from tests.serving import PATIENCE_S

expect.set_options(timeout=PATIENCE_S * 1000)


@pytest.fixture(scope="session")
def _launched() -> Iterator[Browser]:
    path = find_chromium()
    if path is None:
        pytest.skip("Chromium is not here (CHROMIUM, PATH or Debian's package)")
    # Chromium's own sandbox does not work for root, and /dev/shm is small in containers; only our own pages are opened.
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-dev-shm-usage"])
        yield browser
        browser.close()


@pytest.fixture
def chromium(_launched: Browser) -> Iterator[Browser]:
    """A launched browser: `chromium.new_context(viewport=…, locale=…)`; what a test leaves open is closed after it."""
    yield _launched
    for context in list(_launched.contexts):
        context.close()
