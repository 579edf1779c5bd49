"""Addresses of schedulers: which are ones, and which may be reached without encryption."""

from __future__ import annotations

import re
from ipaddress import ip_address

from steepest.words.errors import InputError

_FORM = re.compile(r"(tcp|tls)://(\[[0-9A-Fa-f:.]+\]|[^\s/:\[\]@?#]+):([0-9]{1,5})")


def check_address(address: str, *, unencrypted: bool) -> None:
    """Refuse what is no scheduler's address, and plain TCP that leaves this machine.

    Whoever can reach a scheduler, or change what it is sent, can run code on its workers.

    Parameters
    ----------
    address : str
        As given.
    unencrypted : bool
        Whether plain TCP to other machines was asked for by name.

    Raises
    ------
    InputError
        ``cluster_address`` or ``cluster_unencrypted``.

    Examples
    --------
    >>> check_address("tcp://127.0.0.1:8786", unencrypted=False)
    >>> check_address("tls://10.0.0.7:8786", unencrypted=False)
    """
    found = _FORM.fullmatch(address)
    if found is None or not 0 < int(found[3]) < 65_536:
        raise InputError("cluster_address", address=address)
    host = found[2].strip("[]")
    if found[1] == "tcp" and not unencrypted and not is_loopback(host):
        raise InputError("cluster_unencrypted", address=address, host=host)


def is_loopback(host: str) -> bool:
    """Return whether a host is this machine and cannot be another: no name but one is asked for.

    Examples
    --------
    >>> [is_loopback(one) for one in ("127.0.0.1", "::1", "localhost", "127.0.0.1.nip.io")]
    [True, True, True, False]
    """
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
