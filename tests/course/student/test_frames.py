"""Values cross unchanged; bytes that are not a frame are refused before anything is allocated."""

import io
import itertools
import json
import struct
import sys
import time

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from minigrad.course.student.frames import DTYPES, Foreign, FrameError, crossed, read_frame, write_frame


def across(value):
    stream = io.BytesIO()
    write_frame(stream, {"value": value})
    stream.seek(0)
    return read_frame(stream)["value"]


numbers = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text()
    | st.complex_numbers(allow_nan=False)
)


@given(
    st.recursive(numbers, lambda v: st.lists(v) | st.lists(v).map(tuple) | st.dictionaries(st.text(), v), max_leaves=8)
)
def test_numbers_text_and_containers_cross_unchanged(value):
    back = across(value)
    assert back == value
    assert type(back) is type(value)


keys = st.recursive(numbers, lambda k: st.lists(k, max_size=3).map(tuple), max_leaves=4)


@given(st.dictionaries(keys, numbers | st.dictionaries(keys, numbers)))
def test_keys_of_a_dict_cross_unchanged(value):
    back = across(value)
    assert back == value
    assert repr(back) == repr(value)  # not 1 for True


@pytest.mark.parametrize("depth", range(12))
def test_however_deep_a_dict_lies_its_keys_arrive(depth):
    value = {((("a", 1), None),): 0}
    for _ in range(depth):
        value = {(depth, "b"): value}
    assert repr(across(value)) == repr(value) or depth > 6


def test_keys_of_numpys_arrive_as_what_is_equal():
    words, counts = np.unique(["cat", "a", "cat"], return_counts=True)
    assert across(dict(zip(words, counts, strict=True))) == {"a": 1, "cat": 2}
    assert across({np.int64(3): np.str_("a"), (np.bool_(True), np.float64(0.5)): 0}) == {3: "a", (True, 0.5): 0}
    assert type(across(np.str_("cat"))) is str


@pytest.mark.parametrize("key", [frozenset([1]), (1, frozenset()), object(), np.datetime64("2000-01-01"), 1 << 300])
def test_a_dict_with_other_keys_arrives_as_its_description(key):
    assert across({key: 1}).type_name == "dict"


@pytest.mark.parametrize(
    "value",
    [
        *(1 << 300, {1}, np.float32(1), {(1, "a"): [2]}, np.arange(6.0).reshape(2, 3).T, "a\ud800", np.float64(0.5)),
        *({"a": {2: np.ones(2)}}, {frozenset(): 1}, {"\ud800": 1}, {np.int64(1): 1}, {((1, 2),): 1}, []),
        *(np.zeros((1,) * 7), [*range(100)], [0.5, None, True] * 200),
    ],
    ids=range(16),  # which are printed
)
@pytest.mark.parametrize("depth", [0, 1, 3, 4, 6, 7, 8, 9])
def test_what_is_rehearsed_crosses_as_it_does_between_processes(value, depth):
    for _ in range(depth):
        value = [value]
    back, really = crossed(value), across(value)
    assert repr(back) == repr(really)
    for _ in range(depth if depth < 7 else 0):
        back, really = back[0], really[0]
    assert type(back) is type(really)


@pytest.mark.parametrize(
    "value", [["x" * 3000] * 400, [*range(10_001)], [[0.5] * 10_000] * 8, {"a": np.zeros(1 << 20)}]
)
def test_what_is_too_large_to_cross_is_so_in_a_rehearsal(value):
    for by in (crossed, across):
        with pytest.raises(FrameError):
            by(value)


def test_a_copy_that_crossed_shares_nothing():
    array, rng = np.zeros(3), np.random.default_rng(0)
    rows, generator = crossed([[array], rng])
    rows[0][0], _ = 1.0, generator.normal()
    assert array[0] == 0.0
    assert rng.normal() == np.random.default_rng(0).normal()


@pytest.mark.parametrize("dtype", sorted(DTYPES))
@pytest.mark.parametrize("shape", [(), (0,), (2, 3), (2, 0, 3)])
def test_arrays_cross_unchanged(dtype, shape):
    array = np.asarray(np.arange(np.prod(shape)).reshape(shape) + 0.5).astype(dtype)
    back = across(array)
    assert (back.dtype, back.shape) == (array.dtype, array.shape)
    assert np.array_equal(back, array)
    assert back.flags.writeable


def test_memory_order_does_not_matter():
    a = np.arange(6.0).reshape(2, 3)
    assert np.array_equal(across(a.T), a.T)
    assert np.array_equal(across(a[:, ::-1].astype(">f8")), a[:, ::-1])


def test_numpy_scalars_stay_scalars():
    assert type(across(np.float64(2.5))) is np.float64
    assert type(across(np.array(2.5))) is np.ndarray


def test_nan_and_infinity_cross():
    assert np.isnan(across(float("nan")))
    assert across([float("inf"), -0.0])[0] == float("inf")


def test_a_generator_arrives_in_the_same_state():
    for seed in (3, None, [1, 2], np.int64(3), [np.uint32(1), 2], np.arange(3), (np.arange(2), 1 << 100)):
        rng = np.random.default_rng(seed)
        rng.normal(size=5)
        rng.spawn(2)
        back = across(rng)
        assert back.normal() == rng.normal()
        assert back.spawn(1)[0].normal() == rng.spawn(1)[0].normal()


def test_a_generator_of_too_many_seeds_arrives_as_its_description():
    for seed in (1 << 300, [1] * 100, [[1], [1 << 201]]):
        back = across(np.random.default_rng(seed))
        assert isinstance(back, Foreign)
        assert back.type_name == "Generator"


@pytest.mark.parametrize(
    ("value", "type_name"),
    [
        ({1, 2}, "set"),
        (object(), "object"),
        (np.array([{}]), "an array of object"),
        (print, "builtin_function_or_method"),
    ],
)
def test_other_values_arrive_as_their_description(value, type_name):
    back = across(value)
    assert isinstance(back, Foreign)
    assert back.type_name == type_name


def test_an_object_that_lies_about_itself_does_no_harm():
    class Liar(np.ndarray):
        def __reduce__(self):
            raise AssertionError("nothing is pickled")

        def __eq__(self, other):
            return True

    back = across(np.zeros(2).view(Liar))
    assert type(back) is np.ndarray

    class Loud:
        def __repr__(self):
            raise ValueError

    assert "ValueError" in across(Loud()).text


def test_a_list_inside_itself_is_cut_off():
    loop = []
    loop.append(loop)
    across(loop)


def raw(header, payload=b""):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return io.BytesIO(struct.pack("<I", len(text)) + text + payload)


STATE = ["dict", *([name, part] for name, part in [("bit_generator", "PCG64"), ("has_uint32", 0), ("uinteger", 0)])]
STATE.append(["state", ["dict", ["state", 1], ["inc", 3]]])
SEEDS = [["0x" + "f" * 1000, [], 0], [1 << 201, [], 0], [-1, [], 0], [[1] * 100, [], 0], [1, [], "0"], [1.0, [], 0]]


def test_a_generator_of_such_a_state_arrives():
    back = read_frame(raw(["dict", ["value", ["generator", STATE, 1, [], 0]]]))["value"]
    assert back.bit_generator.state["state"] == {"state": 1, "inc": 3}


@pytest.mark.parametrize(
    "stream",
    [
        raw(b"not json"),
        raw(b"\xff\xfe"),
        raw([]),
        raw(["list"]),
        raw(["dict", ["value", ["array", "<f8", [1 << 40]]]]),
        raw(["dict", ["value", ["array", "<f8", [1 << 13, 1 << 13, 1 << 13]]]]),
        raw(["dict", ["value", ["array", "<f8", [-1]]]]),
        raw(["dict", ["value", ["array", "|O", [1]]]], b"12345678"),
        raw(["dict", ["value", ["array", "<f8", [1.5]]]]),
        raw(["dict", ["value", ["array"]]]),
        raw(["dict", ["value", ["pickle", "cos"]]]),
        raw(["dict", ["value", ["float", "nothing"]]]),
        raw(["dict", ["value", 1.5]]),
        raw(["dict", [["list", 1], 1]]),
        raw(["dict", [["foreign", "set", ""], 1]]),
        raw(["dict", ["value", ["foreign", ["list", "x"], None]]]),
        raw(["dict", ["value", ["foreign", "set", 1]]]),
        raw(["dict", ["value", ["foreign", "set"]]]),
        raw(["dict", ["value", ["float", "0x1p+0", "0x1p+0"]]]),
        raw(["dict", ["value", ["complex", "0x1p+0", "0x1p+0", 1]]]),
        raw(["dict", ["value", ["array", "<f8", [0], [0]]]]),
        raw(["dict", ["value", ["scalar", "<f8", [1]]]], b"12345678"),
        raw(["dict", [["array", "<f8", [0]], 1]]),
        raw(["dict", ["value", 1, 2]]),
        raw(["dict", ["value", ["float", "0x1p99999"]]]),
        raw(["dict", ["value", ["generator", ["dict", ["bit_generator", "MT19937"]]]]]),
        *(raw(["dict", ["value", ["generator", STATE, *seed]]]) for seed in SEEDS),
        raw(b"9" * 5000),
        raw(b"[" * 100_000),
        io.BytesIO(b"\xff\xff\xff\xff{}"),
    ],
    ids=range(29 + len(SEEDS)),
)
def test_what_is_not_a_frame_is_refused(stream):
    with pytest.raises(FrameError):
        read_frame(stream)


SAME = sys.hash_info.modulus  # a number and any that is so much more have one hash
ALIKE = {  # many keys of one hash, of each kind that has any
    "integers": [k * SAME for k in range(10_000)],
    "tuples": list(itertools.product([-1, -2], repeat=12)),
    "floats": list(itertools.product([-1.0, -2.0], repeat=10)),
    "complex numbers": list(itertools.product([-1 + 0j, -2 + 0j], repeat=10)),
}


@pytest.mark.parametrize("kind", ALIKE)
def test_a_dict_whose_keys_have_one_hash_is_refused_before_it_is_made(kind):
    few = dict.fromkeys(ALIKE[kind][:300], 0)
    for exact in (False, True):
        with pytest.raises(FrameError, match="keys have the same hash"):
            write_frame(io.BytesIO(), {"value": [few]}, exact=exact)

    def packed(key):
        match key:
            case tuple():
                return ["tuple", *map(packed, key)]
            case float():
                return ["float", key.hex()]
            case complex():
                return ["complex", key.real.hex(), key.imag.hex()]
        return key

    header = ["dict", *([packed(key), 0] for key in ALIKE[kind])]
    began = time.process_time()
    with pytest.raises(FrameError, match="keys have the same hash"):
        read_frame(raw(["dict", ["value", ["list", header]]]))
    assert time.process_time() - began < 0.5  # such a dict of 10,000 integers takes seconds


def test_a_few_keys_of_one_hash_cross():
    counts = {context: k for k, context in enumerate(itertools.product([-1, -2], repeat=5))}
    assert across(counts) == counts
    assert len({*map(hash, counts)}) == 1
    many = {(k, -1 - j): j for k in range(2000) for j in range(2)}
    assert across(many) == many


leaves = st.sampled_from([None, True, 0, 1 << 63, 1 << 199, 1 << 200, 10**4000, "", "a", "\ud800", "0x1p+0"])
headers = st.recursive(
    leaves,
    lambda part: st.tuples(
        st.sampled_from(["list", "tuple", "dict", "float", "complex", "foreign", "array", "scalar", "generator"]),
        st.lists(part | st.tuples(part, part).map(list), max_size=4),
    ).map(lambda of: [of[0], *of[1]]),
    max_leaves=8,
)


@given(headers)
@example(["foreign", "\ud800", ""])
@example(["foreign", "", "\ud800"])
@example(["dict", ["\ud800", 1]])
@example(["list", 1 << 200])
def test_what_is_read_can_be_written_as_it_is_and_into_files(header):
    try:
        value = read_frame(raw(["dict", ["value", header]]))
    except (FrameError, EOFError):
        return
    stream = io.BytesIO()
    write_frame(stream, value, exact=True)
    stream.seek(0)
    assert repr(read_frame(stream, exact=True)) == repr(value)
    for said in (repr(value), str(value["value"])):
        said.encode()


class Halved:
    def __repr__(self):
        return "\ud800"


@pytest.mark.parametrize(
    "value",
    ["\ud800", np.str_("\ud800"), ["\ud800"], {"\ud800": 1}, {("\ud800", 1): 1}, Halved()],
    ids=range(6),  # which are printed
)
def test_half_of_a_character_is_spelled_out(value):
    back = across(value)
    assert "\\ud800" in str(back)
    f"{back}{list(back) if isinstance(back, dict) else ''}".encode()
    if not isinstance(value, Halved):
        write_frame(io.BytesIO(), {"value": value}, exact=True)  # of our own, as in the name of a file


def test_a_stream_that_ends_early_says_so():
    for stream in (io.BytesIO(b""), io.BytesIO(b"\x01"), raw(["dict", ["value", ["array", "<f8", [2]]]], b"1234")):
        with pytest.raises(EOFError):
            read_frame(stream)


def test_a_message_of_our_own_may_be_larger_and_deeper():
    deep = "leaf"
    for _ in range(40):
        deep = [deep]
    for value in (deep, np.zeros(1 << 20), "x" * (2 << 20)):
        stream = io.BytesIO()
        write_frame(stream, {"value": value}, exact=True)
        stream.seek(0)
        assert repr(read_frame(stream, exact=True)["value"]) == repr(value)
        stream.seek(0)
        with pytest.raises(FrameError):
            read_frame(stream)
    with pytest.raises(FrameError, match="set"):
        write_frame(io.BytesIO(), {"value": {1}}, exact=True)


def test_what_is_too_large_is_not_sent():
    with pytest.raises(FrameError, match="4 MB"):
        write_frame(io.BytesIO(), {"value": np.zeros((4 << 20) // 8 + 1)})
