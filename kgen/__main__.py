"""``python -m kgen``, and the command ``kgen``: as little as possible before Ctrl-C is answered."""

import sys


def main() -> int:
    """Run the command line of this process and give its exit code."""
    try:
        from kgen.cli import main as run

        return run()
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
