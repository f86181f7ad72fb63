"""Say it in French."""

from collections.abc import Sequence

from api.confidence.ladder import Factor, Status
from api.confidence.policy import Level
from api.confidence.words import Plural, Rated, Words
from api.graph.vocabulary import JoinKind, Modality, OriginKind, Side

VOWELS = frozenset("aàâeéèêiîoôuûyh")  # no clause here begins with an aspirated h


def _because(reasons: Sequence[str]) -> str:
    *first, last = map(_que, reasons)
    return f"parce {', '.join(first)} et {last}" if first else f"parce {last}"


def _que(clause: str) -> str:
    return f"qu’{clause}" if clause[0] in VOWELS else f"que {clause}"


# A no-break space (\u00a0) goes before a colon and a semicolon.
FRENCH = Words(
    levels={
        Level.NONE: "NUL",
        Level.VERY_LOW: "TRÈS FAIBLE",
        Level.LOW: "FAIBLE",
        Level.MODERATE: "MODÉRÉ",
        Level.HIGH: "FORT",
        Level.VERY_HIGH: "TRÈS FORT",
    },
    # They agree with « une affirmation ».
    statuses={
        Status.NO_EVIDENCE: "sans aucun appui",
        Status.UNCONTESTED: "non contestée",
        Status.DENIED_UNWEIGHED: "contredite, mais sans poids",
        Status.DENIED_ONLY: "seulement contredite",
        Status.CONTESTED_LEANING_SUPPORTED: "contestée, plutôt étayée",
        Status.CONTESTED_BALANCED: "contestée, à égalité",
        Status.CONTESTED_LEANING_DENIED: "contestée, plutôt démentie",
    },
    outcomes={
        Status.NO_EVIDENCE: "affirmation sans aucun appui",
        Status.UNCONTESTED: "affirmation non contestée",
        Status.DENIED_UNWEIGHED: "affirmation contredite, mais sans poids",
        Status.DENIED_ONLY: "affirmation seulement contredite",
        Status.CONTESTED_LEANING_SUPPORTED: "affirmation contestée",
        Status.CONTESTED_BALANCED: "affirmation contestée",
        Status.CONTESTED_LEANING_DENIED: "affirmation contestée",
    },
    somebody="une source non précisée",
    conjunction="et",
    semicolon="\u00a0; ",
    sources=Plural("{n} source", "{n} sources"),
    others=Plural("{n} autre", "{n} autres"),
    leaf="{who}\u00a0: {level}.",
    leaf_because="{who}\u00a0: {level}, {because}.",
    because=_because,
    ratings={
        Factor.RELIABILITY: Rated(
            "personne n’a évalué sa fiabilité",
            "sa fiabilité ne peut pas être évaluée ({value})",
            "sa fiabilité est cotée {value}",
        ),
        Factor.CREDIBILITY: Rated(
            "personne n’a évalué la crédibilité de l’information",
            "la crédibilité de l’information ne peut pas être évaluée ({value})",
            "la crédibilité de l’information est cotée {value}",
        ),
    },
    rated_here="{rated} pour cette déclaration",
    rated_elsewhere="{rated} (cotation portant sur {whose})",
    modality={
        Modality.CONFIRMED: "la déclaration vaut confirmation",
        Modality.STATED: "c’est une simple déclaration, et non une confirmation",
        Modality.ACCUSED: "c’est une accusation",
        Modality.PROBABLE: "la chose est seulement donnée pour probable",
        Modality.POSSIBLE: "la chose est seulement donnée pour possible",
        Modality.UNCONFIRMED: "la chose est donnée sans confirmation",
        Modality.RUMOUR: "la chose est donnée pour une rumeur",
        Modality.UNCLASSIFIED: "personne n’a qualifié la formulation",
    },
    origin_kind={
        OriginKind.NAMED: "la source est nommée, sans plus",
        OriginKind.ANONYMOUS: "la source est anonyme",
        OriginKind.UNKNOWN: "aucune provenance n’est indiquée",
    },
    nobody_named="aucun auteur n’est nommé",
    distance=Plural(
        "l’original n’est pas au dossier, seulement une reprise",
        "l’original n’est pas au dossier et ne nous parvient qu’à travers {n} reprises",
    ),
    voice_alone="{who} compte à part, au niveau {level}.",
    voice_repeated="{who} a fait {n} déclarations, qui comptent pour une, au niveau de la plus solide\u00a0: {level}.",
    voice_joined="{who} comptent pour une seule origine, au niveau de la déclaration la plus solide\u00a0: {level}.",
    voice_joined_because=(
        "{who} comptent pour une seule origine, {because}\u00a0;"
        " son niveau est celui de la déclaration la plus solide\u00a0: {level}."
    ),
    voice_cancelled=Plural(
        "{who} se trouve des deux côtés et ne compte d’aucun.",
        "{who} se trouvent des deux côtés et ne comptent d’aucun.",
    ),
    voice_cancelled_because=Plural(
        "{who} se trouve des deux côtés, {because}, et ne compte d’aucun.",
        "{who} se trouvent des deux côtés, {because}, et ne comptent d’aucun.",
    ),
    joins={
        JoinKind.SAME_CONTROLLER: "la tutelle est la même",
        JoinKind.DEPENDENCY: "une dépendance est enregistrée",
        JoinKind.RELIES_ON: "le document de départ est le même",
        JoinKind.UNATTESTED: "personne n’atteste que les sources anonymes soient distinctes",
    },
    same="{join} ({who})",
    weight="{side}, {basis}\u00a0: {level}.",
    sides={Side.SUPPORTING: "à l’appui", Side.OPPOSING: "à l’encontre"},
    classes=Plural(
        "{n} origine indépendante de niveau {level}", "{n} origines indépendantes de niveau {level} ou supérieur"
    ),
    unknown=Plural(
        "{n} origine, qui ne dit pas d’où elle tient l’information",
        "{n} origines, dont aucune ne dit d’où elle tient l’information",
    ),
    powerless=Plural("{n} origine indépendante, mais sans force", "{n} origines indépendantes, mais sans force"),
    cancelled=Plural(
        "{n} origine, qui se trouve des deux côtés et ne compte d’aucun",
        "{n} origines, qui se trouvent des deux côtés et ne comptent d’aucun",
    ),
    leading_nowhere=Plural(
        "{n} déclaration au dossier, qui ne remonte à aucune origine",
        "{n} déclarations au dossier, dont aucune ne remonte à une origine",
    ),
    cut_off=Plural(
        "{n} déclaration au dossier, qui ne remonte à aucune origine encore maintenue",
        "{n} déclarations au dossier, dont aucune ne remonte à une origine encore maintenue",
    ),
    withdrawn=Plural(
        "{n} déclaration au dossier, qui a été retirée", "{n} déclarations au dossier, qui ont toutes été retirées"
    ),
    nothing="rien au dossier",
    adds=Plural("ce qui vaut {n} échelon de plus", "ce qui vaut {n} échelons de plus"),
    held_down=Plural(
        "ce qui vaudrait {n} échelon de plus, mais des origines aussi faibles ne mènent pas plus haut",
        "ce qui vaudrait {n} échelons de plus, mais des origines aussi faibles ne mènent pas plus haut",
    ),
    to_the_top="ce qui mène en haut de l’échelle",
    no_corroboration="si bien qu’elles ne corroborent rien",
    weaker_add_nothing=Plural("{n} autre, plus faible, n’ajoute rien.", "{n} autres, plus faibles, n’ajoutent rien."),
    powerless_add_nothing=Plural(
        "{n} origine indépendante, mais sans force, n’ajoute rien.",
        "{n} origines indépendantes, mais sans force, n’ajoutent rien.",
    ),
    cancelled_count_nowhere=Plural(
        "{n} origine se trouve des deux côtés et ne compte donc d’aucun.",
        "{n} origines se trouvent des deux côtés et ne comptent donc d’aucun.",
    ),
    unknown_add_nothing=Plural(
        "{n} origine ne dit pas d’où elle tient l’information\u00a0: elle ne corrobore rien.",
        "{n} origines ne disent pas d’où elles tiennent l’information\u00a0: elles ne corroborent rien.",
    ),
    support="{basis}\u00a0: soutien {level}",
    no_opposition="aucune opposition",
    opposition_not_on_file="ce qui s’y oppose n’est pas au dossier",
    weightless_opposition="ce qui s’y oppose ne pèse rien ({basis})",
    opposition="une opposition de niveau {level} ({who})",
    opposition_takes=Plural("{n} échelon en moins pour {opposition}", "{n} échelons en moins pour {opposition}"),
    opposition_takes_nothing="aucun échelon en moins pour {opposition}",
    verdict="{support}\u00a0; {opposition}\u00a0: {level}, {outcome}.",
)
