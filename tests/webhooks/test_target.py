"""A webhook never leads into our own network, however its address is written."""

import ipaddress
from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.webhooks.target import TargetRefused, check_address, checked_addresses, read_target

PRIVATE = [
    *("0.0.0.0", "10.0.0.1", "100.64.0.1", "127.0.0.1", "127.255.255.254", "169.254.169.254", "172.16.0.1"),
    *("172.31.255.255", "192.0.0.192", "192.0.2.1", "192.168.1.1", "198.18.0.1", "198.51.100.7", "203.0.113.9"),
    *("224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255", "100.100.100.200", "168.63.129.16"),
    *("::", "::1", "fe80::1", "fec0::1", "fc00::1", "fd00:ec2::254", "ff02::1", "2001:db8::1", "2001::1", "3fff::1"),
    *("::ffff:127.0.0.1", "::ffff:169.254.169.254", "::ffff:8.8.8.8", "::127.0.0.1", "64:ff9b::7f00:1"),
    *("64:ff9b:1::1", "2002:7f00:1::1", "100::1", "5f00::1"),
]
PUBLIC = ["8.8.8.8", "1.1.1.1", "223.5.5.5", "172.32.0.1", "192.167.1.1", "2606:4700:4700::1111", "2400:3200::1"]


@pytest.mark.parametrize("text", PRIVATE)
def test_an_address_that_is_not_public_is_refused(text: str) -> None:
    address = ipaddress.ip_address(text)
    with pytest.raises(TargetRefused):
        check_address(address)
    host = f"[{text}]" if address.version == 6 else text
    with pytest.raises(TargetRefused):
        read_target(f"https://{host}/hooks")


@pytest.mark.parametrize("text", PUBLIC)
def test_a_public_address_is_accepted(text: str) -> None:
    check_address(ipaddress.ip_address(text))


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/hooks",
        "ftp://example.com/",
        "HTTPS://example.com/",
        "//example.com",
        "example.com",
        "https://",
        "https:///hooks",
        "https://user@example.com/",
        "https://user:secret@example.com/",
        "https://example.com@10.0.0.1/",
        "https://example.com\\@10.0.0.1/",
        "https://example.com#@10.0.0.1/",
        "https://example.com/#part",
        "https://example.com:80/",
        "https://example.com:22/",
        "https://example.com:0/",
        "https://example.com:65536/",
        "https://example.com:/",
        "https://exa mple.com/",
        "https://example.com/\r\nHost: 10.0.0.1",
        "https://例子.测试/",
        "https://localhost/",
        "https://localhost./",
        "https://api.localhost/",
        "https://printer.local/",
        "https://metadata.google.internal/",
        "https://database/",
        "https://127.1/",
        "https://2130706433/",
        "https://0x7f000001/",
        "https://0x7f.0.0.1/",
        "https://0177.0.0.1/",
        "https://10.0.0.0x1/",
        "https://[::1]/",
        "https://[fe80::1%25eth0]/",
        "https://[::ffff:10.0.0.1]/",
        "https://[1.2.3]/",
        "https://example..com/",
        "https://-example.com/",
        "https://example.com/" + "a" * 2000,
    ],
)
def test_a_url_that_is_not_plain_or_not_public_is_refused(url: str) -> None:
    with pytest.raises(TargetRefused):
        read_target(url)


def test_a_plain_url_is_read_into_its_parts() -> None:
    target = read_target("https://Risk.Example.com:8443/hooks/7?tenant=a%20b")
    assert (target.host, target.port, target.path) == ("risk.example.com", 8443, "/hooks/7?tenant=a%20b")
    assert target.authority == "risk.example.com:8443"
    assert target.url_at(IPv4Address("8.8.8.8")) == "https://8.8.8.8:8443/hooks/7?tenant=a%20b"
    assert target.url_at(IPv6Address("2400:3200::1")) == "https://[2400:3200::1]:8443/hooks/7?tenant=a%20b"
    assert read_target("https://example.com").url_at(IPv4Address("8.8.8.8")) == "https://8.8.8.8:443/"


@given(st.ip_addresses())
def test_no_address_passes_that_is_not_a_global_unicast_one(address: IPv4Address | IPv6Address) -> None:
    try:
        check_address(address)
    except TargetRefused:
        return
    assert address.is_global
    kinds = ("multicast", "private", "loopback", "link_local", "reserved", "unspecified")
    assert not any(getattr(address, f"is_{kind}") for kind in kinds)


@given(st.ip_addresses(v=4))
def test_no_spelling_inside_of_ipv6_smuggles_an_ipv4_address_in(address: IPv4Address) -> None:
    number = int(address)
    mapped, compatible = IPv6Address(0xFFFF << 32 | number), IPv6Address(number)
    nat64, to_6 = IPv6Address((0x64FF9B << 96) | number), IPv6Address((0x2002 << 112) | (number << 80))
    for spelling in (mapped, compatible, nat64, to_6):
        with pytest.raises(TargetRefused):
            check_address(spelling)


@given(st.lists(st.sampled_from(PUBLIC), min_size=1), st.sampled_from(PRIVATE), st.randoms())
def test_one_refused_address_refuses_the_host(public: list[str], private: str, random: object) -> None:
    answers = [*public, private]
    random.shuffle(answers)  # type: ignore[attr-defined]
    with pytest.raises(TargetRefused):
        checked_addresses(answers)
    assert [str(address) for address in checked_addresses(public)] == list(dict.fromkeys(public))


@given(st.text(max_size=60))
def test_whatever_is_named_is_read_or_refused(text: str) -> None:
    for url in (text, f"https://{text}", f"https://{text}/", f"https://example.com/{text}"):
        for trials in (False, True):
            try:
                target = read_target(url, trials=trials)
            except TargetRefused:
                continue
            assert target.scheme == "https" or trials
            assert target.path.isascii()
            assert target.path.isprintable()


def test_nothing_and_nonsense_are_refused_as_answers_of_a_resolver() -> None:
    for answers in ([], ["nonsense"], ["8.8.8.8", "fe80::1%eth0"]):
        with pytest.raises(TargetRefused):
            checked_addresses(answers)


def test_trials_open_this_machine_and_http_and_nothing_else() -> None:
    for url in ("http://127.0.0.1:8123/hooks", "http://localhost:8123/", "http://[::1]:8123/", "http://example.com/"):
        read_target(url, trials=True)
        with pytest.raises(TargetRefused):
            read_target(url)
    for url in ("http://10.0.0.1/", "http://169.254.169.254/", "http://user@127.0.0.1/", "ftp://127.0.0.1/"):
        with pytest.raises(TargetRefused):
            read_target(url, trials=True)
