"""What differs between the outputs of two runs of one notebook, readable; images by their pixels."""

import base64
import io
import re
from collections.abc import Iterator
from difflib import unified_diff

from nbformat import NotebookNode

from .normal import code_cells

IMAGES = ("image/png", "image/jpeg")
# A picture's size in pixels differs by one between builds of matplotlib: both texts become the second.
FIGURE = (re.compile(r"\A<Figure size [\d.]+x[\d.]+ with \d+ Axes>\Z"), "<Figure>")


def same_pixels(one: str, other: str) -> bool:
    """Whether two base64 images show the same, whatever their bytes and their metadata."""
    if one.strip() == other.strip():
        return True
    from PIL import Image

    pictures = [Image.open(io.BytesIO(base64.b64decode(data))).convert("RGBA") for data in (one, other)]
    return pictures[0].size == pictures[1].size and pictures[0].tobytes() == pictures[1].tobytes()


def _parts(cell: NotebookNode) -> Iterator[tuple[str, str]]:
    """(what, content) of every output, in order."""
    for output in cell.outputs:
        if output.output_type == "stream":
            yield output.name, output.text
        elif output.output_type == "error":
            yield "error", f"{output.ename}: {output.evalue}"
        else:
            shows = any(mime in IMAGES for mime in output.data)
            for mime, content in sorted(output.data.items()):
                text = content if isinstance(content, str) else repr(content)
                pattern, instead = FIGURE
                yield mime, pattern.sub(instead, text) if shows and mime == "text/plain" else text


def _cell_differences(before: NotebookNode, after: NotebookNode) -> Iterator[str]:
    old, new = list(_parts(before)), list(_parts(after))
    if [what for what, _ in old] != [what for what, _ in new]:
        yield f"outputs {[what for what, _ in old]} became {[what for what, _ in new]}"
        return
    for (what, one), (_, other) in zip(old, new, strict=True):
        if what in IMAGES:
            if not same_pixels(one, other):
                yield f"{what}: the picture changed"
        elif one != other:
            lines = unified_diff(one.splitlines(), other.splitlines(), "stored", "now", lineterm="", n=1)
            yield "\n".join([f"{what}:", *(f"    {line}" for line in lines)])


def differences(before: NotebookNode, after: NotebookNode) -> list[str]:
    """One paragraph for every output of `after` that is not as in `before`; empty when nothing changed."""
    old, new = code_cells(before), code_cells(after)
    if [cell.source for cell in old] != [cell.source for cell in new]:
        return ["the code itself differs"]
    return [
        f"code cell {number}, {difference}"
        for number, (one, other) in enumerate(zip(old, new, strict=True), start=1)
        for difference in _cell_differences(one, other)
    ]


def keep_images(before: NotebookNode, after: NotebookNode) -> None:
    """Give `after` the image bytes of `before` wherever the pixels are the same."""
    for old, new in zip(code_cells(before), code_cells(after), strict=False):
        for one, other in zip(old.outputs, new.outputs, strict=False):
            for mime in IMAGES:
                data, kept = other.get("data", {}), one.get("data", {})
                if mime in data and mime in kept and same_pixels(kept[mime], data[mime]):
                    data[mime] = kept[mime]
