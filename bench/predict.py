"""How long a lookalike takes over 1 M customers and 10 M events: features, and learning with the
back-test.

Prints one JSON object a line.  Peer: the same columns made with pandas from the same rows, as a
notebook does it; recency, orders, revenue and active days must be equal.  Asking the gate and
writing the scores are not part of it.
"""

from importlib import import_module

from bench.audience import in_home


def main() -> None:
    """Run the benchmark in a home kept for its size."""
    in_home(__doc__ or "", 10_000_000, lambda: import_module("bench._predict_measuring").run)


if __name__ == "__main__":
    main()
