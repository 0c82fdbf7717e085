"""Runs the command line as `python -m builder`."""

from builder.cli.app import main

if __name__ == "__main__":
    main()
