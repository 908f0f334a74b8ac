"""Time what a change of a field takes in an explorer, on the built site: best and median.

Milliseconds of script, and until the browser is ready for the next frame.
"""

import shutil
import statistics

from playwright.sync_api import Browser, sync_playwright

from scsreport.tables import paths

PAGES = ("chapters/all-cities.html", "countries/china.html")
LOOKS = ((1440, 1), (390, 4), (1440, 4))
"""Width of the screen, and how many times slower the processor is."""

CHANGES = (
    *(("rule", "D1"), ("rule", "D7"), ("rule", "")),
    *(("sure", "60"), ("sure", "0")),
    *(("hub", False), ("hub", True)),
    *(("place", "AS"), ("place", "")),
)
ROUNDS = 3
CHANGE = """async ([name, value]) => {
  const field = document.querySelector(`[name="${name}"]`);
  if (!field) return null;
  if (typeof value === "boolean") field.checked = value;
  else field.value = value;
  const frame = () => new Promise((ready) => requestAnimationFrame(() => {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => ready(performance.now());
    channel.port2.postMessage(0);
  }));
  await frame();
  const start = performance.now();
  field.dispatchEvent(new Event("input", { bubbles: true }));
  const ran = performance.now();
  const shown = await frame();
  await new Promise((rested) => setTimeout(rested, 300));
  return [ran - start, shown - start];
}"""


def times(browser: Browser, name: str, width: int, slower: int) -> list[list[float]]:
    context = browser.new_context(viewport={"width": width, "height": 900})
    page = context.new_page()
    page.goto((paths.SITE / name).as_uri())
    page.locator(".explorer-rows tr").first.wait_for()
    page.locator(".explorer-views").scroll_into_view_if_needed()
    session = context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": slower})
    found = [page.evaluate(CHANGE, list(change)) for _ in range(ROUNDS) for change in CHANGES]
    context.close()
    return [pair for pair in found if pair]


def main() -> None:
    print("| | script | next frame |\n|---|---:|---:|")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        for name in PAGES:
            for width, slower in LOOKS:
                script, frame = zip(*times(browser, name, width, slower), strict=True)
                cells = [f"{min(ms):.0f}, {statistics.median(ms):.0f}" for ms in (script, frame)]
                print(f"| {name}, {width} px, {slower} times slower | {' | '.join(cells)} |")
        browser.close()


if __name__ == "__main__":
    main()
