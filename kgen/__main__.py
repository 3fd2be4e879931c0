"""``python -m kgen``, and the command ``kgen``: as little as possible before Ctrl-C is answered."""

import gc
import sys

from kgen import __version__


def main() -> int:
    """Run the command line of this process and give its exit code."""
    # A run is short and makes no cycles worth collecting; looking for them costs a tenth of a large build.
    gc.disable()
    if sys.argv[1:] == ["--version"]:  # asked by scripts all day: not worth the command line's import
        sys.stdout.write(f"kgen {__version__}\n")
        return 0
    try:
        from kgen import plain

        code = plain.main(sys.argv[1:])
        if code is not None:
            return code
        from kgen.cli import main as run

        return run()
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
