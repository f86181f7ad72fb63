"""Put a verdict into words for those who read it: one sentence for each of its steps, every number from the tree."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from types import MappingProxyType
from uuid import UUID

from api.confidence.english import ENGLISH
from api.confidence.french import FRENCH
from api.confidence.ladder import Cap, Factor, Leaf, Rung, Status, Verdict, Voice, Weight
from api.confidence.policy import Level
from api.confidence.words import Words
from api.graph.vocabulary import Modality, OriginKind

NAMED_AT_MOST = 3
UNJUDGED = frozenset({"F", "6"})


@dataclass(frozen=True, slots=True)
class Names:
    """Which source speaks (by statement; left out where nobody is named), and what sources are called (by id).

    `speakers` holds every statement that a sentence may count; a source that `records` does not hold is counted
    among the others.
    """

    speakers: Mapping[UUID, UUID]
    records: Mapping[UUID, str]

    def speaker(self, statement: UUID) -> str | None:
        """Tell the name of whose statement it is; None where nobody is named."""
        return self.record(self.speakers.get(statement))

    def record(self, one: UUID | None) -> str | None:
        """Tell the name of a source; None for what has no name, such as a citation."""
        return None if one is None else self.records.get(one)


@dataclass(frozen=True, slots=True)
class Language:
    """Tells every part of a verdict, from a leaf to the whole, in the words of one language."""

    words: Words

    def level(self, level: Level) -> str:
        """Name a level as sentences do; the `label` of an answer is the same in every language."""
        return self.words.levels[level]

    def status(self, status: Status) -> str:
        """Name how the two sides stand to each other; a phrase, no sentence."""
        return self.words.statuses[status]

    def leaf(self, leaf: Leaf, names: Names) -> str:
        """Tell whose origin it is, how strong, and which caps make it so weak."""
        who, level = _capitalised(self._listed([leaf.origin.statement], names)), self.level(leaf.strength)
        reasons = list(self._reasons(leaf, names))
        if not reasons:
            return self.words.leaf.format(who=who, level=level)
        return self.words.leaf_because.format(who=who, level=level, because=self.words.because(reasons))

    def voice(self, voice: Voice, names: Names) -> str:
        """Tell which origins count as one, why, and how strong that is; or that they are cancelled."""
        words, speakers = self.words, _speakers((*_statements(voice), *voice.facing), names)
        who, level = _capitalised(self._called(speakers, names)), self.level(voice.strength)
        joins = list(self._joins(voice, names))
        because = words.because(joins) if joins else ""
        if voice.cancelled:
            form = words.voice_cancelled_because if joins else words.voice_cancelled
            return form.of(len(speakers), who=who, because=because)
        if len(voice.leaves) == 1:
            return words.voice_alone.format(who=who, level=level)
        if len(speakers) == 1:
            return words.voice_repeated.format(who=who, n=len(voice.leaves), level=level)
        form_of_several = words.voice_joined_because if joins else words.voice_joined
        return form_of_several.format(who=who, because=because, level=level)

    def weight(self, weight: Weight, names: Names) -> str:
        """Tell what one side's origins come to, what lifts them, what bounds that, and what adds nothing."""
        words = self.words
        decisive = _decisive(weight)
        basis = [self._basis(weight) + (f" ({self._listed(chain(*decisive), names)})" if decisive else "")]
        if weight.rung is not None and weight.rung.lift:
            basis.append(self._lift(weight.rung))
        elif weight.rung is None and len(weight.unknown) > 1:
            basis.append(words.no_corroboration)
        main = words.weight.format(
            side=words.sides[weight.side], basis=", ".join(basis), level=self.level(weight.level)
        )
        return " ".join([_capitalised(main), *self._without_effect(weight)])

    def verdict(self, verdict: Verdict, names: Names) -> str:
        """Tell how the level comes about, and how the two sides stand to each other."""
        words, support = self.words, verdict.support
        decisive = _decisive(support)
        alone = f" ({self._listed(decisive[0], names)})" if len(decisive) == 1 else ""
        sentence = words.verdict.format(
            support=words.support.format(basis=self._basis(support) + alone, level=self.level(support.level)),
            opposition=self._opposition(verdict, names),
            level=self.level(verdict.level),
            outcome=words.outcomes[verdict.status],
        )
        return _capitalised(sentence)

    def _opposition(self, verdict: Verdict, names: Names) -> str:
        words, against = self.words, verdict.opposition
        if verdict.status is Status.DENIED_UNWEIGHED and not against.reach.starts:
            return words.opposition_not_on_file
        if verdict.status is Status.DENIED_UNWEIGHED:
            return words.weightless_opposition.format(basis=self._basis(against))
        if against.level is Level.NONE:
            return words.no_opposition
        who = self._listed(chain(*_decisive(against)), names)
        opposition = words.opposition.format(level=self.level(against.level), who=who)
        if verdict.support.level is Level.NONE:
            return opposition
        if not verdict.penalty:
            return words.opposition_takes_nothing.format(opposition=opposition)
        return words.opposition_takes.of(verdict.penalty, opposition=opposition)

    def _basis(self, weight: Weight) -> str:
        """Say what decides a side's level, or why nothing does."""
        words = self.words
        if weight.rung is not None:
            return words.classes.of(weight.rung.classes, level=self.level(weight.rung.level))
        if weight.unknown:
            return words.unknown.of(len(weight.unknown))
        if weight.counting:
            return words.powerless.of(len(weight.counting))
        if weight.voices:
            return words.cancelled.of(len(weight.voices))
        if weight.reach.starts:
            nowhere = words.cut_off if weight.reach.cut_off else words.leading_nowhere
            return nowhere.of(len(weight.reach.starts))
        if weight.reach.withdrawn:
            return words.withdrawn.of(weight.reach.withdrawn)
        return words.nothing

    def _lift(self, rung: Rung) -> str:
        if rung.reaches >= rung.level + rung.lift:
            return self.words.adds.of(rung.lift)
        if rung.reaches is max(Level):
            return self.words.to_the_top
        return self.words.held_down.of(rung.lift)

    def _without_effect(self, weight: Weight) -> Iterator[str]:
        """Say what else there is, beside what decides, and that it changes nothing."""
        words, counting = self.words, len(weight.counting)
        cancelled = len(weight.voices) - counting
        powerless = sum(voice.strength is Level.NONE for voice in weight.counting)
        if weight.rung is not None and counting - powerless > weight.rung.classes:
            yield words.weaker_add_nothing.of(counting - powerless - weight.rung.classes)
        if powerless and (weight.rung is not None or weight.unknown):
            yield words.powerless_add_nothing.of(powerless)
        if weight.rung is not None and weight.unknown:
            yield words.unknown_add_nothing.of(len(weight.unknown))
        if cancelled and (counting or weight.unknown):
            yield words.cancelled_count_nowhere.of(cancelled)

    def _reasons(self, leaf: Leaf, names: Names) -> Iterator[str]:
        """Say what binds; where nobody is named there is no source that anybody could have rated."""
        for cap in leaf.binding if leaf.strength < max(Level) else ():
            unrated = cap.factor is Factor.RELIABILITY and cap.rating is None and cap.value is None
            if not (unrated and leaf.origin.statement not in names.speakers):
                yield self._reason(cap, leaf, names)

    def _reason(self, cap: Cap, leaf: Leaf, names: Names) -> str:
        words = self.words
        if cap.factor is Factor.MODALITY:
            return words.modality[Modality(cap.value or Modality.UNCLASSIFIED)]
        if cap.factor is Factor.DISTANCE:
            return words.distance.of(leaf.origin.distance)
        if cap.factor is Factor.ORIGIN_KIND:
            unsaid = leaf.origin.kind is OriginKind.UNKNOWN and leaf.origin.statement not in names.speakers
            return words.nobody_named if unsaid else words.origin_kind[leaf.origin.kind]
        return self._rating(cap, leaf, names)

    def _rating(self, cap: Cap, leaf: Leaf, names: Names) -> str:
        scale = self.words.ratings[cap.factor]
        if cap.rating is None:
            return scale.unrated
        rated = (scale.unjudged if cap.value in UNJUDGED else scale.rated).format(value=cap.value)
        whose = names.record(cap.rating.target)
        if cap.factor is Factor.RELIABILITY and cap.rating.target == leaf.origin.statement:
            return self.words.rated_here.format(rated=rated)
        if whose is None or whose == names.speaker(leaf.origin.statement):
            return rated
        return self.words.rated_elsewhere.format(rated=rated, whose=whose)

    def _joins(self, voice: Voice, names: Names) -> Iterator[str]:
        """Say for each kind of join what makes its members one; that one source is one goes without saying."""
        for kind, join in self.words.joins.items():
            joined_by = [one.by for one in voice.joined_by if one.kind is kind]
            if joined_by:
                sources = [one for one in joined_by if one in names.records]
                yield self.words.same.format(join=join, who=self._called(sources, names)) if sources else join

    def _listed(self, statements: Iterable[UUID], names: Names) -> str:
        return self._called(_speakers(statements, names), names)

    def _called(self, sources: Sequence[UUID | None], names: Names) -> str:
        """List the names of sources, and count the others where they are many or their names are not at hand."""
        words = self.words
        shown = [name for one in sources if (name := words.somebody if one is None else names.record(one)) is not None]
        if not shown:
            return words.sources.of(len(sources))
        if len(shown) < len(sources) or len(shown) > NAMED_AT_MOST:
            shown = shown[: NAMED_AT_MOST - 1]
        others = len(sources) - len(shown)
        *first, last = [*shown, words.others.of(others)] if others else shown
        if first and any("," in name for name in shown):
            return words.semicolon.join([*first, f"{words.conjunction} {last}"])
        return f"{', '.join(first)} {words.conjunction} {last}" if first else last


def _decisive(weight: Weight) -> list[Sequence[UUID]]:
    """Give what decides a side's level: of each voice that counts at the rung the strongest statement, else of each
    unknown origin or voice; of one that is cancelled, one from the other side too.
    """
    if weight.rung is None and weight.unknown:
        return [[leaf.origin.statement] for leaf in weight.unknown]
    least = Level.NONE if weight.rung is None else weight.rung.level
    voices = [voice for voice in weight.counting if voice.strength >= least] or weight.voices
    return [[*_statements(voice)[:1], *voice.facing[:1]] for voice in voices]


def _statements(voice: Voice) -> list[UUID]:
    return [leaf.origin.statement for leaf in voice.leaves]


def _speakers(statements: Iterable[UUID], names: Names) -> list[UUID | None]:
    """Give every source once, by id and not by name, in the order of the statements; None is whoever is not named."""
    return list(dict.fromkeys(map(names.speakers.get, statements)))


def _capitalised(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


LANGUAGES: Mapping[str, Language] = MappingProxyType({"en": Language(ENGLISH), "fr": Language(FRENCH)})
