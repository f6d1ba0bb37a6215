"""Encoder and decoder must read each source to its end, hand over one state, and say what comes of it."""

import math

import numpy as np

from minigrad.course.checks import Ask, Chart, chart, expect, expect_pure, size

V = [4, 5, 6, 8]
READ = [f"{name} for the step" for name in ("tokens", "states")]
encode = Ask(
    "encode_sequence",
    takes="ids lengths E weights",
    gives={"states": "T N H", "last": "N H"},
    **dict(T=size, N=size, D=size, H=size, V=V),
)
one = Ask(
    "decode_step",
    takes="token h E weights W_hy b_y",
    gives={"logits": "N V", "h_next": "N H"},
    **dict(N=size, D=size, H=size, V=V),
)
loss = Ask(
    "teacher_forced_loss_on",
    takes="logits states start state target lengths eos",
    gives=dict.fromkeys([*READ, "loss"], ""),
    **dict(T=size, N=size, H=size, V=V),
)
greedy = Ask(
    "greedy_decode_on",
    takes="logits states start state eos max_length",
    gives=dict.fromkeys([*READ, "the number of steps", "said"], ""),
    **dict(T=size, N=size, H=size, V=V),
)
SOURCE = "ids lengths E_source encoder start"
DECODER = "eos E_target decoder W_hy b_y"
SMALL = dict(T=[1, 2, 3, 5], N=size, D=[1, 2, 3], H=[2, 3, 4], V=V)
trained = Ask("loss_of", takes=f"{SOURCE} target target_lengths {DECODER}", gives="loss", **SMALL)
use = Ask("answer", takes=f"{SOURCE} {DECODER} max_length", gives="said", **SMALL)


def gru(rng, D, H):
    shapes = (D, 3 * H), (H, 3 * H), (3 * H,), (3 * H,)
    return tuple(rng.normal(size=shape) for shape in shapes)


@encode.example
def sources(rng, T, N, D, H, V, equal=False):
    lengths = np.full(N, T) if equal else rng.integers(1, T + 1, N)
    return {
        "ids": rng.integers(V, size=(T, N)),
        "lengths": lengths,
        "E": rng.normal(size=(V, D)),
        "weights": gru(rng, D, H),
    }


@one.example
def a_step(rng, N, D, H, V):
    given = {"token": rng.integers(V, size=N), "h": rng.uniform(-1, 1, (N, H)), "E": rng.normal(size=(V, D))}
    return given | {"weights": gru(rng, D, H), "W_hy": rng.normal(size=(H, V)), "b_y": rng.normal(size=V)}


@loss.example
def targets(rng, T, N, H, V, equal=False):
    bos, eos, *others = rng.permutation(V)
    lengths = np.full(N, T) if equal else rng.integers(1, T + 1, N)
    real = np.arange(T)[:, None] < lengths
    return {
        "logits": 3 * rng.normal(size=(T + 1, N, V)),
        "states": rng.uniform(-1, 1, (T + 1, N, H)),
        "start": np.full(N, bos),
        "state": rng.uniform(-1, 1, (N, H)),
        "target": np.where(real, rng.choice(others, size=(T, N)), rng.integers(V, size=(T, N))),
        "lengths": lengths,
        "eos": int(eos),
    }


@greedy.example
def what_is_likely(rng, T, N, H, V):
    """Each sequence ends somewhere and goes on after that, and at step T all end; max_length may come before it."""
    given = targets(rng, T - 1, N, H, V, equal=True)
    given["logits"][:, :, given["eos"]] -= 9
    for n, end in enumerate(rng.integers(T, size=N)):
        given["logits"][[end, -1], n, given["eos"]] = 20.0
    return given | {"max_length": int(rng.integers(1, T + 3))}


@trained.example
@use.example
def two_networks(rng, T, N, D, H, V, forgets=False):
    source, target, decoder = sources(rng, T, N, D, H, V), targets(rng, T, N, H, V), a_step(rng, N, D, H, V)
    if forgets:  # all but the last token, which is the same for all N
        W_xh, W_hh, b_x, b_h = source["weights"]
        b_x[H : 2 * H] = -1000.0
        source["weights"] = W_xh, 0 * W_hh, b_x, b_h
        source["ids"][source["lengths"] - 1, np.arange(N)] = rng.integers(V)
    return {
        "ids": source["ids"],
        "lengths": source["lengths"],
        "E_source": source["E"],
        "encoder": source["weights"],
        "start": target["start"],
        "target": target["target"],
        "target_lengths": target["lengths"],
        "eos": target["eos"],
        "E_target": decoder["E"],
        "decoder": decoder["weights"],
        "W_hy": 2 * decoder["W_hy"],
        "b_y": decoder["b_y"],
        "max_length": 2 * T + 3,
    }


def gru_step(x, h, W_xh, W_hh, b_x, b_h):
    """One sequence: x (D,) and h (H,). The gates are told apart by their rows, and z by what it leaves."""
    (r_x, z_x, n_x), (r_h, z_h, n_h) = ((v @ W + b).reshape(3, -1) for v, W, b in ((x, W_xh, b_x), (h, W_hh, b_h)))
    n = np.tanh(n_x + n_h / (1 + np.exp(-r_x - r_h)))
    return h + (n - h) / (1 + np.exp(z_x + z_h))


def read_alone(ids, E, weights):
    """The states of one source, (T + 1, H), from the 0 before it."""
    states = [np.zeros(len(weights[1]))]
    for k in ids:
        states.append(gru_step(E[k], states[-1], *weights))
    return np.array(states)


def surprise(logits, k):
    return math.log(sum(math.exp(float(z) - float(logits[k])) for z in logits))


@encode.reference
def each_source_alone(ids, lengths, E, weights):
    alone = [read_alone(column[:n], E, weights) for column, n in zip(ids.T, lengths, strict=True)]
    states = [[hs[min(t + 1, n)] for hs, n in zip(alone, lengths, strict=True)] for t in range(len(ids))]
    return np.array(states), np.array([hs[-1] for hs in alone])


@one.reference
def row_by_row(token, h, E, weights, W_hy, b_y):
    after = np.array([gru_step(E[k], row, *weights) for k, row in zip(token, h, strict=True)])
    return np.einsum("nh,hv->nv", after, W_hy) + b_y, after


@loss.reference
def token_by_token(logits, states, start, state, target, lengths, eos):
    answers = [[*target[:n, k].tolist(), eos] for k, n in enumerate(lengths)]
    each = [surprise(logits[t, n], k) for n, ks in enumerate(answers) for t, k in enumerate(ks)]
    return [start, *target], [state, *states[:-1]], sum(each) / len(each)


@greedy.reference
def known_before(logits, states, start, state, eos, max_length):
    """Such a step answers the same whatever it is fed, so all that is said is there from the beginning."""
    likeliest = [max(range(row.shape[-1]), key=row.tolist().__getitem__) for step in logits for row in step]
    spoken = np.reshape(likeliest, logits.shape[:2])[:max_length]
    ends = [[*column, eos].index(eos) for column in spoken.T.tolist()]
    count = min(len(spoken), max(ends) + 1)
    said = [column[:end] for column, end in zip(spoken.T.tolist(), ends, strict=True)]
    return [start, *spoken[: count - 1]], [state, *states[: count - 1]], count, said


@trained.reference
def each_target_alone(ids, lengths, E_source, encoder, start, target, target_lengths, **own):
    eos, E_target, decoder, W_hy, b_y = (own[name] for name in DECODER.split())
    surprises = []
    for n, length in enumerate(target_lengths):
        h = read_alone(ids[: lengths[n], n], E_source, encoder)[-1]
        true = target[:length, n].tolist()
        for fed, answer in zip([start[n], *true], [*true, eos], strict=True):
            h = gru_step(E_target[fed], h, *decoder)
            surprises.append(surprise(h @ W_hy + b_y, answer))
    return sum(surprises) / len(surprises)


@use.reference
def each_answer_alone(ids, lengths, E_source, encoder, start, eos, E_target, decoder, W_hy, b_y, max_length):
    answers = []
    for n, token in enumerate(start):
        h = read_alone(ids[: lengths[n], n], E_source, encoder)[-1]
        spoken = []
        while len(spoken) < max_length and token != eos:
            h = gru_step(E_target[token], h, *decoder)
            token = int(np.argmax(h @ W_hy + b_y))
            spoken.append(token)
        answers.append(spoken[: [*spoken, eos].index(eos)])
    return answers


test_encoded = encode.check("encode: what is handed over", 1, "last")
test_states = encode.check("encode: the states after each token", 1, "states")
test_decoded = one.check("decode_step: logits and state", 1)
test_fed = loss.check("the loss: what is fed, and with which state", 1, *READ, equal=True, examples=32)
test_loss = loss.check("the loss: the mean of all surprises", 1, "loss")
test_trained = trained.check(
    "from source to loss, with filler in both", 1, needs=[test_encoded, test_decoded, test_fed, test_loss], examples=24
)
test_feedback = greedy.check("greedy: what is fed, and with which state", 1, *READ, N=1, examples=40)
test_said = greedy.check("greedy: what is said, and when it ends", 1, "the number of steps", "said")
WORKING = [test_encoded, test_decoded, test_said]
test_bottleneck = use.check("sources that end in one state get one answer", 1, needs=WORKING, forgets=True, examples=24)


@loss.checks("no argument is changed, and calling again gives the same", 1, examples=16)
def test_pure(student, rng, T, N, H, V, logits, states, start, state, target, lengths, eos):
    expect_pure(student, "encode_sequence", **sources(rng, T, N, 2, H, V))
    expect_pure(student, "decode_step", **a_step(rng, N, 2, H, V))
    given = {"logits": logits, "states": states, "start": start, "state": state}
    expect_pure(student, "teacher_forced_loss_on", **given, target=target, lengths=lengths, eos=eos)
    expect_pure(student, "greedy_decode_on", **given, eos=eos, max_length=T)


test_answers = use.check("from source to answer", 0)


@trained.checks("the networks of minigrad", 0)
def test_engine(student, rng, T, N, D, H, V):
    from minigrad import functional, nn

    given = two_networks(rng, T, N, D, H, V)
    encoder, decoder = nn.GRU(D, H), nn.GRU(D, H)
    for layer, weights in ((encoder, given["encoder"]), (decoder, given["decoder"])):
        names = "weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0"
        layer.load_state_dict({name: w.T for name, w in zip(names, weights, strict=True)})
    _, h = encoder(given["E_source"][given["ids"]], lengths=given["lengths"])
    longest = given["target_lengths"].max()
    said = np.vstack([given["target"], given["start"]])
    said[given["target_lengths"], np.arange(N)] = given["eos"]
    hs, _ = decoder(given["E_target"][np.vstack([given["start"], given["target"]])][: longest + 1], h)
    counts = np.arange(longest + 1)[:, None] <= given["target_lengths"]
    logits = (hs @ given["W_hy"] + given["b_y"])[counts]
    expected = functional.cross_entropy(logits, said[: longest + 1][counts]).item()
    expect("loss", student.loss_of(**{name: given[name] for name in trained.takes}), expected)


def said_back(student, numbers, H):
    """The strings of digits as they come back through a state of H numbers.

    Nothing is learned: the weights are set. Reading turns the state (by an orthogonal matrix) and adds the code of a
    digit, so that no code is lost but all lie on top of each other. Writing takes off what was said last and turns the
    state back, and the code that came last is most like it: so the digits are read from the last to the first.
    """
    rng, bos, eos, small = np.random.default_rng(30), 10, 11, 1e-4  # where tanh is nearly straight
    turn = np.linalg.qr(rng.normal(size=(H, H)))[0]
    codes = np.linalg.qr(rng.normal(size=(H, 12)))[0].T
    lengths = np.array([len(number) + 1 for number in numbers])
    ids = np.zeros((lengths.max(), len(numbers)), dtype=int)
    for n, number in enumerate(numbers):
        ids[: lengths[n], n] = [eos, *map(int, reversed(number))]

    def plain(W_xh, W_hh):
        open_r, shut_z = np.repeat([100.0, -100.0, 0.0], H), np.zeros((H, 2 * H))
        return np.hstack([shut_z, W_xh]), np.hstack([shut_z, W_hh]), open_r, np.zeros(3 * H)

    said = student.answer(
        ids=ids,
        lengths=lengths,
        E_source=small * codes,
        encoder=plain(np.eye(H), turn),
        start=np.full(len(numbers), bos),
        eos=eos,
        E_target=small * np.where(np.arange(12)[:, None] == bos, 0, codes),
        decoder=plain(-turn.T @ turn.T, turn.T),
        W_hy=turn @ codes.T / small,
        b_y=np.where(np.arange(12) == bos, -1e3, 0.0),
        max_length=20,
    )
    return ["".join(map(str, digits)) for digits in said]


@chart
def telephone_numbers(student):
    """The number of digits that go through a state."""
    rng, longest, count, pi = np.random.default_rng(30), 16, 40, "3141592653"
    numbers = ["".join(map(str, rng.integers(10, size=n))) for n in range(1, longest + 1) for _ in range(count)]
    lines, came = {}, []
    for H in (16, 32, 64):
        said = said_back(student, [*numbers, pi], H)
        right = [a == b for a, b in zip(numbers, said, strict=False)]
        lines[f"{H} units"] = (range(1, longest + 1), np.reshape(right, (longest, count)).mean(axis=1))
        came.append(f"as {said[-1] or 'nothing'} with {H}")
    caption = (
        "Your encoder reads numbers, and your decoder says them back. Nothing is learned, the weights are set: at each "
        "digit the state is turned and the code of the digit is added, so that all codes lie on top of each other in "
        f"the same H numbers. {pi} comes back {', '.join(came)} units. Where too much lies in one state, "
        "<eos> is said too early, or never, and then max_length ends it after 20 digits. Other weights may use the "
        "room better, but a longer source never gets more of it."
    )
    return Chart("Numbers that come back whole", "digits", "share", lines, caption)
