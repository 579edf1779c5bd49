"""Which schedulers are reached, and how: loopback, TLS, or by an option that says so."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from worker_tables import written

import steepest
from steepest import FileError, FitOptions, InputError
from steepest.workers.address import check_address


@pytest.mark.parametrize(
    "address",
    ["tcp://127.0.0.1:8786", "tcp://[::1]:8786", "tcp://localhost:1", "tls://10.0.0.7:8786"],
)
def test_loopback_and_tls_are_reached(address: str) -> None:
    check_address(address, unencrypted=False)


@pytest.mark.parametrize(
    "address",
    ["tcp://10.0.0.7:8786", "tcp://0.0.0.0:8786", "tcp://127.0.0.1.nip.io:1", "tcp://[::]:1",
     "tcp://localhost.evil.example:1", "tcp://[fe80::1]:1", "tcp://2130706433:1"],
)  # fmt: skip
def test_plain_tcp_to_other_machines_needs_its_option(address: str) -> None:
    with pytest.raises(InputError) as caught:
        FitOptions(target=("y",), cluster=address).checked()
    assert caught.value.name == "cluster_unencrypted"
    assert "--unencrypted" in caught.value.remedy
    FitOptions(target=("y",), cluster=address, unencrypted=True).checked()


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1:8786", "tcp://127.0.0.1", "tcp://127.0.0.1:0", "tcp://127.0.0.1:99999",
     "ucx://10.0.0.7:1", "tcp://a@127.0.0.1:1", "tcp://127.0.0.1:1/x", "tcp://::1:8786", "tcp://:1"],
)  # fmt: skip
def test_other_texts_are_no_addresses(address: str) -> None:
    with pytest.raises(InputError) as caught:
        check_address(address, unencrypted=True)
    assert caught.value.name == "cluster_address"


def test_the_option_is_of_clusters() -> None:
    with pytest.raises(InputError) as caught:
        FitOptions(target=("y",), unencrypted=True).checked()
    assert caught.value.name == "unencrypted_without_cluster"


def certificate(folder: Path) -> tuple[str, str]:
    """Make a certificate of its own authority, and its key."""
    made, key = folder / "certificate.pem", folder / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-keyout", key,
         "-out", made, "-subj", "/CN=steepest", "-addext", "subjectAltName=IP:127.0.0.1"],
        check=True, capture_output=True,
    )  # fmt: skip
    return str(made), str(key)


@pytest.mark.skipif(shutil.which("openssl") is None, reason="needs openssl to make a certificate")
def test_a_cluster_with_certificates_makes_the_same_bits(tmp_path: Path) -> None:
    dask = pytest.importorskip("dask", reason="needs the extra: steepest[cluster]")
    distributed = pytest.importorskip("distributed", reason="needs the extra: steepest[cluster]")
    made, key = certificate(tmp_path)
    ours = {"cert": made, "key": key}
    settings = {
        "distributed.comm.tls.ca-file": made,
        **{f"distributed.comm.tls.{one}": ours for one in ("client", "scheduler", "worker")},
    }
    folder = written(tmp_path / "t", (40_000,))
    with dask.config.set(settings):
        security = distributed.Security(require_encryption=True)
        with distributed.LocalCluster(
            n_workers=1, threads_per_worker=1, protocol="tls", security=security,
            host="127.0.0.1", dashboard_address=None,
        ) as cluster:  # fmt: skip
            address = cluster.scheduler_address
            assert address.startswith("tls://")
            run = steepest.fit(folder, target="y", cluster=address)
            with pytest.raises(FileError) as caught:
                steepest.fit(folder, target="y", cluster=address.replace("tls:", "tcp:"))
            assert caught.value.name == "cluster_unreachable"
    alone = steepest.fit(folder, target="y", memory="1KB")
    assert run.trace.parameters.tobytes() == alone.trace.parameters.tobytes()
