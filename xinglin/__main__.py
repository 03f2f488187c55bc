"""``python -m xinglin``: the one command for whoever installs and runs the house."""

from xinglin.config.command import main

if __name__ == "__main__":
    main()
