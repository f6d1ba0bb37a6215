"""Diagnosis by simulation: which known mistake gives exactly the student's numbers?

The catalogue of an exercise holds mistakes as small changes of its solution. When a check fails, each of them is put
in the student's place, on the very examples the check drew. One that comes to the same numbers everywhere is what the
student did, as far as numbers can tell. Only if none does, more general things are tried, one after the other; a table
in docs/decisions.md lists them in their order.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np

from minigrad.course.catalogue.course import Exercise
from minigrad.course.catalogue.patches import TOGETHER
from minigrad.course.checks.purity import SEEN_LATER, Impurity
from minigrad.course.checks.students import Call, Example, Runner, Simulation, Student
from minigrad.course.diagnosis.evidence import Evidence
from minigrad.course.diagnosis.forms import Reformed, in_another_order, misplaced
from minigrad.course.diagnosis.lineup import Lineup
from minigrad.course.diagnosis.matrices import of_matrices
from minigrad.course.diagnosis.missing import missing
from minigrad.course.diagnosis.mixed import mixed
from minigrad.course.diagnosis.probe import Effect, Probe
from minigrad.course.diagnosis.relations import (
    a_little_off,
    cut_off,
    lost,
    moved,
    multiple,
    nearly_right,
    part,
    relation,
    roughly_right,
    telling,
)
from minigrad.course.diagnosis.repairs import MOST as MOST_REPAIRS
from minigrad.course.diagnosis.repairs import repaired
from minigrad.course.diagnosis.sensitivity import sensitivity
from minigrad.course.diagnosis.sizes import hard_coded, raising
from minigrad.course.diagnosis.slips import plainest
from minigrad.course.diagnosis.suspects import Simulated, Suspect
from minigrad.course.diagnosis.transformed import transformed
from minigrad.course.diagnosis.values import all_same, parts
from minigrad.course.results.outcomes import Halt, Mismatch, StudentError

ROUNDED = 1e-6  # by so much the fingerprints of numbers that went through float32 may differ
SEVERAL = 3  # exceptions with different words
AGAIN = 2  # so often a call is made once more
ANOTHER = "Your code gives different results for the same arguments. "
UNSTEADY = (
    "Look for what one call leaves to the next, for random numbers, and for an order that may be any, such as that of "
    "a set."
)
REFUSED = (
    "This comes from a `raise` or an `assert` in your file. These arguments are allowed: it should not be reached with "
    "them."
)
MOST_SLIPS = 6_000  # that are tried, in a short call; those of the solution are the first


def _several_lists(examples: Sequence[Example]) -> bool:
    """True if all that failed gave lists, several different ones: then it is no chance that others give the same."""
    failed = [e.outcome for e in examples if e.outcome]
    lists = [m.whole for m in failed if isinstance(m, Mismatch) and isinstance(m.whole, list | tuple)]
    return len(lists) == len(failed) and len({repr(whole) for whole in lists}) >= SEVERAL


def _are_many(examples: Sequence[Example]) -> bool:
    """True if what came is floats, or several different things: then it is no chance if a slip gives all of it."""
    came = [e.calls[-1].value for e in examples if e.calls]
    of_floats = any(np.ndim(part) and np.asarray(part).dtype.kind == "f" for value in came for part in parts(value))
    return of_floats or len({repr(value) for value in came}) >= SEVERAL


class Diagnostician:
    """A diagnostician takes all the evidence from one exercise together.

    Args:
        lineup: the suspects, if others are diagnosed with them.
        student: whoever answers calls of the student's functions, to be asked further.

    Attributes:
        hurried: whether another run may come to more, since what was asked took too long.
    """

    def __init__(
        self,
        exercise: Exercise,
        evidence: Sequence[Evidence],
        lineup: Lineup | None = None,
        student: Runner | None = None,
    ):
        self.exercise = exercise
        self.evidence = evidence
        self.lineup = lineup or Lineup(exercise)
        self.student = student
        self.hurried = False
        self.pure = {function for one in evidence for function in one.pure}
        self._contradicted: dict[Suspect, bool] = {}
        self._substitutions: dict[Probe, list[Simulated]] = {}
        self._pairs: dict[Probe, list[Simulated]] = {}
        self._single: dict[int, Suspect | None] = {}
        self._known: dict[int, str] = {}
        self._double: dict[int, str] = {}
        self._exact: dict[int, str] = {}

    @cached_property
    def knows_mistakes(self) -> bool:
        """True if the known mistakes can be told. The students' edition knows them on the examples it recorded."""
        recorded = self.exercise.notes.get("examples")
        return recorded is None or all(
            list(e.sizes.values()) in recorded[one.check.title] for one in self.evidence for e in one.drawn
        )

    @cached_property
    def mistakes(self) -> Sequence[Suspect]:
        """The mistakes of the catalogue."""
        return self.lineup.known if self.knows_mistakes else []

    @cached_property
    def _probes(self) -> list[Probe]:
        """A call for each check that has a wrong one, where suspects can be made to answer it; no call twice."""
        probes: list[Probe] = []
        for one in self.evidence if self.lineup.runs else ():
            call = one.telling_call
            if call and not any(probe.is_of(call) for probe in probes):
                probes.append(Probe(self.lineup, call, self.student))
        return probes

    def _trial(self, i: int) -> Probe | None:
        """The call in which suspects are tried that no catalogue has, unless what came has another number of results.

        The message says how many there should be, and hardly anything else leads to fewer.
        """
        probe = self._probe(i)
        return probe if probe and probe.has_all_results else None

    def _probe(self, i: int) -> Probe | None:
        call = self.evidence[i].telling_call
        return next((probe for probe in self._probes if call and probe.is_of(call)), None)

    def substitutions(self, i: int) -> Sequence[Suspect]:
        """The changes of an argument, which are no known mistakes, that may explain check i of this.

        A check shows the first of several results that is wrong. Changes that give all of them come first.
        """
        if not _are_many(self.evidence[i].drawn):
            return []
        if not self.lineup.runs:
            return self.lineup.recorded("substitutions") if self.knows_mistakes else []
        probe = self._trial(i)
        if probe is None:
            return []
        if probe not in self._substitutions:
            may_be = [s for s in self.lineup.substitutions if probe.given_in_part_by(s)]
            self._substitutions[probe] = sorted(may_be, key=lambda s: probe.gives(s) != probe.wrong)
        return self._substitutions[probe]

    def pairs(self, i: int) -> Sequence[Suspect]:
        """Two mistakes of the catalogue that together may explain check i.

        There are none of random numbers: each sentence says which variance or range comes of its mistake, and with
        both there is another.
        """
        probe = None if self.evidence[i].of_random_numbers else self._trial(i)
        if probe is None:
            return []
        if probe not in self._pairs:
            others = [other for other in self._alike(probe) if other is not probe]
            found = probe.pairs(self._effects(probe))
            self._pairs[probe] = [pair for pair in found if not any(other.contradicts(pair) for other in others)]
        return self._pairs[probe]

    def _alike(self, probe: Probe) -> list[Probe]:
        """The calls of the same function, this one among them."""
        return [other for other in self._probes if other.call.function == probe.call.function]

    def _effects(self, probe: Probe) -> list[Effect]:
        """The effects of each mistake that spoils, in a call, something which is wrong and nothing that is right."""
        alike, found = self._alike(probe), []
        for mistake, suspect in zip(self.exercise.mistakes, self.lineup.mistakes, strict=True):
            if mistake.form:
                continue  # another form alone, which is right, may give the numbers of what a pair's other one spoils
            effects = [effect for other in alike if (effect := other.effect(mistake, suspect))]
            if len(effects) == len(alike) and any(effect.spoils for effect in effects):
                found.append(effects[alike.index(probe)])
        return found

    def diagnose(self, i: int) -> str:
        """Explain the failure of the i-th check, or return "" if nothing is known that does.

        Of the first that fails, which is the one that is shown, more is tried: what takes time, and what is general.
        """
        shown = self.evidence[i].counterexample
        if shown and shown.outcome is None:  # so it is where another result came when it was looked at again
            return UNSTEADY
        told = self._exactly(i) or self._in_another_order(i) or self._in_another_number(i)
        if i != self._first or self._mistake(i) or told.startswith(TOGETHER):
            return told
        if told:
            return _joined(told, self._repaired(i))
        if told := self._another_each_time(i):
            return _joined(told, self._in_a_later_check(i))
        return _joined(self._in_general(i), self._repaired(i), self._in_a_later_check(i))

    def of_impure(self, function: str) -> str:
        """The known mistake that changes arguments, or shares memory, in the same calls of this function, or ""."""
        fitting = (s for s in self.mistakes if all(e.explained_by(s, {function}) for e in self.evidence))
        return next((suspect.says for suspect in fitting if not self._is_contradicted(suspect)), "")

    def _exactly(self, i: int) -> str:
        """Explain these numbers, all of them."""
        if i not in self._exact:
            told = self._mistake(i)
            if not told and self._is_of_numbers(i):  # an exception alone has too many causes
                told = self._of_all_results(i) if self._spoils_several(i) else self._of_this_result(i)
                told = told or (self._mixed(i) or self._beside_another(i) if i == self._first else "")
            elif not told and i == self._first:
                told = self._slip_that_raises(i)
            self._exact[i] = told
        return self._exact[i]

    def _of_all_results(self, i: int) -> str:
        """Explain all results, where several are wrong; a factor of one of them says less."""
        told = self._told_by(self.substitutions(i), i) or self._slip(i) or self._pair(i)
        return told or multiple(telling(self.evidence[i].examples))

    def _of_this_result(self, i: int) -> str:
        """Explain a result, where no other is wrong."""
        mismatches = telling(self.evidence[i].examples)
        told = multiple(mismatches) or self._told_by(self.substitutions(i), i)
        return told or moved(mismatches) or self._slip(i) or self._pair(i)

    @cached_property
    def _first(self) -> int | None:
        """The first check that fails and calls a function."""
        return next((i for i, e in enumerate(self.evidence) if e.counterexample and e.counterexample.calls), None)

    def _mistake(self, i: int) -> str:
        """The sentence of the known mistake that explains check i.

        It may do that by chance, and be right in all other checks, which two others explain: then those are told.
        Without a solution nobody knows what two come to.
        """
        if i not in self._known:
            suspect = self._mistake_alone(i)
            pairs = self._two(i) if suspect and not self._are_all_explained_beside(suspect, i) else []
            says = suspect.says if suspect else ""
            self._known[i] = pairs[0] if pairs and not any(says in pair for pair in pairs) else says
        return self._known[i]

    def _mistake_alone(self, i: int) -> Suspect | None:
        if i not in self._single:
            self._single[i] = self._fitting(self.mistakes, i)
        return self._single[i]

    def _are_all_explained_beside(self, suspect: Suspect, i: int) -> bool:
        """True if this suspect and one other known mistake explain each check that fails, and all results of check i.

        Three that are all made are less likely than two that together explain everything.
        """
        failed = [j for j, one in enumerate(self.evidence) if one.counterexample and one in self._concerned(suspect)]
        others = [self._mistake_alone(j) for j in failed if not self.evidence[j].explained_by(suspect)]
        known = [other for other in others if other]
        if len(known) < len(others) or len({other.says for other in known}) > 1:
            return False
        probe = self._probe(i)
        if probe is None or len(probe.wrong) < 2:
            return True
        alone = (self.lineup.mistakes[self.mistakes.index(one)] for one in (suspect, *known))
        return probe.wrong <= frozenset().union(*(probe.gives(one) for one in alone))

    def _two(self, i: int) -> list[str]:
        """The sentences of each two known mistakes that explain all checks that fail, the i-th among them."""
        if self.evidence[i].of_random_numbers:
            return []
        pairs = (pair for j in self._most_telling for pair in self.pairs(j))
        fitting = (pair for pair in dict.fromkeys(pairs) if self.evidence[i].explained_by(pair))
        return [pair.says for pair in fitting if self._explains_all(pair)]

    @cached_property
    def _most_telling(self) -> list[int]:
        """For each function the check in whose call most results are wrong: what explains all checks explains it."""
        most: dict[str, tuple[int, int]] = {}
        for j in range(len(self.evidence)):
            probe = self._probe(j) if self._is_of_numbers(j) else None
            if probe:
                function, found = probe.call.function, (len(probe.wrong), j)
                most[function] = max(most.get(function, found), found)
        return [j for _, j in most.values()]

    def _explains_all(self, pair: Suspect) -> bool:
        failed = [one for one in self._concerned(pair) if one.counterexample]
        return all(one.explained_by(pair) for one in failed) and not self._is_contradicted(pair)

    def _pair(self, i: int) -> str:
        """The sentences of two known mistakes that together explain check i.

        If its own call has no such pair, one that another check's call has may do: in a call of a single step, say,
        what one mistake alone spoils may be all that is wrong.
        """
        if self.evidence[i].of_random_numbers:
            return ""
        if i not in self._double:
            self._double[i] = self._told_by(self.pairs(i), i) or self._told_by(self._pairs_of_others(i), i)
        return self._double[i]

    def _pairs_of_others(self, i: int) -> Sequence[Suspect]:
        """Two mistakes that together may explain another check than the i-th, if no single one does."""
        others = [j for j in range(len(self.evidence)) if j != i and self._is_of_numbers(j) and not self._mistake(j)]
        return list(dict.fromkeys(pair for j in others for pair in self.pairs(j)))

    def _slip(self, i: int) -> str:
        """Name the slip, in one place of any code, that explains check i; or two such slips."""
        probe = self._probe(i)
        if not _are_many(self.evidence[i].drawn):
            return ""
        giving_all = [slip for slip in self._slips(i) if probe and probe.gives(slip) == probe.wrong]
        fitting = [slip for slip in giving_all if self.evidence[i].explained_by(slip)]
        fitting = [slip for slip in fitting if not self._is_contradicted(slip)]
        fitting = [slip for slip in fitting if self.evidence[i].explained_throughout_by(slip)]
        all_lost = lost(telling(self.evidence[i].examples)) if fitting else ""
        return f"{all_lost} {_said_of_slips(fitting, 'That')}" if all_lost else _said_of_slips(fitting)

    def _slip_that_raises(self, i: int) -> str:
        """A slip of the solution that raises the same everywhere, if that is several things: different shapes, say."""
        one = self.evidence[i]
        raised = {str(e.outcome) for e in one.examples if isinstance(e.outcome, StudentError)}
        if not self.lineup.runs or len(raised) < SEVERAL:
            return ""
        fitting = [slip for slip in self.lineup.slips_of_solution if one.explained_by(slip)]
        fitting = [slip for slip in fitting if not self._is_contradicted(slip)]
        return _said_of_slips([slip for slip in fitting if one.explained_throughout_by(slip)])

    def _slips(self, i: int) -> Sequence[Simulated]:
        """The slips that give what is wrong in the call of check i."""
        probe = self._trial(i)
        if probe is None:
            return []
        return [slip for slip in self.lineup.slips[: probe.affordable(MOST_SLIPS)] if probe.gives(slip)]

    def _mixed(self, i: int) -> str:
        """The sentence of a known mistake and a changed argument that together explain check i."""
        call = self.evidence[i].small_call
        if call is None or not self.lineup.runs or self.evidence[i].of_random_numbers:
            return ""
        probe = Probe(self.lineup, call, self.student)
        if not probe.has_all_results:
            return ""
        plain = [(m, s) for m, s in zip(self.exercise.mistakes, self.lineup.mistakes, strict=True) if not m.form]
        effects = [probe.effect(mistake, suspect) for mistake, suspect in plain]
        fitting = [s for s in self.lineup.substitutions if probe.spoils_nothing_right(s)]
        return self._told_by(mixed(self.exercise, probe, [e for e in effects if e and e.spoils], fitting), i)

    def _beside_another(self, i: int) -> str:
        """A known mistake, or a slip, that explains check i and fails nothing that is right, where more is wrong."""
        if not telling(self.evidence[i].examples) and not _several_lists(self.evidence[i].drawn):
            return ""
        told = next((s.says for s in self.mistakes if self._fits_beside_another(s, i)), "")
        told = told or _said_of_slips([slip for slip in self._slips(i) if self._fits_beside_another(slip, i)])
        return f"{told} Something else is wrong as well." if told else ""

    def _fits_beside_another(self, suspect: Suspect, i: int) -> bool:
        if not self.evidence[i].explained_by(suspect) or not self.evidence[i].explained_throughout_by(suspect):
            return False
        return not any(one.fails_where_right(suspect) for one in self._concerned(suspect))

    def _in_general(self, i: int) -> str:
        """Describe the result in general, whatever led to it."""
        one = self.evidence[i]
        if one.counterexample is None:
            return ""
        if self._is_of_numbers(i):
            told = self._related(i) or self._misplaced(i)
            return told or self._beside_the_form(i) or self._behaved(i)
        return raising(one.drawn) or self._refused(i) or self._for_other_sizes(i)

    def _another_each_time(self, i: int) -> str:
        """Say that other results come for the same arguments, or "". If they do, no further question tells more."""
        otherwise = any(self._answers_otherwise(e) for e in self.evidence[i].examples if e.calls)
        return ANOTHER + UNSTEADY if otherwise else ""

    def _repaired(self, i: int) -> str:
        """The place in the student's file where one small change makes right what is wrong here, and spoils nothing."""
        probe = self._probe(i)
        most = probe.affordable(MOST_REPAIRS) if probe else MOST_REPAIRS
        told, self.hurried = repaired(self.student, self.exercise.skeleton, self.evidence, i, most)
        return told

    def _answers_otherwise(self, example: Example) -> bool:
        """True if something else comes when its last call is made again, or was seen to come in another check."""
        call, raised = example.calls[-1], isinstance(example.outcome, StudentError)
        again = f"{call.function} {SEEN_LATER[0]}"
        outcomes = (e.outcome for one in self.evidence for e in one.examples)
        if any(isinstance(outcome, Impurity) and outcome.label == again for outcome in outcomes):
            return True
        if self.student is None or (call.value is None and not raised):
            return False  # what came was too large to be kept
        arguments = list(call.arguments.values())
        try:
            answers = [self.student.call(call.function, arguments).value for _ in range(AGAIN)]
        except StudentError:
            return not raised
        except Halt:
            return False
        return raised or not all(all_same(answer, call.value) for answer in answers)

    def _refused(self, i: int) -> str:
        """Tell that the student's own line raises, where the solution gives a result."""
        failed = [e for e in self.evidence[i].examples if e.outcome]
        raised = [e.outcome for e in failed if isinstance(e.outcome, StudentError) and e.calls]
        if not self.lineup.runs or len(raised) < len(failed):
            return ""
        if not all(error.in_own_words and not error.unwritten for error in raised):
            return ""
        try:
            for call in (e.calls[-1] for e in failed):
                self._solution.call(call.function, list(call.arguments.values()))
        except StudentError:
            return ""
        return REFUSED

    def _related(self, i: int) -> str:
        """Tell how these numbers, all of them, come of the right ones."""
        mismatches = telling(self.evidence[i].examples)
        limited = cut_off(mismatches)
        told = "" if limited else a_little_off(self.evidence[i].drawn)
        told = told or relation(mismatches) or limited
        return told or (transformed(self.evidence[i].examples) if mismatches else roughly_right(self.evidence[i].drawn))

    def _behaved(self, i: int) -> str:
        """Tell where the function is right, what moves it, and what holds of some of its numbers."""
        told = self._for_other_sizes(i) or self._sensitivity(i)
        return told or part(telling(self.evidence[i].examples)) or of_matrices(self.evidence[i].examples)

    def _spoils_several(self, i: int) -> bool:
        """True if several results are wrong: then a factor of one of them says less than a pair."""
        probe = self._probe(i)
        return probe is not None and len(probe.wrong) > 1

    def _in_another_order(self, i: int) -> str:
        return in_another_order(self._solution, self._wrong_calls(i)) if self.lineup.runs else ""

    def _misplaced(self, i: int) -> str:
        """Name the result that stands in the place of another, where not all of them are right."""
        return misplaced(self._solution, self._wrong_calls(i)) if self.lineup.runs else ""

    def _wrong_calls(self, i: int) -> list[Call]:
        """The calls that show each failing example, if all of them have a result that is wrong."""
        failed = [e for e in self.evidence[i].examples if e.outcome and e.calls]
        return [e.calls[-1] for e in failed] if all(isinstance(e.outcome, Mismatch) for e in failed) else []

    def _in_another_number(self, i: int) -> str:
        """Name the results that are there, where another number of them came."""
        return missing(self._solution, self.evidence[i].examples) if self.lineup.runs else ""

    def _beside_the_form(self, i: int) -> str:
        """Explain the numbers of results that have the wrong form as well."""
        one = self.evidence[i]
        failed = [e.outcome for e in one.examples if e.outcome]
        of_form = [m for m in failed if isinstance(m, Mismatch) and m.wrong is None and m.label]
        if self.student is None or not self.lineup.runs or not of_form or len(of_form) < len(failed):
            return ""
        if any(e.outcome and e.calls and e.calls[-1].value is None for e in one.examples):
            return ""  # a result that is too large to be kept
        reformed = Reformed(self.student, self._solution)
        evidence = []
        for other in self.evidence:
            student = Student(reformed)
            looked = [student.look(other.check.body, e.sizes) for e in other.examples]
            if any(isinstance(e.outcome, Halt) for e in looked):
                return ""
            shown = next((e for e in looked if e.outcome), None)
            evidence.append(Evidence(other.check, shown, looked, ROUNDED))
        at = i if evidence[i].counterexample else next((j for j, e in enumerate(evidence) if e.counterexample), i)
        shown, came = evidence[at].counterexample, self.evidence[at].counterexample
        if shown is None or not isinstance(shown.outcome, Mismatch) or nearly_right(telling(evidence[at].examples)):
            return ""
        if str(shown.outcome) == str(came and came.outcome):
            return ""  # the form was right
        inner = Diagnostician(self.exercise, evidence, self.lineup, reformed)
        told = inner._exactly(at) or inner._related(at) or inner._behaved(at)
        return f"There is something else beside the form. {told}" if told else ""

    def _for_other_sizes(self, i: int) -> str:
        """Find sizes for which check i would be passed; or another that fails, if that has sizes which this has not.

        The other must compare with a reference: without one, wrong numbers may pass.
        """
        if self.student is None or not (source := str(getattr(self.student, "source", ""))):
            return ""
        usual = self.exercise.solution if self.lineup.runs else self.exercise.skeleton
        sizes = set(self.evidence[i].check.choices)
        compares = (one for one in self.evidence if one.counterexample and one.check.prepare)
        which = [self.evidence[i], *[one for one in compares if set(one.check.choices) - sizes][:1]]
        for one in which:
            beside = [example for other in self.evidence if other is not one for example in other.examples]
            if said := hard_coded(one.check, one.drawn, self.student, source, usual, beside):
                return said
        return ""

    def _sensitivity(self, i: int) -> str:
        if self.student is None or not self.lineup.runs:
            return ""
        return sensitivity(self.student, self._solution, self.evidence[i].drawn, self.exercise.blocks)

    @cached_property
    def _solution(self) -> Simulation:
        return Simulation(self.exercise.solution)

    def _in_a_later_check(self, i: int) -> str:
        """A known mistake that explains a check of the same functions after the i-th, or two that do."""
        functions = self.evidence[i].functions
        later = [j for j in range(i + 1, len(self.evidence)) if self.evidence[j].counterexample]
        later = [j for j in later if self.evidence[j].functions & functions]
        for j in later:
            if told := self._mistake(j):
                return f'One mistake shows in the check "{self.evidence[j].check.title}": {told}'
        for j in later:
            if (told := self._exactly(j)).startswith(TOGETHER):
                return f'Two mistakes show in the check "{self.evidence[j].check.title}". {told.removeprefix(TOGETHER)}'
        return ""

    def _is_of_numbers(self, i: int) -> bool:
        shown = self.evidence[i].counterexample
        return shown is not None and isinstance(shown.outcome, Mismatch) and not isinstance(shown.outcome, Impurity)

    def _told_by(self, suspects: Sequence[Suspect], i: int) -> str:
        """The sentence of the suspect that fits check i."""
        suspect = self._fitting(suspects, i)
        return suspect.says if suspect else ""

    def _fitting(self, suspects: Sequence[Suspect], i: int) -> Suspect | None:
        """The suspect that explains check i and contradicts no other; of several, the one that explains most.

        A few examples are enough to find it. Before it is told it is held against all that the check drew. No other is
        looked for beyond one that explains everything.
        """
        one, best, most = self.evidence[i], None, -1
        for suspect in suspects:
            if not one.explained_by(suspect) or self._is_contradicted(suspect):
                continue
            explained = sum(e.explained_by(suspect, self.pure) for e in self.evidence)
            if explained > most and one.explained_throughout_by(suspect):
                best, most = suspect, explained
            if most == len(self.evidence):
                break
        return best

    def _is_contradicted(self, suspect: Suspect) -> bool:
        if suspect not in self._contradicted:
            self._contradicted[suspect] = any(e.contradicts(suspect, self.pure) for e in self._concerned(suspect))
        return self._contradicted[suspect]

    def _concerned(self, suspect: Suspect) -> Sequence[Evidence]:
        """The checks that call a function which the suspect changes itself.

        The solution may call one function in another where the student wrote its lines out; then theirs is right there.
        """
        concerned = [one for one in self.evidence if one.functions & set(suspect.of)]
        return concerned or self.evidence


def _joined(*sentences: str) -> str:
    """The sentences that are not empty, one after the other."""
    return " ".join(filter(None, sentences))


def _said_of_slips(slips: Sequence[Simulated], this: str = "This") -> str:
    """The sentence on slips that all explain the same: it names two of them, if there are more."""
    told = plainest(slip.says for slip in slips)
    return f"{this} is what comes out when {', or when '.join(told)}." if told else ""
