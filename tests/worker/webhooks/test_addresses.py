"""No webhook reaches a private address, whatever the name that leads there."""

import ipaddress
import socket
from typing import Any

import pytest

from worker.webhooks.addresses import AddressRefusedError, look_up

PRIVATE = [
    "https://127.0.0.1/", "https://10.1.2.3/", "https://192.168.0.1/", "https://172.16.0.1/",
    "https://169.254.169.254/latest/meta-data/", "https://0.0.0.0/", "https://[::1]/",
    "https://[fd00::1]/", "https://[fe80::1]/", "https://[::ffff:10.0.0.1]/", "https://100.64.0.1/",
    "https://localhost/", "https://2130706433/", "https://0x7f000001/", "https://127.1/",
]  # fmt: skip


class TestLookUp:
    @pytest.mark.parametrize("url", PRIVATE)
    def test_a_private_address_is_refused(self, url: str) -> None:
        with pytest.raises(AddressRefusedError, match="private"):
            look_up(url, [])

    def test_a_public_address_is_taken_over_https_alone(self) -> None:
        target = look_up("https://93.184.215.14:8443/x", [])
        assert (str(target.address), target.port) == ("93.184.215.14", 8443)
        with pytest.raises(AddressRefusedError, match="plain http"):
            look_up("http://93.184.215.14/", [])

    def test_the_operators_own_network_is_taken_even_over_http(self) -> None:
        own = [ipaddress.ip_network("127.0.0.0/8")]
        assert look_up("http://127.0.0.1:9/x", own).port == 9
        with pytest.raises(AddressRefusedError):
            look_up("http://10.0.0.1/", own)

    def test_a_name_with_one_private_address_is_refused(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """No name server can be had here that answers with two addresses."""
        both = [(0, 0, 0, "", ("93.184.215.14", 443)), (0, 0, 0, "", ("10.0.0.1", 443))]

        def answers(*_: Any, **__: Any) -> Any:
            return both

        monkeypatch.setattr(socket, "getaddrinfo", answers)
        with pytest.raises(AddressRefusedError):
            look_up("https://rebinding.example/", [])
