"""docs/grading.md says what there is: its policy is read, and the columns and fields are those that are written."""

import re
from pathlib import Path

from minigrad.course.cohort import outputs
from minigrad.course.cohort.outputs import csv, jsonl
from minigrad.course.cohort.policy import read_policy
from minigrad.course.cohort.store import SCHEMA, Store
from minigrad.course.results.status import Status

from .books import COURSE, NOON, book

PAGE = (Path(__file__).parents[3] / "docs" / "grading.md").read_text("utf-8")
TYPES = {"string": str, "integer": int, "number": (int, float), "boolean": bool, "list": list, "object": dict}
OF_JSON = {"name", "title", "points", "max_points", "status", "seconds", "checks"}  # which docs/formats.md describes


def test_its_policy_is_one(tmp_path):
    (example,) = re.findall(r"```toml\n(.+?)```", PAGE, re.DOTALL)
    path = tmp_path / "cohort.toml"
    path.write_text(example, "utf-8")
    policy = read_policy(path, COURSE)
    assert policy.late.kept(2) == 0.8
    assert len(policy.extensions) == 2
    assert all(id.isalpha() for id in [*policy.extensions, *policy.days_late])  # ids of one kind, as in a class


def test_it_names_every_option():
    for name in outputs.OUTPUTS:
        assert f"`--{name} {'DIR' if name in outputs.FOLDERS else 'FILE'}`" in PAGE


def test_it_names_every_column_of_the_csv():
    section = PAGE.partition("**`--csv`**")[2].partition("**`--canvas`**")[0]
    cells = [line.split("|")[1] for line in section.split("\n") if line.startswith("|")]
    assert set(re.findall(r"`(\w+)`", "".join(cells))) == {*csv.BEFORE, *csv.BEHIND}


def test_it_names_every_field_of_the_json_lines_with_its_type():
    section = PAGE.partition("## The JSON lines")[2]
    documented = {}
    for names, types in re.findall(r"^\| (`[^|]+`) \| (\w+(?: or null)?) \|", section, re.MULTILINE):
        documented |= dict.fromkeys(re.findall(r"`([^`]+)`", names), types)
    found = set()
    for gradebook in (book([[Status.PASSED], None], graded_at=NOON), book([[Status.INFRA], [Status.FAILED]])):
        data = jsonl.as_data(gradebook.records[0], gradebook)
        fields = [(key, value) for key, value in data.items()]
        fields += [("exercises[]", entry) for entry in data["exercises"]]
        for entry in data["exercises"]:
            fields += [(f"exercises[].{key}", value) for key, value in entry.items() if key not in OF_JSON]
        for field, value in fields:
            kind, _, null = documented[field].partition(" or ")
            assert isinstance(value, TYPES[kind]) or (null and value is None), field
        found |= {field for field, _ in fields}
    assert found == documented.keys()


def test_it_names_every_table_of_the_store_and_its_columns(tmp_path):
    section = PAGE.partition("## The store")[2].partition("\n## ")[0]
    documented = {}
    for table, columns in re.findall(r"^\| `(\w+)` \|[^|]+\| ([^|]+) \|", section, re.MULTILINE):
        documented[table] = set(re.findall(r"`(\w+)`", columns))
    with Store(tmp_path / "s.sqlite") as store:
        names = [name for (name,) in store.db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        assert documented == {t: {row[1] for row in store.db.execute(f"PRAGMA table_info({t})")} for t in names}
    assert f"version {SCHEMA}" in section


def test_its_queries_can_be_asked(tmp_path):
    queries = re.findall(r"```sql\n(.+?)```", PAGE, re.DOTALL)
    assert queries
    with Store(tmp_path / "s.sqlite") as store:
        for query in queries:
            store.db.execute(query).fetchall()
