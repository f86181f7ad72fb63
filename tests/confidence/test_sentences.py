"""What the explanation says, in both languages."""

import re
from collections.abc import Iterator
from string import ascii_uppercase
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.confidence.ladder import Factor, Rating, Ratings, Status, Verdict, judge
from api.confidence.policy import Level
from api.confidence.sentences import LANGUAGES, Names
from api.graph.sides import Question
from api.graph.values import Citation, Dependency, Graph
from api.graph.vocabulary import CitationKind, Evidentiality, JoinKind, Modality, OriginKind, Side, SourceKind, Stance
from tests.graph.strategies import CLAIM, statement

EN, FR = LANGUAGES["en"], LANGUAGES["fr"]
Told = tuple[Verdict, Names]


def source_id(number: int) -> UUID:
    return UUID(int=0x5000 + number)


@st.composite
def told(draw: st.DrawFn) -> Told:
    """Draw a verdict over up to nine statements of up to five sources, some of which speak for another."""
    sources = st.sampled_from([None, *range(5)])
    speaks_for = [draw(st.sampled_from([number, number, 0])) for number in range(5)]
    kinds = [draw(st.sampled_from(SourceKind)) for _ in range(5)]
    made = []
    for number in range(1, draw(st.integers(1, 9)) + 1):
        said_by = draw(sources)
        made.append(
            statement(
                number,
                source=None if said_by is None else source_id(said_by),
                source_kind=None if said_by is None else kinds[said_by],
                principals=frozenset() if said_by is None else frozenset({source_id(speaks_for[said_by])}),
                attested=draw(st.booleans()),
                stance=draw(st.sampled_from([Stance.AFFIRMS, Stance.AFFIRMS, Stance.DENIES])),
                modality=draw(st.sampled_from(Modality)),
                evidentiality=draw(st.sampled_from(Evidentiality)),
                on_file=draw(st.booleans()),
                withdrawn=draw(st.sampled_from([False, False, False, True])),
            )
        )
    pairs = [(one, other) for one in made for other in made if one.id != other.id and one.stance is other.stance]
    chosen = draw(st.lists(st.sampled_from(pairs), max_size=8)) if pairs else []
    links = [
        Citation(UUID(int=0x10000 + place), draw(st.sampled_from(CitationKind)), one.id, other.id)
        for place, (one, other) in enumerate(chosen)
    ]
    members = st.frozensets(st.sampled_from([each.id for each in made]), min_size=2)
    shared = draw(st.lists(members, max_size=1)) if len(made) > 1 else []
    ratings = Ratings(
        {
            each.id: Rating(
                draw(st.sampled_from("ABCDEF")), UUID(int=1), draw(st.sampled_from([each.id, each.source or each.id]))
            )
            for each in made
            if draw(st.booleans())
        },
        {
            each.id: Rating(draw(st.sampled_from("123456")), UUID(int=1), each.id)
            for each in made
            if draw(st.booleans())
        },
    )
    graph = Graph.of(made, links, [Dependency(UUID(int=0x20000), each) for each in shared])
    called = {source_id(number): f"Source {ascii_uppercase[number]}" for number in range(5)}
    at_hand = draw(st.one_of(st.just(set(called)), st.sets(st.sampled_from(sorted(called)))))
    names = Names({each.id: each.source for each in made if each.source}, {one: called[one] for one in at_hand})
    return judge(graph, Question(frozenset({CLAIM})), ratings), names


def cut(sources: int) -> set[int]:
    """Give the numbers that a list of so many sources can end in: two of them are named, or one, or none."""
    return {others for others in (sources - 2, sources - 1, sources) if others > 0}


def parts(verdict: Verdict, names: Names) -> Iterator[tuple[str, str, set[int]]]:
    """Give each step's sentence in English and in French, and the numbers that this step has."""
    of_sides: set[int] = set()
    for weight in (verdict.support, verdict.opposition):
        counting, cancelled = len(weight.counting), len(weight.voices) - len(weight.counting)
        here = {counting, cancelled, len(weight.unknown), len(weight.reach.starts), weight.reach.withdrawn}
        if weight.rung is not None:
            powerless = sum(voice.strength is Level.NONE for voice in weight.counting)
            here |= {weight.rung.classes, weight.rung.lift, powerless, counting - powerless - weight.rung.classes}
        for most in (counting, 2 * cancelled, len(weight.unknown)):
            here |= {other for some in range(most + 1) for other in cut(some)}
        of_sides |= here
        yield EN.weight(weight, names), FR.weight(weight, names), here
        for voice in weight.voices:
            size = len(voice.leaves) + len(voice.facing)
            some = {len(voice.leaves)} | {other for speakers in range(size + 1) for other in cut(speakers)}
            joined = {other for several in range(len(voice.joined_by) + 1) for other in cut(several)}
            yield EN.voice(voice, names), FR.voice(voice, names), some | joined
        for leaf in (*weight.unknown, *(leaf for voice in weight.voices for leaf in voice.leaves)):
            here = {int(cap.value) for cap in leaf.caps if cap.value is not None and cap.value.isdigit()}
            yield EN.leaf(leaf, names), FR.leaf(leaf, names), here | cut(1)
    yield EN.verdict(verdict, names), FR.verdict(verdict, names), of_sides | {verdict.penalty}


def numbers(sentence: str) -> list[int]:
    return [int(found) for found in re.findall(r"\d+", sentence)]


@given(told())
def test_every_number_comes_from_the_tree(of: Told) -> None:
    for english, french, here in parts(*of):
        assert set(numbers(english)) <= here, english
        assert sorted(numbers(english)) == sorted(numbers(french)), (english, french)
        assert 0 not in numbers(english), english


@given(told())
def test_a_sentence_is_whole(of: Told) -> None:
    for english, french, _ in parts(*of):
        for sentence in (english, french):
            assert sentence.endswith("."), sentence
            assert sentence[0].isdigit() or sentence[0].isupper(), sentence
            assert sentence.count("(") == sentence.count(")"), sentence
            assert not re.search(r"None|[{}_]|  | [.,)]|\( |\(\)|[.,:;]{2}|,[^ ]", sentence.replace("VERY_", "")), (
                sentence
            )
            assert "'" not in sentence, sentence


@given(told())
def test_singular_and_plural_are_right(of: Told) -> None:
    things = r"(?:independent )?(?:origin|statement|step|relay|source)"
    french_things = r"(?:origine|déclaration|échelon|reprise|autre|source)"
    for english, french, _ in parts(*of):
        assert not re.search(rf"\b1 (?:{things}s|others|weaker ones)\b", english), english
        assert not re.search(rf"\b(?:[2-9]|\d\d+) (?:{things}|other|weaker one)\b", english), english
        assert not re.search(rf"\b1 {french_things}s\b", french), french
        assert not re.search(rf"\b(?:[2-9]|\d\d+) {french_things}\b", french), french


@given(told())
def test_french_is_typeset_as_french_is(of: Told) -> None:
    for _, french, _ in parts(*of):
        assert not re.search(r"[^\u00a0][:;]", french), french
        assert not re.search(r"\b[Qq]ue [aeiouyhéèà]", french), french
        assert not re.search(r"\bde [aeiouyhéèà]", french), french


@given(told())
def test_nobody_who_is_named_is_called_unnamed(of: Told) -> None:
    verdict, names = of

    for weight in (verdict.support, verdict.opposition):
        for leaf in (*weight.unknown, *(leaf for voice in weight.voices for leaf in voice.leaves)):
            unnamed = leaf.origin.statement not in names.speakers
            assert ("Somebody unnamed" in EN.leaf(leaf, names)) is unnamed
            assert ("Une source non précisée" in FR.leaf(leaf, names)) is unnamed
            if unnamed:
                assert "nobody has rated the source" not in EN.leaf(leaf, names)
                assert "personne n’a évalué sa fiabilité" not in FR.leaf(leaf, names)
        for voice in weight.voices:
            assert "omebody unnamed" not in EN.voice(voice, names)


@given(told())
def test_a_voice_of_several_sources_is_never_one_that_repeats_itself(of: Told) -> None:
    verdict, names = of

    for voice in (*verdict.support.voices, *verdict.opposition.voices):
        sources = {names.speakers[leaf.origin.statement] for leaf in voice.leaves}
        repeats = len(sources) == 1 < len(voice.leaves) and not voice.cancelled
        assert ("is on record with" in EN.voice(voice, names)) is repeats
        assert ("déclarations, qui comptent pour une" in FR.voice(voice, names)) is repeats


@given(told())
def test_no_sentence_says_what_is_likely_or_true(of: Told) -> None:
    for english, french, _ in parts(*of):
        assert not re.search(r"\b(likely|likelihood|probability|chance|true|false|credible that)\b", english), english
        assert not re.search(r"\b(vrai|vraie|faux|fausse|vraisemblable|probabilité|certain|sûr)\b", french), french


@given(told())
def test_the_verdict_ends_with_the_level_and_the_outcome(of: Told) -> None:
    verdict, names = of

    for language in LANGUAGES.values():
        end = f": {language.level(verdict.level)}, {language.words.outcomes[verdict.status]}."
        assert language.verdict(verdict, names).endswith(end)


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_language_has_words_for_everything(code: str) -> None:
    words = LANGUAGES[code].words

    assert set(words.levels) == set(Level)
    assert set(words.statuses) == set(words.outcomes) == set(Status)
    assert set(words.modality) == set(Modality)
    assert set(words.origin_kind) == set(OriginKind)
    assert set(words.joins) == set(JoinKind) - {JoinKind.SAME_SOURCE}
    assert set(words.sides) == set(Side)
    assert set(words.ratings) == {Factor.RELIABILITY, Factor.CREDIBILITY}


def test_levels_are_named_in_english_as_in_the_answers() -> None:
    assert [EN.level(level) for level in Level] == ["NONE", "VERY_LOW", "LOW", "MODERATE", "HIGH", "VERY_HIGH"]
    assert [FR.level(level) for level in Level] == ["NUL", "TRÈS FAIBLE", "FAIBLE", "MODÉRÉ", "FORT", "TRÈS FORT"]


def test_no_two_statuses_are_called_the_same() -> None:
    for language in LANGUAGES.values():
        assert len({language.status(status) for status in Status}) == len(Status)
