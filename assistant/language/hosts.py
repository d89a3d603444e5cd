"""Which addresses count as this machine: what is sent anywhere else leaves the house."""

import ipaddress
import re
from collections.abc import Collection
from urllib.parse import urlsplit

# characters that parsers of addresses read differently, and that no plain address needs
_AMBIGUOUS = re.compile(r"[\s\\@#?\x00-\x20\x7f]")


def host_of(url: str) -> str:
    """The host of a plain `http(s)://host[:port]/path` in lower case.

    Raises ValueError with a Chinese line for everything that could be read in two ways.
    """
    if _AMBIGUOUS.search(url):
        raise ValueError("地址里不能有空格、反斜杠、@、? 或 #，密钥请写在 api_key")
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or parts.scheme not in ("http", "https"):
        raise ValueError("地址要写成 http://主机:端口/v1 的样子")
    return host


def is_local(url: str, trusted_hosts: Collection[str] = ()) -> bool:
    """Whether an address is this machine's own, or its host is named as trusted.

    Names are never resolved: a name can point elsewhere tomorrow, and a private address may be
    anybody's. So only `localhost`, addresses of the loopback interface, and `trusted_hosts` are
    local. Raises ValueError as `host_of` does.
    """
    host = host_of(url)
    if host == "localhost" or host in {name.lower() for name in trusted_hosts}:
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
