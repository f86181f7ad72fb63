"""Access keys as they are written: found by one expression, and what never was one is told without a database."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.custody.tokens import ALPHABET, FORM, PUBLIC_LENGTH, SECRET_BITS, SECRET_LENGTH, Token, make, parse


def words(length: int) -> st.SearchStrategy[str]:
    return st.text(ALPHABET, min_size=length, max_size=length)


tokens = st.builds(Token, words(PUBLIC_LENGTH), words(SECRET_LENGTH))


@given(tokens)
def test_what_is_written_is_read_again(token: Token) -> None:
    assert parse(token.written) == token
    assert re.fullmatch(FORM, token.written)


@given(tokens, st.data())
def test_any_one_sign_mistyped_is_noticed(token: Token, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(token.written) - 1))
    other = data.draw(st.sampled_from(ALPHABET).filter(lambda sign: sign != token.written[place]))

    with pytest.raises(ValueError, match="access key"):
        parse(token.written[:place] + other + token.written[place + 1 :])


@given(tokens, st.data())
def test_two_signs_that_changed_places_are_noticed(token: Token, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(token.written) - 2))
    signs = list(token.written)
    signs[place], signs[place + 1] = signs[place + 1], signs[place]
    if "".join(signs) == token.written:
        return

    with pytest.raises(ValueError, match="access key"):
        parse("".join(signs))


@given(st.text(max_size=100))
def test_what_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="access key"):
        parse(text)


@pytest.mark.parametrize("around", ["{}\n", " {}", "{} ", "{}x", "x{}", "“{}”"])
def test_nothing_may_stand_around_it(around: str) -> None:
    with pytest.raises(ValueError, match="access key"):
        parse(around.format(make().written))


def test_a_key_is_one_word_to_a_double_click_an_address_and_a_shell() -> None:
    assert re.fullmatch(r"\w+", make().written, re.ASCII)


def test_a_scanner_finds_it_in_the_midst_of_a_text() -> None:
    token = make().written

    assert re.findall(FORM, f'curl -H "Authorization: Bearer {token}", KEY={token};') == [token, token]


def test_secrets_are_as_long_as_they_claim_and_never_the_same() -> None:
    made = [make() for _ in range(200)]

    assert len({one.secret for one in made}) == len({one.public_id for one in made}) == 200
    assert len(ALPHABET) ** SECRET_LENGTH > 2**SECRET_BITS


@given(tokens, tokens)
def test_only_the_same_secret_matches(token: Token, other: Token) -> None:
    assert token.matches(token.digest)
    assert other.matches(token.digest) is (other.secret == token.secret)


def test_it_does_not_show_its_secret() -> None:
    token = make()

    assert token.secret not in repr(token)
    assert token.secret not in str(token)
