"""Small drawings as SVG paths: spark lines and the graph of identifiers."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["Edge", "Node", "PlacedEdge", "PlacedNode", "heat_step", "place_nodes", "spark_path"]

_NODE_WIDTH = 168
_NODE_HEIGHT = 44


@dataclass(frozen=True, slots=True)
class Node:
    """One identifier to draw."""

    key: int
    kind: str
    text: str
    is_strong: bool


@dataclass(frozen=True, slots=True)
class Edge:
    """Evidence that two identifiers belong together."""

    left: int
    right: int
    rule: str
    is_strong: bool


@dataclass(frozen=True, slots=True)
class PlacedNode:
    """A node with the corner, in SVG units, of its 168 by 44 box."""

    node: Node
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class PlacedEdge:
    """An edge with its two ends and the middle, where its rule is written."""

    edge: Edge
    x1: int
    y1: int
    x2: int
    y2: int

    @property
    def middle_x(self) -> int:
        """The x of the label."""
        return (self.x1 + self.x2) // 2

    @property
    def middle_y(self) -> int:
        """The y of the label."""
        return (self.y1 + self.y2) // 2


def spark_path(values: Sequence[float], *, top: float | None = None) -> str:
    """Return the path of a line over a 100 by 32 box, zero at the bottom unless values are below.

    `top` lets two lines share one scale.  Fewer than two values draw nothing.
    """
    if len(values) < 2:
        return ""
    low = min(0.0, *values)
    high = max(values) if top is None else top
    height = (high - low) or 1.0
    step = 100 / (len(values) - 1)
    points = (
        f"{at * step:.2f} {30 - (value - low) / height * 28:.2f}" for at, value in enumerate(values)
    )
    return "M" + " L".join(points)


def heat_step(value: float, highest: float, *, is_even: bool = False) -> int:
    """Return the step 0-9 of a heat map's scale, by the square root so that tails stay visible.

    An even scale tells apart what lies close together.
    """
    if highest <= 0 or value <= 0:
        return 0
    share = min(value / highest, 1.0)
    return min(9, int((share if is_even else math.sqrt(share)) * 9.999))


def place_nodes(
    nodes: Sequence[Node], edges: Sequence[Edge]
) -> tuple[list[PlacedNode], list[PlacedEdge], int, int]:
    """Lay the most connected identifier in the middle and the others on an ellipse around it.

    Returns the placed nodes and edges and the width and height of the drawing.
    """
    if not nodes:
        return [], [], 0, 0
    links = {node.key: 0 for node in nodes}
    for edge in edges:
        for end in (edge.left, edge.right):
            if end in links:
                links[end] += 1
    ranked = sorted(nodes, key=lambda node: (-links[node.key], not node.is_strong, node.key))
    around = len(ranked) - 1
    radius_x = 0 if not around else max(220, 46 * around)
    radius_y = 0 if around < 3 else max(90, 24 * around)
    width, height = 2 * radius_x + _NODE_WIDTH + 20, 2 * radius_y + _NODE_HEIGHT + 40
    centre_x, centre_y = width // 2, height // 2
    centres = {ranked[0].key: (centre_x, centre_y)}
    for at, node in enumerate(ranked[1:]):
        angle = 2 * math.pi * at / around + (math.pi if around < 3 else 0)
        centres[node.key] = (
            round(centre_x + radius_x * math.cos(angle)),
            round(centre_y + radius_y * math.sin(angle)),
        )
    placed = [
        PlacedNode(
            node,
            centres[node.key][0] - _NODE_WIDTH // 2,
            centres[node.key][1] - _NODE_HEIGHT // 2,
        )
        for node in ranked
    ]
    lines = [
        PlacedEdge(edge, *centres[edge.left], *centres[edge.right])
        for edge in edges
        if edge.left in centres and edge.right in centres
    ]
    return placed, lines, width, height
