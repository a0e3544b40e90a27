# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where a visitor comes from: the address of the connection, or what a proxy of the instance tells of it.

Anybody may write ``X-Forwarded-For``. So it is read only where the connection comes from one of ``trusted_proxies``,
from its end: each proxy adds there whom it heard, and the first that is none of ours is the visitor.
"""

from __future__ import annotations

import ipaddress
from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest

from terracite.errors import ConfigError

UNIX = "unix"  #: the setting's word for a proxy that connects by a socket of this machine
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def address(request: HttpRequest) -> str:
    """The visitor's address; "" where none is known."""
    heard = str(request.META.get("REMOTE_ADDR", ""))
    trusted = settings.TERRACITE.trusted_proxies
    told = [one.strip() for one in request.headers.get("X-Forwarded-For", "").split(",")]
    while told and _is_ours(heard, trusted):
        if _read(told[-1]) is None:
            break  # no address: whoever wrote it, what stands before it is worth no more
        heard = told.pop()
    found = _read(heard)
    return str(found) if found is not None else heard


def place(request: HttpRequest) -> str:
    """What limits count: the address, or for IPv6 the network of 64 bits that one visitor has to themselves."""
    text = address(request)
    found = _read(text)
    return str(ipaddress.ip_network((found, 64), strict=False)) if found is not None and found.version == 6 else text


@lru_cache(maxsize=8)
def networks(proxies: tuple[str, ...]) -> tuple[Network, ...]:
    """The setting as networks; `ConfigError` for what is neither an address nor a network."""
    try:
        return tuple(ipaddress.ip_network(one, strict=False) for one in proxies if one != UNIX)
    except (ValueError, TypeError) as error:
        raise ConfigError(
            f"'trusted_proxies' holds what is no address: {error}.",
            hint="Write addresses or networks, such as 127.0.0.1 or 10.0.0.0/8, or 'unix' for a socket.",
        ) from error


def _is_ours(heard: str, trusted: tuple[str, ...]) -> bool:
    found = _read(heard)
    if found is None:
        return not heard and UNIX in trusted
    return any(found in network for network in networks(trusted) if network.version == found.version)


def _read(text: str) -> Address | None:
    """An address, with or without a port; an IPv4 one in the dress of IPv6 as what it is."""
    bare = text.strip()
    if bare.startswith("["):
        bare = bare[1:].partition("]")[0]
    elif bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        found = ipaddress.ip_address(bare.partition("%")[0])
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return mapped or found
