"""Find the words by which a text denies, in the languages that newsrooms write most; of others none is noticed."""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import chain

from api.formats.words import Word

# Words as `bare` folds them, by language.
WORDS = {
    "ar": "لا لم لن ليس ليست بدون نفى نفت ينفي تنفي",
    "de": "nicht kein keine keinen keiner keinem keines nie niemals niemand nichts ohne weder bestreitet bestreiten"
    " bestritt dementiert dementieren dementierte leugnet",
    "el": "δεν δε μην οχι ουτε χωρισ κανεισ κανενασ καμια κανενα τιποτα διαψευδει διαψευδουν διεψευσε διεψευσαν"
    " αρνειται αρνουνται αρνηθηκε αρνηθηκαν",
    "en": "not no never nor neither none nobody nothing without cannot deny denies denied denying refutes refuted",
    "es": "no nunca jamas sin ni ningun ninguna ninguno nadie nada tampoco niega niegan nego desmiente desmienten",
    "fr": "ne pas jamais aucun aucune sans ni nul nulle rien nie nient dement dementent dementi refute refutent",
    "he": "לא אין אינו אינה אינם אינן מעולם בלי ללא הכחיש הכחישה הכחישו מכחיש מכחישה מכחישים",
    "hi": "नहीं बिना इनकार इंकार खंडन",
    "it": "non mai senza nessun nessuna nessuno niente nulla nega negano nego smentisce smentiscono",
    "nl": "niet geen nooit zonder niemand niets ontkent ontkennen ontkende",
    "pl": "nie nigdy bez ani nikt nic zaden zadna zadne zaprzecza zaprzeczaja",
    "pt": "nao nunca jamais sem nem nenhum nenhuma ninguem nada nega negam negou desmente desmentem",
    "ru": "не нет ни никогда без никто ничего отрицает отрицают опровергает опроверг",
    "tr": "degil hic hicbir asla yalanladi yalanladilar yalanliyor reddetti reddettiler reddediyor",  # no -me-, -ma-
    "uk": "не ні ніколи без немає ніхто нічого заперечує заперечують спростовує спростував",
}
# Signs of scripts without spaces, but where they begin another word: 不动产 is real estate, 未来 the future.
SIGNS = {
    "ja": r"(?<![少危])ない|なかった|ません|無い|否定|否認",
    "ko": r"않|아니|아닌|(?<!잘)못|없|부인[하했한]",
    "th": "ไม่(?!กี่|นาน|น้อย|เพียง)|มิได้|ปฏิเสธ",
    "zh": "不(?![动動同过過足久断斷仅僅但管论論少满滿])|[没沒](?![收落头頭])|未(?![来來成知必婚])|[无無][法意]|[并並]非"
    "|否[认認]",
}
# A denial that is half a word (didn't), and words that are part of a name (Pas-de-Calais, T-72, No. 10).
SHORTENED, JOINED, NOBODY = re.compile("n['’]$", re.I), "-‐‑", re.compile("no[-‐‑]one", re.I)
NUMBERING = re.compile(r"no(?:[.º°] ?|(?= ?[0-9]+(?! ?\w)) ?)[0-9]", re.I)


def denials(text: str, language: str | None, words: Sequence[Word]) -> list[str]:
    """Return what a text denies by, as it stands there; of an unknown language, by the words of any."""
    main = None if language is None else language.partition("-")[0].lower()
    return list(dict.fromkeys([*_by_word(text, _words(main), words), *_by_signs(main, words)]))


def _by_word(text: str, denying: frozenset[str], words: Sequence[Word]) -> Iterator[str]:
    for before, word in zip([None, *words], words, strict=False):
        if before is not None and word.folded == "t" and SHORTENED.search(text[before.end - 1 : word.start]):
            yield text[before.start : word.end]
        elif word.folded in denying and not _in_a_name(text, word):
            yield text[word.start : word.end]


def _in_a_name(text: str, word: Word) -> bool:
    if NOBODY.match(text, word.start):
        return False
    beside = text[word.start - 1 : word.start] + text[word.end : word.end + 1]
    return any(sign in JOINED for sign in beside) or NUMBERING.match(text, word.start) is not None


def _by_signs(language: str | None, words: Sequence[Word]) -> Iterator[str]:
    patterns = [pattern for tag, pattern in SIGNS.items() if language in (tag, None)]
    for word in words:
        if not word.spaced:
            yield from chain.from_iterable(re.findall(pattern, word.folded) for pattern in patterns)


def _words(language: str | None) -> frozenset[str]:
    return _of_any() if language is None else frozenset(WORDS.get(language, "").split())


@cache
def _of_any() -> frozenset[str]:
    return frozenset(" ".join(WORDS.values()).split())
