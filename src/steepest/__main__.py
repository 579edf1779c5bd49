"""``python -m steepest``: the command line."""

from steepest.cli.main import main

if __name__ == "__main__":
    main()
