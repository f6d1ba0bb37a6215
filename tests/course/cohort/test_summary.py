"""The statements on a whole cohort add up, and no verdict counts as nothing."""

from hypothesis import given

from minigrad.course.cohort.summary import SLOWEST, Summary
from minigrad.course.results.status import Status

from .books import a_class, book, gradebooks

PASSED, FAILED, INFRA = ([status] * 3 for status in (Status.PASSED, Status.FAILED, Status.INFRA))


@given(gradebooks())
def test_everybody_of_whom_something_was_taken_is_counted_once(gradebook):
    summary = Summary(gradebook)
    handed_in = [record for record in gradebook.records if record.place and not record.refused]
    assert summary.count == len(gradebook.records)
    for place, tally in enumerate(summary.exercises):
        assert tally.statuses.total() + tally.waiting == len(handed_in)
        assert 0 <= tally.points <= tally.of
        graded = [record.grades[place].result for record in handed_in if record.grades[place].result]
        for title, check in tally.checks.items():
            assert check.statuses.total() == sum(c.title == title for result in graded for c in result.checks)
    assert sum(bin.count for bin in summary.bins) == len(summary.shares)


def test_scores_are_in_the_bin_of_their_percent():
    summary = Summary(book([PASSED, PASSED], [PASSED, FAILED], [FAILED, FAILED], [PASSED, None]))
    assert summary.shares == [100, 50, 0]
    assert [bin.low for bin in summary.bins if bin.count] == [0, 50, 95]
    assert summary.median == 50


def test_what_has_no_verdict_counts_neither_as_right_nor_as_wrong():
    summary = Summary(book([INFRA, PASSED], [PASSED, FAILED], [None, FAILED]))
    first, second = summary.exercises
    assert (first.share, first.statuses[Status.INFRA], first.waiting) == (1, 1, 1)
    assert second.share == 1 / 3


def test_what_was_refused_as_a_whole_counts_neither_as_right_nor_as_wrong():
    gradebook = book([PASSED, FAILED], [FAILED, FAILED])
    gradebook.records[1].refused = "It is there twice."
    assert [tally.share for tally in Summary(gradebook).exercises] == [1, 0]
    assert Summary(gradebook).exercises[0].statuses.total() == 1


def test_the_files_that_took_longest_come_first():
    gradebook = a_class(5)
    for k, record in enumerate(gradebook.records):
        for j, grade in enumerate(record.grades):
            grade.result.seconds = float((7 * k + 5 * j) % 40)
    slowest = [took.seconds for took in Summary(gradebook).slowest]
    every = sorted((g.result.seconds for r in gradebook.records for g in r.grades), reverse=True)
    assert slowest == every[:SLOWEST]
