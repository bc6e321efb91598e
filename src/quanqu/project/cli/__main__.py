"""`python -m quanqu.project.cli`."""

from quanqu.project.cli import main

if __name__ == "__main__":
    main()
