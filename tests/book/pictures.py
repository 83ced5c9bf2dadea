"""Makes the README's picture of the book again: `python tests/book/pictures.py`, after `make book`."""

import io
from pathlib import Path

from chromium import launched, served
from PIL import Image

ROOT = Path(__file__).parents[2]
PAGE = "notebooks/week-01/06-anti-and-semi-joins.html"
PICTURE = ROOT / ".github" / "pictures" / "book.png"


def main() -> None:
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    with served(ROOT / "_build" / "html") as address, launched() as browser:
        page = browser.new_page(viewport={"width": 1280, "height": 720}, color_scheme="light")
        page.goto(address + PAGE, wait_until="networkidle")
        page.get_by_alt_text("plans side by side").scroll_into_view_if_needed()
        page.wait_for_timeout(500)  # the sidebar follows
        shot = Image.open(io.BytesIO(page.screenshot()))
    shot.convert("RGB").save(PICTURE, optimize=True)
    print(f"{PICTURE.relative_to(ROOT)}: {PICTURE.stat().st_size // 1000} kB")


if __name__ == "__main__":
    main()
