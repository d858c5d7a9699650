"""The embedded servers: kept, recognised, apart from each other, and never confused with a stranger's."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest
import redis

from config.embedded import home, postgres, process, services
from config.variables import ROOT


@pytest.fixture
def data(tmp_path_factory):
    """A data folder that an unprivileged user can enter, and that leaves nothing behind."""
    folder = tmp_path_factory.mktemp("data")
    for parent in (folder, *folder.parents[:2]):
        parent.chmod(0o755)
    yield folder
    home.remove(folder)


def sql(addresses: services.Addresses, statement: str) -> list[tuple[object, ...]]:
    with psycopg.connect(addresses.database_url) as connection:
        cursor = connection.execute(statement)
        return cursor.fetchall() if cursor.description else []


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_data_is_kept_between_starts(data):
    with services.own(data) as (_, first):
        sql(first, "CREATE TABLE kept AS SELECT 7 AS number")
        redis.Redis.from_url(first.valkey_url).set("kept", "7")
    with services.own(data) as (_, second):
        assert sql(second, "SELECT number FROM kept") == [(7,)]
        assert redis.Redis.from_url(second.valkey_url).get("kept") == b"7"
    assert not (data / services.STATE).exists()


def test_text_is_ordered_as_in_the_containers(data):
    with services.own(data) as (_, addresses):
        found = sql(addresses, "SELECT datlocprovider, datlocale, pg_encoding_to_char(encoding) FROM pg_database")
        assert set(found) == {("b", "C.UTF-8", "UTF8")}
        client = redis.Redis.from_url(addresses.valkey_url)
        assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
        assert client.config_get("appendonly") == {"appendonly": "yes"}


def test_secrets_are_the_owners_alone(data):
    with services.own(data):
        for name in ("postgres-password", "valkey-password", services.STATE):
            assert (data / name).stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("pid", [os.getpid(), 2**22 - 3], ids=["ours", "nobody"])
def test_a_stale_lock_file(data, pid):
    """Its number is another process's by now, or nobody's."""
    with services.own(data) as (ours, _):
        cluster = ours.postgres.cluster
    (cluster / "postmaster.pid").write_text(f"{pid}\n{cluster}\n1\n1\n\n127.0.0.1\n0 0\nready   \n")
    with services.own(data) as (_, addresses):
        assert sql(addresses, "SELECT 1") == [(1,)]


def test_two_folders_side_by_side(tmp_path_factory, data):
    other = tmp_path_factory.mktemp("data")
    with services.own(data) as (_, one), services.own(other) as (_, two):
        sql(one, "CREATE TABLE whose AS SELECT 'one' AS name")
        sql(two, "CREATE TABLE whose AS SELECT 'two' AS name")
        assert sql(one, "SELECT name FROM whose") == [("one",)]
        assert sql(two, "SELECT name FROM whose") == [("two",)]
        assert one.valkey_url != two.valkey_url
    home.remove(other)


def test_a_stranger_on_the_port_is_refused(data, tmp_path_factory, monkeypatch):
    """The server that answers is another one, with the same password even: it is not taken for ours."""
    other = tmp_path_factory.mktemp("data")
    monkeypatch.setattr(postgres, "STARTS", 1)
    with services.own(other) as (strangers, _):
        ours = services.Servers(home.settle(data))
        for mine, theirs in ((ours.postgres, strangers.postgres), (ours.valkey, strangers.valkey)):
            mine.port, mine.password = theirs.port, theirs.password
            with pytest.raises(process.ServiceFailed, match="did not start"):
                mine.start()
            assert theirs.is_running()
    home.remove(other)


def test_a_second_owner_is_told_who_has_it(data):
    told = pytest.raises(process.ServiceFailed, match=f"already runs on DATA=.*process {os.getpid()}")
    with services.own(data), told, services.own(data, patience=0.2):
        pass


def test_running_servers_are_borrowed(data):
    with services.own(data) as (_, owned), services.borrow(data) as borrowed:
        assert borrowed == owned


def test_nothing_running_is_started_for_the_length_of_the_block(data):
    with services.borrow(data) as addresses:
        assert addresses.owner == os.getpid()
        assert sql(addresses, "SELECT 1") == [(1,)]
    with pytest.raises(psycopg.OperationalError):
        sql(addresses, "SELECT 1")


def test_no_server_outlives_an_owner_that_was_killed(data):
    """On Linux the kernel ends them; elsewhere the next start does. Either way the next start works, with the data."""
    script = (
        "import sys, time; from pathlib import Path; from config.embedded import services\n"
        "with services.own(Path(sys.argv[1])) as (s, a):\n"
        "    print(s.postgres.child.pid, s.valkey.child.pid, flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", script, str(data)], cwd=ROOT, stdout=subprocess.PIPE, text=True) as owner:
        assert owner.stdout
        pids = [int(word) for word in owner.stdout.readline().split()]
        owner.send_signal(signal.SIGKILL)
    assert len(pids) == 2
    with services.own(data) as (ours, addresses):
        assert sql(addresses, "SELECT 1") == [(1,)]
        assert ours.postgres.child
        assert ours.postgres.child.pid not in pids
    deadline = time.monotonic() + 10
    while any(map(is_alive, pids)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(map(is_alive, pids))


def test_a_cluster_of_another_release_is_named(data):
    with services.own(data) as (ours, _):
        cluster = ours.postgres.cluster
    (cluster / "PG_VERSION").write_text("17\n")
    with pytest.raises(process.ServiceFailed, match="PostgreSQL 17, not 18"), services.own(data):
        pass


@pytest.mark.skipif(os.geteuid() != 0, reason="only root's servers need another user")
def test_roots_data_in_a_folder_that_only_root_may_enter(tmp_path_factory):
    closed = tmp_path_factory.mktemp("closed")
    closed.chmod(0o700)
    data = closed / "data"
    with services.own(data) as (ours, addresses):
        elsewhere = ours.home.folder
        assert elsewhere != data
        assert sql(addresses, "SELECT 1") == [(1,)]
        assert closed.stat().st_mode & 0o777 == 0o700
    with services.own(data) as (ours, _):
        assert ours.home.folder == elsewhere
    home.remove(data)
    assert not elsewhere.exists()


def test_a_folder_that_cannot_be_written():
    with pytest.raises(process.ServiceFailed, match="DATA=/proc/lodestar cannot be used"):
        home.settle(Path("/proc/lodestar"))
