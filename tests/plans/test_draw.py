"""The picture: boxes apart, text inside its box, what it says in words too."""

import io
from itertools import combinations

import pytest
from matplotlib.patches import FancyBboxPatch

from seniorde import plans


def boxes(figure):
    return [patch for patch in figure.axes[0].patches if isinstance(patch, FancyBboxPatch)]


@pytest.mark.parametrize("number", [1, 2, 5, 9, 20, 21, 22])
def test_boxes_stand_apart_within_the_picture(engine, queries, number):
    plan = plans.explain(engine, queries[number], analyze=False)
    figure = plan.draw("A title")
    extents = [
        (b.get_x(), b.get_y(), b.get_x() + b.get_width(), b.get_y() + b.get_height()) for b in boxes(figure)
    ]
    assert len(extents) == len(list(plan.nodes()))
    width, height = figure.get_size_inches()
    for left, top, right, bottom in extents:
        assert 0 < left < right < width
        assert 0 < top < bottom < height
    for a, b in combinations(extents, 2):
        assert a[2] < b[0] or b[2] < a[0] or a[3] < b[1] or b[3] < a[1]


def test_text_stays_inside_its_box(scratch):
    name = "a_relation_whose_name_is_far_longer_than_any_box_is_wide"
    scratch.execute(f"CREATE TABLE {name} AS SELECT generate_series(1, 10) AS i")
    scratch.execute(f"CREATE INDEX {name[:40]}_index ON {name} (i); SET LOCAL enable_seqscan = off")
    plan = plans.explain(scratch, f"SELECT * FROM {name} JOIN lineitem ON i = l_orderkey WHERE i = 5")
    figure = plan.draw()
    figure.savefig(io.BytesIO())
    frames = [box.get_window_extent() for box in boxes(figure)]
    for text in figure.axes[0].texts[2:]:
        extent = text.get_window_extent()
        assert any(f.x0 < extent.x0 and extent.x1 < f.x1 and f.y0 < extent.y1 < f.y1 for f in frames), (
            text.get_text()
        )


def test_a_long_title_stays_inside_the_picture(toy):
    title = "Without an index the engine reads every row of flights, with it only those of the day asked for"
    figure = plans.explain(toy, "FROM flights").draw(title)
    figure.savefig(io.BytesIO())
    lines = [text for text in figure.axes[0].texts if text.get_text().strip() and text.get_text() in title]
    assert "".join(text.get_text() for text in lines) == title
    assert all(text.get_window_extent().x1 < figure.bbox.x1 for text in lines)


def test_the_picture_in_words(pg, queries):
    plan = plans.explain(pg, queries[15])
    assert plan.draw().get_label() == plan.alt_text()
    assert plan.alt_text().startswith("Query plan of PostgreSQL as a tree of")
    assert "Seq Scan on lineitem" in plan.alt_text()
    assert "Total" not in plan.alt_text()


def test_pixels_are_the_same_every_time(toy):
    plan = plans.explain(toy, "SELECT day, count(*) FROM flights GROUP BY day")
    pictures = []
    for _ in range(2):
        buffer = io.BytesIO()
        plan.draw("One message").savefig(buffer, format="rgba")
        pictures.append(buffer.getvalue())
    assert pictures[0] == pictures[1]


def test_colour_follows_the_mark(scratch):
    from seniorde.plans.draw import COLOURS

    scratch.execute(
        "CREATE TABLE cars AS SELECT i % 100 AS make, i % 100 AS model FROM generate_series(1, 20000) t(i);"
        "ANALYZE cars"
    )
    figure = plans.explain(scratch, "SELECT * FROM cars WHERE make = 7 AND model = 7").draw()
    [box] = boxes(figure)
    from matplotlib.colors import to_rgba

    assert box.get_facecolor() == to_rgba(COLOURS[100])
    assert any("▲ ×100" in text.get_text() for text in figure.axes[0].texts)
