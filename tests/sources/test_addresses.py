"""Which addresses may be connected to: public ones only, in whatever spelling the others come."""

from __future__ import annotations

import pytest

from assistant.errors import SourceError
from assistant.sources.addresses import check_url, checked, refusal, resolve

FORBIDDEN = [
    "127.0.0.1", "127.8.9.1", "0.0.0.0", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254",
    "100.64.0.1", "100.100.100.200", "168.63.129.16", "192.0.0.192", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255",
    "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "ff02::1", "2001:db8::1",
    "::ffff:127.0.0.1", "::ffff:a9fe:a9fe", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::",
    "2002:a00:1::1",
    "2001:0:53aa:64c:0:fbff:f5ff:fffe",  # Teredo, for 10.0.0.1
]  # fmt: skip


@pytest.mark.parametrize("address", FORBIDDEN)
def test_addresses_that_are_not_public_are_refused(address):
    assert refusal(address)


@pytest.mark.parametrize(
    "address", ["93.184.216.34", "1.1.1.1", "2606:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101"]
)
def test_public_addresses_are_not(address):
    assert refusal(address) is None


def test_one_private_answer_among_public_ones_refuses_the_name():
    with pytest.raises(SourceError, match="private"):
        checked("mixed.example", ["93.184.216.34", "10.0.0.1"], allow_private=False)


def test_private_addresses_pass_where_they_are_allowed():
    assert checked("home.example", ["10.0.0.1"], allow_private=True) == ["10.0.0.1"]


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.com/",
        "file:///etc/passwd",
        "gopher://example.com/",
        "javascript:alert(1)",
        "http://",
        "http://[::1",
        "http://a:99999/",
    ],
)
def test_only_http_addresses_with_a_host_are_fetched(url):
    with pytest.raises(SourceError):
        check_url(url)


def test_an_address_with_a_password_is_refused_without_repeating_it():
    with pytest.raises(SourceError) as caught:
        check_url("https://me:secret@example.com/")
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("host", ["2130706433", "0x7f.1", "017700000001"])
def test_numbers_in_disguise_resolve_to_what_they_are(host):
    try:
        answers = resolve(host, 80, 5)
    except SourceError:
        return  # this system's resolver does not take such spellings at all
    assert all(refusal(answer) for answer in answers)


def test_a_resolver_that_hangs_is_given_up(monkeypatch):
    import socket
    import time

    def slow(*_: object, **__: object) -> list[object]:
        time.sleep(0.3)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", slow)
    with pytest.raises(SourceError, match="in time"):
        resolve("slow.example", 80, 0.05)
