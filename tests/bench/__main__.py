"""`make bench`: one JSON object a line. Starts servers of its own, as the tests do."""

from __future__ import annotations

import gc

from tests.serving import own_database


def main() -> None:
    """Prepare an empty database and run every benchmark."""
    with own_database():
        gc.collect()
        gc.freeze()  # as each web process does when it starts
        from tests.bench import browsers, mails, roadmaps, surprises  # noqa: PLC0415 - models load only now

        roadmaps.run()
        browsers.run()
        mails.run()
        surprises.run()


if __name__ == "__main__":
    main()
