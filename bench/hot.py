"""Holds a second on one hot item, by the facade and over HTTP; see `bench.stock`."""

from bench.stock import main

if __name__ == "__main__":
    main("hot")
