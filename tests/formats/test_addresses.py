"""The normal form of addresses: what is one page, what may be two, and what is no address."""

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from api.formats.addresses import LONGEST, normal_form

URLS = st.from_regex(
    r"(?i:https?)://([a-z.@-]{0,4}|[a-zé。_-]{1,5}\.[a-z]{2})(:[0-9]{0,3})?"
    r"[a-zé./%0-9;:=&?+\[\]@ -]{0,30}(#.{0,3})?",
    fullmatch=True,
)


@pytest.mark.parametrize(
    ("url", "form"),
    [
        ("https://example.com/a", "https://example.com/a"),
        ("http://example.com/a", "https://example.com/a"),
        ("HTTPS://EXAMPLE.com/a", "https://example.com/a"),
        ("https://example.com./a", "https://example.com/a"),
        ("https://example.com:443/a", "https://example.com/a"),
        ("http://example.com:80/a", "https://example.com/a"),
        ("https://example.com:/a", "https://example.com/a"),
        ("https://reader:secret@example.com/a", "https://example.com/a"),
        ("https://example.com/a#part", "https://example.com/a"),
        ("https://example.com/a#:~:text=words", "https://example.com/a"),
        ("https://example.com/%61", "https://example.com/a"),
        ("https://example.com/x/../a", "https://example.com/a"),
        ("https://example.com/./x/%2E%2e/a", "https://example.com/a"),
        ("https://example.com/../../a", "https://example.com/a"),
        ("https://example.com/a?", "https://example.com/a"),
        ("https://example.com/a?utm_source=x&utm_medium=y", "https://example.com/a"),
        ("https://example.com/a?fbclid=IwAR0&GCLID=1&xtor=RSS-1&at_medium=custom7", "https://example.com/a"),
        ("https://example.com", "https://example.com/"),
        ("https://example.com?q=1", "https://example.com/?q=1"),
        ("https://example.com/a/b/..", "https://example.com/a/"),
        ("https://example.com/?b=2&utm_id=1&a=1&&b=%7e", "https://example.com/?b=2&a=1&b=~"),
        ("https://example.com/%c3%a9?q=%2f", "https://example.com/%C3%A9?q=%2F"),
        ("https://fr.wikipedia.org/wiki/Corée", "https://fr.wikipedia.org/wiki/Cor%C3%A9e"),
        ("https://Müller.de/", "https://xn--mller-kva.de/"),
        ("https://XN--MLLER-KVA.de/", "https://xn--mller-kva.de/"),
        ("https://例え。テスト/", "https://xn--r8jz45g.xn--zckzah/"),
        ("https://example.com/100%", "https://example.com/100%25"),
        ("https://example.com/?a[]=1", "https://example.com/?a[]=1"),
        ("https://my_blog.example.com/", "https://my_blog.example.com/"),
        ("http://[2001:DB8:0::1]:80/", "https://[2001:db8::1]/"),
        ("http://[::1]:8000/", "http://[::1]:8000/"),
        ("http://192.0.2.1:8080/", "http://192.0.2.1:8080/"),
    ],
)
def test_addresses_of_one_page_have_one_form(url: str, form: str) -> None:
    assert normal_form(url) == form
    assert normal_form(form) == form


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://example.com/a", "https://example.com/a/"),
        ("https://example.com/a", "https://example.com/A"),
        ("https://example.com/a", "https://www.example.com/a"),
        ("https://example.com/?a=1&b=2", "https://example.com/?b=2&a=1"),
        ("https://example.com/?a", "https://example.com/?a="),
        ("https://example.com/a%2Fb", "https://example.com/a/b"),
        ("https://example.com/?q=a+b", "https://example.com/?q=a%20b"),
        ("http://example.com:8080/", "https://example.com:8080/"),
        ("http://example.com:443/", "https://example.com/"),
        ("https://example.com//a", "https://example.com/a"),
        ("https://example.com/?id=1", "https://example.com/?id=2"),
        ("https://example.com/?ref=a", "https://example.com/"),
    ],
)
def test_addresses_that_can_be_two_pages_stay_two(one: str, other: str) -> None:
    assert normal_form(one) != normal_form(other)


@pytest.mark.parametrize(
    ("url", "advice"),
    [
        ("", "from http:// or https:// on"),
        ("javascript:alert(1)", "from http:// or https:// on"),
        ("ftp://example.com/", "from http:// or https:// on"),
        ("//example.com/", "from http:// or https:// on"),
        ("example.com/a", "from http:// or https:// on"),
        ("https:/example.com/a", "from http:// or https:// on"),
        ("https:///a", "not a host"),
        ("https://?q", "not a host"),
        ("https://reader:secret@/", "not a host"),
        ("https://:443/", "not a host"),
        ("https://a..b/", "not a host"),
        ("https://./", "not a host"),
        ("https://a%41.com/", "not a host"),
        ("https://exa<mple.com/", "not a host"),
        ("https://☃.example/", "not a host"),
        ("https://[::g]/", "not a host"),
        ("https://[fe80::1%25eth0]/", "not a host"),
        ("https://[::1/", "not a host"),
        ("https://example.com:port/", "not a host"),
        ("https://example.com:123456/", "not a host"),
        (f"https://{'a' * 64}.com/", "not a host"),
        (f"https://{'a.' * 127}com/", "not a host"),
        ("https://example.com:0/", "1 to 65535"),
        ("https://example.com:65536/", "1 to 65535"),
        (" https://example.com/", "percent-encode"),
        ("https://example.com/a b", "at character 21"),
        ("https://example.com/\u00a0", "percent-encode"),
        ("https://example.com/\n", "percent-encode"),
        ("https://example.com/\0", "percent-encode"),
        ("https://example.com/\ud800", "percent-encode"),
        ("https://example.com\\@evil.example/", "percent-encode"),
        ("https://example.com/" + "a" * LONGEST, "at most 2048"),
        ("https://example.com/" + "é" * 1000, "over 2048"),
    ],
)
def test_what_is_no_address_of_a_page_is_refused_with_advice(url: str, advice: str) -> None:
    with pytest.raises(ValueError, match=re.escape(advice)) as refused:
        normal_form(url)

    assert type(refused.value) is ValueError
    assert "secret" not in str(refused.value)
    assert str(refused.value).isprintable()


@given(URLS)
def test_a_normal_form_is_its_own_normal_form(url: str) -> None:
    try:
        form = normal_form(url)
    except UnicodeError:
        raise
    except ValueError:
        assume(False)
        return

    assert normal_form(form) == form
    assert form.isascii()
    assert "#" not in form


@given(st.text() | st.text().map("https://".__add__))
def test_any_text_has_a_normal_form_or_is_refused(text: str) -> None:
    try:
        form = normal_form(text)
    except UnicodeError:
        raise
    except ValueError:
        return

    assert form.startswith(("https://", "http://"))
