"""Picture every page at the width of a phone and of a desk, light and dark: `make screens`."""

import shutil
import sys

from conftest import launch, serve
from playwright.sync_api import sync_playwright
from walker import pages

from scsreport.tables import paths

WIDTHS = {"phone": 390, "desktop": 1280}


def main() -> None:
    """Write the pictures to _build/screens, one per page, width and colour scheme."""
    target = paths.BUILD / "screens"
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    if not shutil.which("chromium"):
        sys.exit("chromium is missing: `apt install chromium`")
    address, _, stop = serve(paths.SITE)
    try:
        with sync_playwright() as playwright:
            browser = launch(playwright)
            for device, width in WIDTHS.items():
                for scheme in ("light", "dark"):
                    size = {"width": width, "height": 900}
                    context = browser.new_context(viewport=size, color_scheme=scheme)
                    page = context.new_page()
                    for file in pages(paths.SITE):
                        name = file.relative_to(paths.SITE).with_suffix("").as_posix()
                        if name.startswith("_modules/"):
                            continue
                        page.goto(f"{address}/{name}.html", wait_until="networkidle")
                        # Images load lazily, when a reader gets there.
                        page.evaluate("for (const i of document.images) i.loading = 'eager'")
                        page.wait_for_load_state("networkidle")
                        picture = f"{name.replace('/', '-')}-{device}-{scheme}.png"
                        page.screenshot(path=target / picture, full_page=True)
                    context.close()
            browser.close()
    finally:
        stop()


if __name__ == "__main__":
    main()
