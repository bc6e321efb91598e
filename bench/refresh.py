"""How long the members of 200 audiences take over 1 M customers and 50 M events: from nothing, and
after 10,000 new events.

Prints one JSON object a line.  Peer: each audience as a query of its own over the same tables on
the same engine, as marketing tools with a segment builder work; a sample of them is asked and the
time is taken for all.  The members of the sample must be equal.  Writing who came and left is the
same for both and is not part of it.
"""

from importlib import import_module

from bench.audience import in_home


def main() -> None:
    """Run the benchmark in a home kept for its size."""
    in_home(__doc__ or "", 50_000_000, lambda: import_module("bench._refresh_measuring").run)


if __name__ == "__main__":
    main()
