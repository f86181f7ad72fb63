"""How the explanation is worded: an example for each thing that it can say, in both languages."""

import re
from string import ascii_uppercase
from uuid import UUID

import pytest

from api.confidence.cases import cases
from api.confidence.ladder import Cap, Factor, Leaf, Rating, Rung, Status, Verdict, Voice, Weight, judge
from api.confidence.policy import DEFAULT, Level
from api.confidence.sentences import LANGUAGES, Names
from api.graph.independence import Join
from api.graph.origins import Origin, Reach
from api.graph.vocabulary import JoinKind, Modality, OriginKind, Side
from tests.graph.strategies import some_id

EN, FR = LANGUAGES["en"], LANGUAGES["fr"]
NB = "\u00a0"


def source_id(number: int) -> UUID:
    return UUID(int=0x5000 + number)


VERDICTS = {
    1: (
        "Nothing on file: support NONE; no opposition: NONE, no evidence.",
        "Rien au dossier : soutien NUL ; aucune opposition : NUL, affirmation sans aucun appui.",
    ),
    3: (
        "1 independent origin at VERY_LOW (KCNA): support VERY_LOW; no opposition: VERY_LOW, uncontested.",
        "1 origine indépendante de niveau TRÈS FAIBLE (KCNA) : soutien TRÈS FAIBLE ; aucune opposition :"
        " TRÈS FAIBLE, affirmation non contestée.",
    ),
    7: (
        "1 independent origin at MODERATE (US spokesman): support MODERATE; 1 step off for VERY_LOW opposition (North"
        " Korea’s defence ministry): LOW, contested.",
        "1 origine indépendante de niveau MODÉRÉ (US spokesman) : soutien MODÉRÉ ; 1 échelon en moins pour une"
        " opposition de niveau TRÈS FAIBLE (North Korea’s defence ministry) : FAIBLE, affirmation contestée.",
    ),
    8: (
        "2 independent origins at MODERATE or better: support HIGH; 1 step off for VERY_LOW opposition (North Korea’s"
        " defence ministry): MODERATE, contested.",
        "2 origines indépendantes de niveau MODÉRÉ ou supérieur : soutien FORT ; 1 échelon en moins pour une opposition"
        " de niveau TRÈS FAIBLE (North Korea’s defence ministry) : MODÉRÉ, affirmation contestée.",
    ),
    10: (
        "1 origin, which does not say where this comes from (Outlet A): support VERY_LOW; no opposition: VERY_LOW,"
        " uncontested.",
        "1 origine, qui ne dit pas d’où elle tient l’information (Outlet A) : soutien TRÈS FAIBLE ; aucune opposition :"
        " TRÈS FAIBLE, affirmation non contestée.",
    ),
    11: (
        "3 statements on file, none of which leads to an origin: support NONE; no opposition: NONE, no evidence.",
        "3 déclarations au dossier, dont aucune ne remonte à une origine : soutien NUL ; aucune opposition : NUL,"
        " affirmation sans aucun appui.",
    ),
    13: (
        "12 statements on file, none of which leads to an origin that still stands: support NONE; no opposition: NONE,"
        " no evidence.",
        "12 déclarations au dossier, dont aucune ne remonte à une origine encore maintenue : soutien NUL ; aucune"
        " opposition : NUL, affirmation sans aucun appui.",
    ),
}


@pytest.mark.parametrize("number", VERDICTS)
def test_a_verdict_reads_like_a_colleagues(number: int) -> None:
    [case] = [each for each in cases() if each.number == number]
    verdict = judge(case.graph, case.question, case.ratings)

    assert (EN.verdict(verdict, case.names), FR.verdict(verdict, case.names)) == said(*VERDICTS[number])


def said(english: str, french: str) -> tuple[str, str]:
    """Give both sentences, the French one with its no-break spaces."""
    return english, re.sub(r" ([:;])", rf"{NB}\1", french)


NAMES = Names(
    {some_id(number): source_id(number) for number in (1, 2, 3, 4)},
    {
        source_id(0): "Government of North Korea",
        source_id(1): "KCNA",
        source_id(2): "TASS",
        source_id(3): "Xinhua",
        source_id(4): "IRNA",
    },
)


def leaf(number: int, strength: Level, *caps: Cap, kind: OriginKind = OriginKind.NAMED, distance: int = 0) -> Leaf:
    binding = caps or (Cap(Factor.RELIABILITY, None, strength),)
    return Leaf(Origin(some_id(number), kind, distance), (*binding, Cap(Factor.CREDIBILITY, None, Level.VERY_HIGH)))


def voice(*leaves: Leaf, joins: tuple[Join, ...] = (), cancelled: bool = False, facing: tuple[Leaf, ...] = ()) -> Voice:
    return Voice(leaves, joins, cancelled, tuple(each.origin.statement for each in facing))


def weight(
    level: Level,
    *voices: Voice,
    side: Side = Side.SUPPORTING,
    rung: Rung | None = None,
    unknown: tuple[Leaf, ...] = (),
    starts: int = 0,
    withdrawn: int = 0,
) -> Weight:
    begins = Reach(tuple(some_id(number) for number in range(1, starts + 1)), (), {}, withdrawn=withdrawn)
    return Weight(side, level, rung, voices, unknown, begins)


def rated(value: str, limit: Level, target: UUID) -> Cap:
    return Cap(Factor.RELIABILITY, value, limit, Rating(value, UUID(int=1), target))


LEAVES = [
    (
        leaf(1, Level.VERY_LOW, rated("D", Level.VERY_LOW, source_id(0))),
        "KCNA: VERY_LOW, because the source’s reliability is rated D (the rating of Government of North Korea).",
        "KCNA : TRÈS FAIBLE, parce que sa fiabilité est cotée D (cotation portant sur Government of North Korea).",
    ),
    (
        leaf(1, Level.VERY_LOW, rated("D", Level.VERY_LOW, source_id(1))),
        "KCNA: VERY_LOW, because the source’s reliability is rated D.",
        "KCNA : TRÈS FAIBLE, parce que sa fiabilité est cotée D.",
    ),
    (
        leaf(1, Level.VERY_LOW, rated("D", Level.VERY_LOW, some_id(1))),
        "KCNA: VERY_LOW, because the source’s reliability is rated D for this statement.",
        "KCNA : TRÈS FAIBLE, parce que sa fiabilité est cotée D pour cette déclaration.",
    ),
    (
        leaf(1, Level.VERY_LOW, rated("F", Level.VERY_LOW, source_id(1))),
        "KCNA: VERY_LOW, because the source’s reliability cannot be judged (F).",
        "KCNA : TRÈS FAIBLE, parce que sa fiabilité ne peut pas être évaluée (F).",
    ),
    (
        leaf(1, Level.VERY_LOW),
        "KCNA: VERY_LOW, because nobody has rated the source’s reliability.",
        "KCNA : TRÈS FAIBLE, parce que personne n’a évalué sa fiabilité.",
    ),
    (
        leaf(
            1,
            Level.MODERATE,
            rated("B", Level.MODERATE, source_id(1)),
            Cap(Factor.MODALITY, Modality.ACCUSED, Level.MODERATE),
        ),
        "KCNA: MODERATE, because the source’s reliability is rated B and it is an accusation.",
        "KCNA : MODÉRÉ, parce que sa fiabilité est cotée B et que c’est une accusation.",
    ),
    (
        leaf(
            1,
            Level.VERY_LOW,
            Cap(Factor.RELIABILITY, None, Level.VERY_LOW),
            Cap(Factor.MODALITY, Modality.RUMOUR, Level.VERY_LOW),
            Cap(Factor.ORIGIN_KIND, OriginKind.UNKNOWN, Level.VERY_LOW),
            kind=OriginKind.UNKNOWN,
        ),
        "KCNA: VERY_LOW, because nobody has rated the source’s reliability, it is worded as a rumour and it is not"
        " said where this comes from.",
        "KCNA : TRÈS FAIBLE, parce que personne n’a évalué sa fiabilité, que la chose est donnée pour une rumeur et"
        " qu’aucune provenance n’est indiquée.",
    ),
    (
        leaf(
            9,
            Level.VERY_LOW,
            Cap(Factor.RELIABILITY, None, Level.VERY_LOW),
            Cap(Factor.ORIGIN_KIND, "unknown", Level.VERY_LOW),
            kind=OriginKind.UNKNOWN,
        ),
        "Somebody unnamed: VERY_LOW, because nobody is named as saying it.",
        "Une source non précisée : TRÈS FAIBLE, parce qu’aucun auteur n’est nommé.",
    ),
    (
        leaf(1, Level.LOW, Cap(Factor.ORIGIN_KIND, "anonymous", Level.LOW), kind=OriginKind.ANONYMOUS),
        "KCNA: LOW, because the source is unnamed.",
        "KCNA : FAIBLE, parce que la source est anonyme.",
    ),
    (
        leaf(1, Level.LOW, Cap(Factor.DISTANCE, "1", Level.LOW), distance=1),
        "KCNA: LOW, because we do not have it on file, only a relay of it.",
        "KCNA : FAIBLE, parce que l’original n’est pas au dossier, seulement une reprise.",
    ),
    (
        leaf(1, Level.VERY_LOW, Cap(Factor.DISTANCE, "3", Level.VERY_LOW), distance=3),
        "KCNA: VERY_LOW, because we do not have it on file, and it comes to us only through 3 relays.",
        "KCNA : TRÈS FAIBLE, parce que l’original n’est pas au dossier et ne nous parvient qu’à travers 3 reprises.",
    ),
    (
        leaf(1, Level.NONE, Cap(Factor.CREDIBILITY, "5", Level.NONE, Rating("5", UUID(int=1), some_id(1)))),
        "KCNA: NONE, because the credibility of this statement is rated 5.",
        "KCNA : NUL, parce que la crédibilité de l’information est cotée 5.",
    ),
    (
        leaf(1, Level.VERY_HIGH, Cap(Factor.MODALITY, Modality.CONFIRMED, Level.VERY_HIGH)),
        "KCNA: VERY_HIGH.",
        "KCNA : TRÈS FORT.",
    ),
]


@pytest.mark.parametrize(("one", "english", "french"), LEAVES)
def test_an_origin_is_told_with_what_holds_it_down(one: Leaf, english: str, french: str) -> None:
    assert (EN.leaf(one, NAMES), FR.leaf(one, NAMES)) == said(english, french)


LOW_ONE, LOW_TWO, LOW_THREE, LOW_FOUR = (leaf(number, Level.VERY_LOW) for number in (1, 2, 3, 4))
CONTROLLED = Join(JoinKind.SAME_CONTROLLER, source_id(0))
SAME = Join(JoinKind.SAME_SOURCE, source_id(1))
DEPENDENT = Join(JoinKind.DEPENDENCY, UUID(int=0x20000))
VOICES = [
    (voice(LOW_ONE), "KCNA counts separately, at VERY_LOW.", "KCNA compte à part, au niveau TRÈS FAIBLE."),
    (
        voice(leaf(3, Level.NONE)),
        "Xinhua counts separately, at NONE.",
        "Xinhua compte à part, au niveau NUL.",
    ),
    (
        voice(LOW_ONE, LOW_ONE, joins=(SAME,)),
        "KCNA is on record with 2 statements, which count as one, as strong as the strongest: VERY_LOW.",
        "KCNA a fait 2 déclarations, qui comptent pour une, au niveau de la plus solide : TRÈS FAIBLE.",
    ),
    (
        voice(LOW_ONE, LOW_TWO, LOW_ONE, joins=(SAME, CONTROLLED)),
        "KCNA and TASS count as one, because the controller is the same (Government of North Korea), as strong as the"
        " strongest: VERY_LOW.",
        "KCNA et TASS comptent pour une seule origine, parce que la tutelle est la même (Government of North Korea) ;"
        " son niveau est celui de la déclaration la plus solide : TRÈS FAIBLE.",
    ),
    (
        voice(LOW_ONE, LOW_TWO, LOW_THREE, LOW_FOUR, joins=(DEPENDENT, Join(JoinKind.UNATTESTED, None))),
        "KCNA, TASS and 2 others count as one, because a dependency is on record and nobody attests that the unnamed"
        " sources differ, as strong as the strongest: VERY_LOW.",
        "KCNA, TASS et 2 autres comptent pour une seule origine, parce qu’une dépendance est enregistrée et que"
        " personne n’atteste que les sources anonymes soient distinctes ; son niveau est celui de la déclaration la"
        " plus solide : TRÈS FAIBLE.",
    ),
    (
        voice(LOW_ONE, LOW_TWO, joins=(Join(JoinKind.RELIES_ON, UUID(int=7)),)),
        "KCNA and TASS count as one, because the underlying document is the same, as strong as the strongest:"
        " VERY_LOW.",
        "KCNA et TASS comptent pour une seule origine, parce que le document de départ est le même ; son niveau est"
        " celui de la déclaration la plus solide : TRÈS FAIBLE.",
    ),
    (
        voice(LOW_ONE, joins=(SAME,), cancelled=True),
        "KCNA stands on both sides and counts on neither.",
        "KCNA se trouve des deux côtés et ne compte d’aucun.",
    ),
    (
        voice(LOW_ONE, LOW_TWO, joins=(DEPENDENT,), cancelled=True),
        "KCNA and TASS stand on both sides, because a dependency is on record, and count on neither.",
        "KCNA et TASS se trouvent des deux côtés, parce qu’une dépendance est enregistrée, et ne comptent d’aucun.",
    ),
    (
        voice(LOW_ONE, joins=(CONTROLLED,), cancelled=True, facing=(LOW_TWO, LOW_ONE)),
        "KCNA and TASS stand on both sides, because the controller is the same (Government of North Korea), and count"
        " on neither.",
        "KCNA et TASS se trouvent des deux côtés, parce que la tutelle est la même (Government of North Korea), et ne"
        " comptent d’aucun.",
    ),
]


@pytest.mark.parametrize(("one", "english", "french"), VOICES)
def test_a_voice_is_told_with_what_makes_it_one(one: Voice, english: str, french: str) -> None:
    assert (EN.voice(one, NAMES), FR.voice(one, NAMES)) == said(english, french)


ALL_LOW = [voice(each) for each in (LOW_ONE, LOW_TWO, LOW_THREE, LOW_FOUR)]
STRONG = voice(leaf(1, Level.MODERATE))
VERY_STRONG = [voice(leaf(number, Level.HIGH)) for number in (1, 2, 3, 4)]
UNKNOWN = tuple(leaf(number, Level.VERY_LOW, kind=OriginKind.UNKNOWN) for number in (1, 2))
POWERLESS = voice(leaf(3, Level.NONE))
TWO_SIDED = voice(LOW_FOUR, joins=(SAME,), cancelled=True)
TORN = voice(LOW_ONE, joins=(CONTROLLED,), cancelled=True, facing=(LOW_TWO,))
ONE_MODERATE = Rung(Level.MODERATE, 1, 0, Level.MODERATE)
WEIGHTS = [
    (
        weight(Level.NONE, TORN),
        "In support, 1 origin, which stands on both sides and counts on neither (KCNA and TASS): NONE.",
        "À l’appui, 1 origine, qui se trouve des deux côtés et ne compte d’aucun (KCNA et TASS) : NUL.",
    ),
    (
        weight(Level.LOW, *ALL_LOW, rung=Rung(Level.VERY_LOW, 4, 2, Level.LOW)),
        "In support, 4 independent origins at VERY_LOW or better (KCNA, TASS and 2 others), which would add 2 steps,"
        " but origins this weak lead no higher: LOW.",
        "À l’appui, 4 origines indépendantes de niveau TRÈS FAIBLE ou supérieur (KCNA, TASS et 2 autres), ce qui"
        " vaudrait 2 échelons de plus, mais des origines aussi faibles ne mènent pas plus haut : FAIBLE.",
    ),
    (
        weight(Level.VERY_HIGH, *VERY_STRONG, rung=Rung(Level.HIGH, 4, 2, Level.VERY_HIGH)),
        "In support, 4 independent origins at HIGH or better (KCNA, TASS and 2 others), which leads to the top of the"
        " ladder: VERY_HIGH.",
        "À l’appui, 4 origines indépendantes de niveau FORT ou supérieur (KCNA, TASS et 2 autres), ce qui mène en haut"
        " de l’échelle : TRÈS FORT.",
    ),
    (
        weight(Level.LOW, *ALL_LOW[:2], side=Side.OPPOSING, rung=Rung(Level.VERY_LOW, 2, 1, Level.LOW)),
        "In opposition, 2 independent origins at VERY_LOW or better (KCNA and TASS), which adds 1 step: LOW.",
        "À l’encontre, 2 origines indépendantes de niveau TRÈS FAIBLE ou supérieur (KCNA et TASS), ce qui vaut 1"
        " échelon de plus : FAIBLE.",
    ),
    (
        weight(Level.MODERATE, STRONG, ALL_LOW[1], TWO_SIDED, rung=ONE_MODERATE, unknown=UNKNOWN),
        "In support, 1 independent origin at MODERATE (KCNA): MODERATE. 1 weaker one adds nothing. 2 origins do not say"
        " where this comes from: they corroborate nothing. 1 origin stands on both sides and counts on neither.",
        "À l’appui, 1 origine indépendante de niveau MODÉRÉ (KCNA) : MODÉRÉ. 1 autre, plus faible, n’ajoute rien."
        " 2 origines ne disent pas d’où elles tiennent l’information : elles ne corroborent rien. 1 origine se trouve"
        " des deux côtés et ne compte donc d’aucun.",
    ),
    (
        weight(Level.MODERATE, STRONG, *ALL_LOW[1:3], POWERLESS, rung=ONE_MODERATE),
        "In support, 1 independent origin at MODERATE (KCNA): MODERATE. 2 weaker ones add nothing. 1 independent origin"
        " without strength adds nothing.",
        "À l’appui, 1 origine indépendante de niveau MODÉRÉ (KCNA) : MODÉRÉ. 2 autres, plus faibles, n’ajoutent rien."
        " 1 origine indépendante, mais sans force, n’ajoute rien.",
    ),
    (
        weight(Level.MODERATE, STRONG, POWERLESS, rung=ONE_MODERATE),
        "In support, 1 independent origin at MODERATE (KCNA): MODERATE. 1 independent origin without strength adds"
        " nothing.",
        "À l’appui, 1 origine indépendante de niveau MODÉRÉ (KCNA) : MODÉRÉ. 1 origine indépendante, mais sans force,"
        " n’ajoute rien.",
    ),
    (
        weight(Level.VERY_LOW, POWERLESS, unknown=UNKNOWN),
        "In support, 2 origins, none of which says where this comes from (KCNA and TASS), so they corroborate nothing:"
        " VERY_LOW. 1 independent origin without strength adds nothing.",
        "À l’appui, 2 origines, dont aucune ne dit d’où elle tient l’information (KCNA et TASS), si bien qu’elles ne"
        " corroborent rien : TRÈS FAIBLE. 1 origine indépendante, mais sans force, n’ajoute rien.",
    ),
    (
        weight(Level.NONE, POWERLESS),
        "In support, 1 independent origin without strength (Xinhua): NONE.",
        "À l’appui, 1 origine indépendante, mais sans force (Xinhua) : NUL.",
    ),
    (
        weight(Level.NONE, TWO_SIDED),
        "In support, 1 origin, which stands on both sides and counts on neither (IRNA): NONE.",
        "À l’appui, 1 origine, qui se trouve des deux côtés et ne compte d’aucun (IRNA) : NUL.",
    ),
    (
        weight(Level.NONE, starts=1),
        "In support, 1 statement on file, which leads to no origin: NONE.",
        "À l’appui, 1 déclaration au dossier, qui ne remonte à aucune origine : NUL.",
    ),
    (
        weight(Level.NONE, withdrawn=1),
        "In support, 1 statement on file, which was withdrawn: NONE.",
        "À l’appui, 1 déclaration au dossier, qui a été retirée : NUL.",
    ),
    (
        weight(Level.NONE, withdrawn=2),
        "In support, 2 statements on file, all of them withdrawn: NONE.",
        "À l’appui, 2 déclarations au dossier, qui ont toutes été retirées : NUL.",
    ),
    (weight(Level.NONE), "In support, nothing on file: NONE.", "À l’appui, rien au dossier : NUL."),
]


@pytest.mark.parametrize(("one", "english", "french"), WEIGHTS)
def test_a_side_is_told_with_what_lifts_and_what_bounds_it(one: Weight, english: str, french: str) -> None:
    assert (EN.weight(one, NAMES), FR.weight(one, NAMES)) == said(english, french)


SUPPORT = weight(Level.MODERATE, STRONG, rung=ONE_MODERATE)
DENIAL = voice(leaf(2, Level.MODERATE))
OPPOSITION = weight(Level.MODERATE, DENIAL, side=Side.OPPOSING, rung=ONE_MODERATE)
NOTHING = weight(Level.NONE)


def decided(level: Level, status: Status, support: Weight, opposition: Weight) -> Verdict:
    return Verdict(level, status, support, opposition, DEFAULT.penalty[opposition.level], DEFAULT)


STATUSES = [
    (
        decided(Level.VERY_LOW, Status.CONTESTED_BALANCED, SUPPORT, OPPOSITION),
        "1 independent origin at MODERATE (KCNA): support MODERATE; 2 steps off for MODERATE opposition (TASS):"
        " VERY_LOW, contested.",
        "1 origine indépendante de niveau MODÉRÉ (KCNA) : soutien MODÉRÉ ; 2 échelons en moins pour une opposition de"
        " niveau MODÉRÉ (TASS) : TRÈS FAIBLE, affirmation contestée.",
    ),
    (
        decided(Level.NONE, Status.DENIED_ONLY, NOTHING, OPPOSITION),
        "Nothing on file: support NONE; MODERATE opposition (TASS): NONE, only opposed.",
        "Rien au dossier : soutien NUL ; une opposition de niveau MODÉRÉ (TASS) : NUL, affirmation seulement"
        " contredite.",
    ),
    (
        decided(Level.MODERATE, Status.DENIED_UNWEIGHED, SUPPORT, NOTHING),
        "1 independent origin at MODERATE (KCNA): support MODERATE; what stands against it is not on"
        " file: MODERATE, opposed, but without weight.",
        "1 origine indépendante de niveau MODÉRÉ (KCNA) : soutien MODÉRÉ ; ce qui s’y oppose n’est pas au"
        " dossier : MODÉRÉ, affirmation contredite, mais sans poids.",
    ),
    (
        decided(
            Level.MODERATE,
            Status.DENIED_UNWEIGHED,
            SUPPORT,
            weight(Level.NONE, POWERLESS, side=Side.OPPOSING, starts=1),
        ),
        "1 independent origin at MODERATE (KCNA): support MODERATE; what is on record against it carries no weight (1"
        " independent origin without strength): MODERATE, opposed, but without weight.",
        "1 origine indépendante de niveau MODÉRÉ (KCNA) : soutien MODÉRÉ ; ce qui s’y oppose ne pèse rien (1 origine"
        " indépendante, mais sans force) : MODÉRÉ, affirmation contredite, mais sans poids.",
    ),
]


@pytest.mark.parametrize(("one", "english", "french"), STATUSES)
def test_a_verdict_is_told_whatever_the_two_sides_come_to(one: Verdict, english: str, french: str) -> None:
    assert (EN.verdict(one, NAMES), FR.verdict(one, NAMES)) == said(english, french)


def test_a_long_list_of_names_is_cut() -> None:
    names = Names(
        {some_id(number): source_id(number) for number in range(1, 13)},
        {source_id(number): f"Outlet {ascii_uppercase[number]}" for number in range(1, 13)},
    )
    unknown = tuple(leaf(number, Level.VERY_LOW, kind=OriginKind.UNKNOWN) for number in range(1, 13))

    sentence = EN.weight(weight(Level.VERY_LOW, unknown=unknown), names)

    assert "(Outlet B, Outlet C and 10 others)" in sentence


def speaking(sources: dict[int, int], called: dict[int, str]) -> Names:
    """Give whose statement each is, by number, and what those sources are called whose names are at hand."""
    return Names(
        {some_id(statement): source_id(source) for statement, source in sources.items()},
        {source_id(source): name for source, name in called.items()},
    )


def both(one: Voice | Weight, names: Names) -> tuple[str, str]:
    if isinstance(one, Voice):
        return EN.voice(one, names), FR.voice(one, names)
    return EN.weight(one, names), FR.weight(one, names)


def test_names_that_have_commas_stand_apart() -> None:
    names = Names(NAMES.speakers, {**NAMES.records, source_id(1): "Kim, Jong Un"})
    two, three = (
        weight(Level.VERY_LOW, *ALL_LOW[:number], rung=Rung(Level.VERY_LOW, number, 1, Level.LOW)) for number in (2, 3)
    )

    assert "(Kim, Jong Un; and TASS)" in EN.weight(two, names)
    assert "(Kim, Jong Un; TASS; and Xinhua)" in EN.weight(three, names)
    assert f"(Kim, Jong Un{NB}; TASS{NB}; et Xinhua)" in FR.weight(three, names)


def test_sources_of_one_name_are_as_many_as_they_are() -> None:
    officials = speaking({1: 1, 2: 2}, {1: "an official", 2: "an official"})
    two = weight(Level.LOW, *ALL_LOW[:2], rung=Rung(Level.VERY_LOW, 2, 1, Level.LOW))
    one = voice(LOW_ONE, LOW_TWO, joins=(Join(JoinKind.UNATTESTED, None),))

    assert "(an official and an official)" in EN.weight(two, officials)
    assert both(one, officials) == said(
        "An official and an official count as one, because nobody attests that the unnamed sources differ, as strong as"
        " the strongest: VERY_LOW.",
        "An official et an official comptent pour une seule origine, parce que personne n’atteste que les sources"
        " anonymes soient distinctes ; son niveau est celui de la déclaration la plus solide : TRÈS FAIBLE.",
    )


def test_sources_whose_names_are_not_at_hand_are_counted() -> None:
    many = [leaf(number, Level.VERY_LOW) for number in range(1, 151)]
    sources = {number: number for number in range(1, 151)}
    first = speaking(sources, {number: f"Ministry {number}" for number in range(1, 101)})
    only = speaking(sources, {1: "Ministry 1"})
    ministries = voice(*many, joins=(DEPENDENT,))

    assert [each.partition(" co")[0] for each in both(ministries, first)] == [
        "Ministry 1, Ministry 2 and 148 others",
        "Ministry 1, Ministry 2 et 148 autres",
    ]
    assert [each.partition(" co")[0] for each in both(ministries, only)] == [
        "Ministry 1 and 149 others",
        "Ministry 1 et 149 autres",
    ]


def test_one_government_is_named_once_however_much_it_says() -> None:
    statements = [leaf(number, Level.VERY_LOW) for number in range(1, 3001)]
    alone = speaking(dict.fromkeys(range(1, 3001), 1), {1: "Gov"})
    beside = speaking({**dict.fromkeys(range(1, 3000), 1), 3000: 2}, {1: "Gov"})
    spoken = voice(*statements, joins=(SAME,))

    assert both(spoken, alone) == said(
        "Gov is on record with 3000 statements, which count as one, as strong as the strongest: VERY_LOW.",
        "Gov a fait 3000 déclarations, qui comptent pour une, au niveau de la plus solide : TRÈS FAIBLE.",
    )
    assert [each.partition(" co")[0] for each in both(spoken, beside)] == ["Gov and 1 other", "Gov et 1 autre"]


def test_a_person_who_was_told_is_no_thing() -> None:
    told = leaf(1, Level.VERY_LOW, Cap(Factor.ORIGIN_KIND, "unknown", Level.VERY_LOW), kind=OriginKind.UNKNOWN)
    names = speaking({1: 1}, {1: "Anna"})

    assert (EN.leaf(told, names), FR.leaf(told, names)) == said(
        "Anna: VERY_LOW, because it is not said where this comes from.",
        "Anna : TRÈS FAIBLE, parce qu’aucune provenance n’est indiquée.",
    )
