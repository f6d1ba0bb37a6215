"""`grader.py merge SHARD... --store FILE`: the stores of shards, as one."""

from __future__ import annotations

import argparse
from pathlib import Path

from rich.console import Console

from minigrad.course.catalogue.course import Course
from minigrad.course.cli import options as common
from minigrad.course.cohort.store import Store


def parser() -> common.Parser:
    text = "Put the stores of the shards of a cohort into one, from which `cohort --store FILE` writes outputs."
    parser = common.Parser("merge", "merge SHARD... --store FILE", text)
    parser.add_argument("shards", metavar="SHARD", nargs="+", type=Path, help="a store that cohort --shard wrote")
    parser.add_argument("--store", metavar="FILE", type=Path, required=True, help="the store to put them into")
    return parser


def run(course: Course, options: argparse.Namespace, console: Console) -> int:
    with Store(options.shards[0], make=False) as first:
        salt = first.salt
    with Store(options.store, salt=salt) as store:
        for shard in options.shards:
            Store(shard, make=False, salt=salt).close()  # whether it is one, and of the same secret
            store.merge(shard)
        console.print(f"{len(store):,} students are in {store.path}.", markup=False)
    return common.OK
