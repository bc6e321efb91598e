"""Spark lines, heat steps and the graph of identifiers."""

import re

from hypothesis import given
from hypothesis import strategies as st

from quanqu.doors.console.rules.drawing import Edge, Node, heat_step, place_nodes, spark_path

NODES = [Node(key, "e-mail", f"n{key}", key == 1) for key in range(1, 7)]


def test_a_spark_line_runs_from_edge_to_edge_with_zero_at_the_bottom() -> None:
    assert spark_path([0, 5, 10]) == "M0.00 30.00 L50.00 16.00 L100.00 2.00"
    assert spark_path([3]) == ""
    assert spark_path([0, 0]) == "M0.00 30.00 L100.00 30.00"


def test_two_spark_lines_can_share_a_scale() -> None:
    assert spark_path([0, 5], top=10).endswith("L100.00 16.00")


@given(st.lists(st.floats(-1e9, 1e9), min_size=2, max_size=40))
def test_a_spark_line_stays_in_its_box(values: list[float]) -> None:
    heights = [float(y) for _x, y in re.findall(r"([\d.]+) (-?[\d.]+)", spark_path(values))]

    assert all(1.9 <= height <= 30.1 for height in heights)


def test_heat_steps_cover_the_scale() -> None:
    assert [heat_step(value, 1.0) for value in (0, 0.01, 0.25, 1)] == [0, 0, 4, 9]
    assert heat_step(0.5, 0) == 0
    assert heat_step(2, 1) == 9


@given(st.floats(0, 1), st.floats(0, 1))
def test_more_is_never_cooler(left: float, right: float) -> None:
    low, high = sorted((left, right))

    assert heat_step(low, 1.0) <= heat_step(high, 1.0)


def test_the_most_connected_identifier_is_in_the_middle() -> None:
    edges = [Edge(3, other, "together", True) for other in (1, 2, 4, 5, 6)]

    placed, lines, width, height = place_nodes(NODES, edges)

    assert placed[0].node.key == 3
    assert abs(placed[0].x + 84 - width // 2) <= 1
    assert abs(placed[0].y + 22 - height // 2) <= 1
    assert len(lines) == 5
    assert all(0 <= one.x <= width - 168 and 0 <= one.y <= height - 44 for one in placed)


def test_boxes_do_not_overlap() -> None:
    placed, _lines, _width, _height = place_nodes(NODES, [])

    for at, one in enumerate(placed):
        for other in placed[at + 1 :]:
            assert abs(one.x - other.x) >= 168 or abs(one.y - other.y) >= 44


def test_evidence_to_somebody_else_is_not_drawn() -> None:
    _placed, lines, _width, _height = place_nodes(NODES[:2], [Edge(1, 99, "hand", False)])

    assert lines == []
    assert place_nodes([], []) == ([], [], 0, 0)


def test_labels_of_edges_stand_in_their_middle() -> None:
    _placed, lines, _width, _height = place_nodes(NODES[:2], [Edge(1, 2, "together", True)])

    line = lines[0]
    assert line.middle_x == (line.x1 + line.x2) // 2
    assert line.middle_y == (line.y1 + line.y2) // 2
