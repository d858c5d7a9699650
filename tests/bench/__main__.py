"""`make bench`: one JSON object a line. Starts servers of its own, as the tests do."""

from __future__ import annotations

import gc
import os

from tests import services


def main() -> None:
    """Prepare an empty database and run every benchmark."""
    for name, value in {**services.DEFAULTS, **services._start()}.items():
        os.environ[name] = value
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    os.environ["ALLOWED_HOSTS"] = "testserver"
    import django  # noqa: PLC0415 - the environment comes first

    django.setup()
    from django.test.utils import setup_databases, teardown_databases  # noqa: PLC0415

    # No `setup_test_environment`: it would have every template send signals and copy its context.
    databases = setup_databases(verbosity=0, interactive=False)
    gc.collect()
    gc.freeze()  # as each web process does when it starts
    try:
        from tests.bench import mails, roadmaps, surprises  # noqa: PLC0415 - models load only now

        roadmaps.run()
        mails.run()
        surprises.run()
    finally:
        from django.db import connection, connections  # noqa: PLC0415

        others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> %s"
        with connection.cursor() as cursor:  # the threads of the server keep their connections
            cursor.execute(others, [connection.connection.info.backend_pid])
        connections.close_all()
        teardown_databases(databases, verbosity=0)


if __name__ == "__main__":
    main()
