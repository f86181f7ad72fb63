"""A denial is noticed where a text denies, and not where its words are part of another word or a name."""

import pytest

from api.formats.folding import bare
from api.formats.words import words
from api.search.denial import WORDS, denials


def denied(text: str, language: str | None = None) -> list[str]:
    return denials(text, language, list(words(text)))


@pytest.mark.parametrize(
    ("language", "text", "told"),
    [
        ("en", "It did not send arms", ["not"]),
        ("en", "It didn’t send arms", ["didn’t"]),
        ("en-GB", "The president denied it", ["denied"]),
        ("fr", "Elle n’a pas livré d’armes", ["pas"]),
        ("fr", "Pékin dément", ["dément"]),
        ("de", "Sie haben keine Waffen geliefert", ["keine"]),
        ("es", "No envió armas", ["No"]),
        ("pt-BR", "Não enviou armas", ["Não"]),
        ("ru", "Россия отрицает это", ["отрицает"]),
        ("uk", "Ні, зброї немає", ["Ні", "немає"]),
        ("ar", "لم ترسل أسلحة", ["لم"]),
        ("el", "Η Αθήνα δεν έστειλε όπλα χωρίς άδεια", ["δεν", "χωρίς"]),
        ("he", "צה״ל הכחיש כי לא תקף", ["הכחיש", "לא"]),
        ("hi", "रूस ने हथियार नहीं भेजे", ["नहीं"]),
        ("tr", "Silah değil, REDDETTİ", ["değil", "REDDETTİ"]),
        ("th", "รัสเซียไม่ได้ส่งอาวุธ", ["ไม่"]),
        ("zh", "中国没有向俄罗斯提供无人机", ["没"]),
        ("zh", "北京否认提供武器", ["否认"]),
        ("ja", "北朝鮮は武器を供給していない", ["ない"]),
        ("ko", "북한은 무기를 보내지 않았다", ["않"]),
        (None, "It never sent arms", ["never"]),
        ("en", "They DIDN'T send it", ["DIDN'T"]),
        ("en", "No-one was killed", ["No"]),
        ("en", "No 5 men were killed", ["No"]),
    ],
)
def test_a_denial_is_told_as_it_is_written(language: str | None, text: str, told: list[str]) -> None:
    assert denied(text, language) == told


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Russia lost 40 T-72 tanks"),
        ("en", "It dumped 5 t of bleach"),
        ("en", "10 Downing Street, or Downing Street No 10"),
        ("en", "It is at No. 10 that they met"),
        ("sw", "Rais ni Samia"),
        ("en", "The non-profit paid"),
        ("fr", "Une usine du Pas-de-Calais a fermé"),
        ("fr", "Des sans-abri à Lyon"),
        ("ja", "北朝鮮は無人機を送った"),
        ("ja", "不動産会社が倒産した"),
        ("ja", "未成年者を逮捕した"),
        ("ja", "弾薬が少ない"),
        ("zh", "政府没收了公司的财产"),
        ("zh", "未来五年的项目"),
        ("th", "ส่งอาวุธไม่กี่ชิ้น"),
        ("tr", "Tankı yok etti"),
        ("el", "Έστειλε μη επανδρωμένα αεροσκάφη"),
        ("de", "Die Firma No Limits liefert"),
        ("fr", "Bez et No sont deux noms"),
    ],
)
def test_what_is_part_of_another_word_or_of_a_name_is_no_denial(language: str, text: str) -> None:
    assert denied(text, language) == []


def test_the_words_are_listed_as_words_are_folded() -> None:
    for said in WORDS.values():
        for word in said.split():
            assert bare(word) == word
