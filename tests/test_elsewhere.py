"""A user who reaches for a name of PyTorch's or JAX's is told what to write; and that exists."""

import re
import sys

import numpy as np
import pytest

import minigrad
from minigrad import Tensor, data, functional, nn, optim, testing
from minigrad.elsewhere import ELSEWHERE, KEYWORDS

OPTIMIZER = optim.SGD(nn.Linear(2, 2).parameters())
PLACES = {
    "minigrad": minigrad,
    "minigrad.functional": functional,
    "minigrad.nn": nn,
    "minigrad.nn.utils": nn.utils,
    "minigrad.nn.init": nn.init,
    "minigrad.testing": testing,
    "minigrad.optim": optim,
    "minigrad.data": data,
    "Tensor": Tensor([1.0, 2.0]),
    "Module": nn.Linear(2, 2),
    "Optimizer": OPTIMIZER,
    "Schedule": optim.StepLR(OPTIMIZER, 1),
}
ENTRIES = [(place, name) for place, names in ELSEWHERE.items() for name in names]


@pytest.mark.parametrize(("place", "name"), ENTRIES)
def test_what_to_write_is_said_of_names_that_are_not_here_and_is_here_itself(place, name):
    with pytest.raises(AttributeError, match=f"no attribute '{name}': [a-z]") as caught:
        getattr(PLACES[place], name)
    assert caught.value.name == name
    assert str(caught.value).endswith(".")
    there(str(caught.value).partition(": ")[2])


def there(text):
    """Assert that all that a text names with a path exists."""
    for home, path in re.findall(r"\b(np|minigrad)((?:\.\w+)+)", text):
        thing = {"np": np, "minigrad": minigrad}[home]
        for part in path.split(".")[1:]:
            thing = getattr(thing, part)


def test_of_a_tensor_everything_is_said_of_t():
    assert not [name for name, text in ELSEWHERE["Tensor"].items() if re.search(r"\bx\b", text)]


@pytest.mark.parametrize(
    ("name", "value"),
    {
        "mish": 2 * np.tanh(np.log(1 + np.exp(2))),
        "prelu": 2,
        "normalize": 1 / np.sqrt(2),
        "hardswish": 2 * (2 / 6 + 0.5),
        "hardsigmoid": 2 / 6 + 0.5,
        "softsign": 2 / 3,
        "tanhshrink": 2 - np.tanh(2),
        "threshold": 2,
        "hardshrink": 2,
        "softshrink": 0.5,
        "hardtanh": 1,
        "logsigmoid": -np.log(1 + np.exp(-2)),
        "logit": np.log(4),
    }.items(),
)
def test_what_to_write_for_a_function_of_a_tensor_gives_its_value(name, value):
    t = Tensor([0.8, 0.8] if name == "logit" else [2.0, 2.0])
    names = {"np": np, "minigrad": minigrad, "t": t, "weight": 0.25, "threshold": 1.5, "value": 7.0, "axis": 0}
    text = ELSEWHERE["Tensor"][name].removeprefix("write ")
    assert np.allclose(eval(text, names).data, value)


@pytest.mark.parametrize("name", ["adam", "adamw", "sgd", "rmsprop", "adagrad"])
def test_an_optimiser_in_small_letters_is_the_same_one(name):
    with pytest.raises(AttributeError) as caught:
        getattr(optim, name)
    written = re.fullmatch(r".*: write minigrad\.optim\.(\w+)\.", str(caught.value))[1]
    assert written.lower() == name


@pytest.mark.parametrize("name", KEYWORDS)
def test_what_to_write_for_a_keyword_is_here(name):
    with pytest.raises(TypeError, match=f"'{name}'. [A-Z]"):
        Tensor(X, **{name: 1})
    there(KEYWORDS[name])


def test_every_place_is_tried():
    assert PLACES.keys() == ELSEWHERE.keys()


@pytest.mark.parametrize(
    ("place", "name", "text"),
    [
        ("minigrad", "einsum", r"write np\.einsum\."),
        ("minigrad", "float32", r"write np\.float32\."),
        ("minigrad", "softmax", r"write minigrad\.functional\.softmax\."),
        ("minigrad", "Linear", r"write minigrad\.nn\.Linear\."),
        ("minigrad", "Adam", r"write minigrad\.optim\.Adam\."),
        ("minigrad.functional", "tanh", r"write np\.tanh\."),
        ("Tensor", "exp", r"write np\.exp\(t\)\."),
        ("Tensor", "softmax", r"write minigrad\.functional\.softmax\(t\)\."),
        ("Tensor", "data_ptr", r"look at t\.data\.ctypes\.data\."),
        ("Tensor", "add_", r"write t = \.\.\. with a new Tensor"),
        ("Tensor", "nextafter", r"write np\.nextafter\(t, other\)\."),
        ("Tensor", "tensordot", r"write np\.tensordot\(t, b\)\."),
        ("Tensor", "select_scatter", r"write np\.where\(mask, value, t\)\."),
        ("minigrad", "pi", r"write np\.pi\."),
        ("minigrad", "abs_", r"write np\.abs\."),
        ("minigrad", "cosine_similarity", r"write np\.sum\(x \* y"),
        ("minigrad.functional", "relu_", r"write minigrad\.functional\.relu\."),
        ("minigrad.functional", "hardtanh_", r"write np\.clip\(x, -1, 1\)\."),
        ("minigrad.nn", "softmax", r"write minigrad\.functional\.softmax\."),
        ("minigrad.nn", "no_grad", r"write minigrad\.no_grad\."),
        ("minigrad.optim", "Linear", r"write minigrad\.nn\.Linear\."),
        ("minigrad.data", "Tensor", r"write minigrad\.Tensor\."),
        ("Tensor", "slogdet", r"write np\.linalg\.slogdet\(t\)\."),
        ("minigrad", "gather", r"write np\.take_along_axis\(t, index, axis\)\."),
        ("minigrad.nn", "AvgPool2d", r"write it with NumPy as a function"),
        ("minigrad.functional", "conv3d", r"write it with NumPy as a function"),
    ],
)
def test_what_numpy_or_another_module_has_is_found_there(place, name, text):
    with pytest.raises(AttributeError, match=f"no attribute '{name}': {text}"):
        getattr(PLACES[place], name)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("name", ["sprongle", "_private", "__dunder__"])
def test_of_other_names_nothing_is_made_up(place, name):
    with pytest.raises(AttributeError, match=rf"no attribute '{name}'$"):
        getattr(PLACES[place], name)
    assert not hasattr(PLACES[place], name)


X, LEAF = np.ones((2, 3)), [nn.Parameter(np.ones(3))]


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda: nn.Linear(2, 3, device="cpu"), r"^Linear: expected Linear\(in_features, .*'device'\. Leave it out: "),
        (lambda: nn.GRU(2, 3, return_sequences=True), r"^GRU: .*'return_sequences'\. Leave it out: every call"),
        (lambda: nn.CrossEntropyLoss(size_average=True), r"^CrossEntropyLoss: .*Write reduction='mean'"),
        (lambda: nn.Parameter(X, device="cpu"), r"^Parameter: .*Leave it out"),
        (lambda: Tensor(X, dtype=float), r"^Tensor: expected Tensor\(data, .*numbers of that dtype"),
        (lambda: optim.Adam(LEAF, learning_rate=0.1), r"^Adam: expected Adam\(params, .*Write lr=\."),
        (lambda: optim.SGD(LEAF, lr=0.1, foreach=True), r"^SGD: .*'foreach'\. Leave it out"),
        (lambda: optim.SGD(LEAF).step(lambda: 0.0), r"step\(\), got 1 argument by position.*loss\.backward\(\) before"),
        (
            lambda: optim.SGD(LEAF).step(closure=None),
            r"step\(\), got 0 arguments .* closure by name.*loss\.backward\(\) be",
        ),
        (lambda: nn.Softmax(dim=1), r"^Softmax: expected the options \['axis'\] at most, got dim=1\. Write axis=\.$"),
        (lambda: nn.ReLU(inplace=True), r"^ReLU: .*got inplace=True\. Leave it out: results are new"),
        (lambda: nn.ELU(1.0, 2.0), r"^ELU: expected the options \['alpha'\] at most, got 1\.0, 2\.0\.$"),
        (lambda: nn.Buffer(X, device="cpu"), r"^Buffer: expected Buffer\(data, .*Leave it out"),
        (lambda: optim.ReduceLROnPlateau(OPTIMIZER, epsilon=1), r"^ReduceLROnPlateau: expected .*Write eps=\."),
        (lambda: optim.ReduceLROnPlateau(OPTIMIZER, verbose=True), r"^ReduceLROnPlateau: expected .*'verbose'\.$"),
        (lambda: functional.softmax(X, dim=-1), r"^softmax: expected softmax\(x, axis=-1\).*Write axis=\."),
        (lambda: functional.logsumexp(X, keepdim=True), r"^logsumexp: .*Write keepdims=\."),
        (lambda: functional.relu(X, inplace=True), r"^relu: expected relu\(x\).*Leave it out: results are new"),
        (lambda: Tensor(X, requires_grad=True).sum(dim=0), r"np\.sum on Tensors takes .*'dim'\. Write axis=\."),
        (lambda: Tensor(X).sum(dim=0), r"np\.sum: .*'dim'\. Write axis=\."),
        (lambda: LEAF[0].sum().backward(retain_graph=True), r"Tensor\.backward\(gradient=None\).*the graph is kept"),
        (lambda: minigrad.grad(np.sum, argnum=1), r"^grad: expected grad\(f, .*Write argnums=\."),
        (lambda: data.Batches([1], batch_size=1), r"^Batches: .*Write size=\."),
    ],
)
def test_a_keyword_from_elsewhere_is_told_what_to_write(call, text):
    with pytest.raises(TypeError, match=text):
        call()


def test_modules_of_ones_own_say_so_too_and_their_own_errors_stay():
    class Net(nn.Module):
        def __init__(self, size, dim=0):
            if dim:
                raise TypeError("mine")
            self.layer = nn.Linear(size, size)

    with pytest.raises(TypeError, match=r"^Net: expected Net\(size, dim=0\), got .*'device'\. Leave it out"):
        Net(3, device="cpu")
    with pytest.raises(TypeError, match=r"^mine$"):
        Net(3, dim=1)
    with pytest.raises(TypeError, match=r"^Net: expected Net\(size, dim=0\), got 0 arguments .*missing .*'size'\.$"):
        Net()


def test_a_schedule_that_waits_for_plateaus_has_the_names_of_the_others():
    plateau = optim.ReduceLROnPlateau(optim.SGD(LEAF, lr=0.5))
    assert plateau.get_last_lr() == [0.5]
    with pytest.raises(AttributeError, match=r"'get_lr': write schedule\.get_last_lr\(\)\.$"):
        plateau.get_lr()
    with pytest.raises(
        TypeError, match=r"^ReduceLROnPlateau: expected an optimiser of minigrad\.optim first, got list"
    ):
        optim.ReduceLROnPlateau(LEAF)


REDUCTIONS = {
    np.std: "np.var",
    np.nanvar: "np.var",
    np.nanstd: "np.var",
    np.nanprod: "np.prod",
    np.nancumprod: "np.cumprod",
}


@pytest.mark.parametrize("f", REDUCTIONS, ids=lambda f: f.__name__)
def test_a_function_that_is_written_with_another_is_the_one_that_is_named(f):
    keyword = {"dtype": np.float32} if "prod" in f.__name__ else {"mean": 1.0}
    with pytest.raises(minigrad.NoDerivativeError, match=rf"^np\.{f.__name__} on Tensors takes ") as caught:
        f(Tensor(X, requires_grad=True), **keyword)
    assert REDUCTIONS[f] not in str(caught.value)


def test_percentiles_are_not_called_quantiles():
    with pytest.raises(minigrad.NoDerivativeError, match=r"^np\.percentile: 'weibull' has no derivative rule"):
        np.percentile(Tensor(X, requires_grad=True), 50, method="weibull")
    with pytest.raises(ValueError, match=r"^np\.percentile"):
        np.percentile(Tensor(X, requires_grad=True), 101)


def test_how_much_memory_a_tensor_takes():
    t = Tensor(np.ones((2, 3), np.float32))
    assert (t.itemsize, t.nbytes, (t * t).nbytes) == (4, 24, 24)


@pytest.mark.parametrize(
    ("place", "name", "meant"),
    [
        ("minigrad", "Tensr", "Tensor"),
        ("minigrad.nn", "Linaer", "Linear"),
        ("minigrad.optim", "AdamWW", "AdamW"),
        ("minigrad.functional", "sofmax", "softmax"),
        ("minigrad.nn.init", "xavier_unifrm_", "xavier_uniform_"),
        ("Tensor", "sumn", "sum"),
        ("Module", "wieght", "weight"),
        ("Optimizer", "param_gruops", "param_groups"),
        ("Schedule", "last_epohc", "last_epoch"),
    ],
)
def test_a_slip_of_a_name_is_asked_about_by_python(place, name, meant, capsys):
    with pytest.raises(AttributeError) as caught:
        getattr(PLACES[place], name)
    sys.__excepthook__(caught.type, caught.value, None)
    assert capsys.readouterr().err.strip().endswith(f"has no attribute {name!r}. Did you mean: {meant!r}?")


def test_python_asks_nothing_where_it_is_said_what_to_write(capsys):
    with pytest.raises(AttributeError) as caught:
        Tensor(X).exp  # noqa: B018
    sys.__excepthook__(caught.type, caught.value, None)
    assert capsys.readouterr().err.strip().endswith("has no attribute 'exp': write np.exp(t).")


@pytest.mark.parametrize("module", [minigrad, nn, optim, functional])
def test_public_names_alone_are_offered(module):
    further = {"data", "nn", "optim", "testing"} if module is minigrad else set()
    assert {*dir(module)} == {*module.__all__} | further


BY_NAME = r"Give what is True or False by name, such as keepdims=True\.$"


@pytest.mark.parametrize("make", [Tensor, nn.Parameter], ids=["constant", "recorded"])
@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda x: x.sum(0, True), rf"^np\.sum.*{BY_NAME}"),
        (lambda x: x.mean(1, True), rf"^np\.mean.*{BY_NAME}"),
        (lambda x: x.std(0, False), rf"^np\.std.*{BY_NAME}"),
        (lambda x: x.max(1, True), rf"^np\.max.*{BY_NAME}"),
        (lambda x: x.argmax(1, True), rf"^np\.argmax.*{BY_NAME}"),
        (lambda x: x.all(1, True), rf"^np\.all.*{BY_NAME}"),
        (lambda x: x.argmax(dim=1), r"^np\.argmax: .*Write axis=\.$"),
        (lambda x: x.argmin(keepdim=True), r"^np\.argmin: .*Write keepdims=\.$"),
        (lambda x: x.argsort(descending=True), r"^np\.argsort: .*np\.argsort\(-x\)\.$"),
        (lambda x: x.std(unbiased=False), r"^np\.std.*Write ddof=1 for a division by N - 1"),
        (lambda x: x.flatten(1), r"^Tensor\.flatten: .* got 1\. .* write t\.reshape\(\*t\.shape\[:1\], -1\)\.$"),
        (lambda x: nn.GRU(3, 2)(x, lenghts=[1]), r"^GRU: expected forward\(x, .*lenghts by name.*mean lengths=\?$"),
        (lambda x: nn.Linear(3, 2)(x, x), r"^Linear: expected forward\(x\), got 2 arguments by position"),
        (lambda x: functional.cross_entropy(x, target=[0, 1]), r"^cross_entropy: .*Give it by position, since"),
        (lambda x: nn.CrossEntropyLoss()(input=x, target=[0, 1]), r"^CrossEntropyLoss: .*Give it by position, since"),
        (lambda x: optim.StepLR(OPTIMIZER, 1, last_epoch=3), r"^StepLR: .*Leave it out: load_state_dict"),
        (lambda x: optim.StepLR(OPTIMIZER, 1).step(3), r"^Schedule\.step: .*It counts the epochs itself"),
        (lambda x: nn.Conv1d(1, 1, 1, padding_mode="circular"), r"^Conv1d: .*Pad the input first, np\.pad"),
        (lambda x: minigrad.grad(np.sum, argnames="x"), r"^grad: .*Write argnums=, with the number"),
    ],
)
def test_calls_as_they_are_written_for_pytorch(call, text, make):
    with pytest.raises(TypeError, match=text):
        call(make(X))


def test_comparisons_are_named_by_their_signs():
    for name, sign in {"gt": ">", "lt": "<", "ge": ">=", "le": "<=", "eq": "==", "ne": "!="}.items():
        with pytest.raises(AttributeError, match=f"write t {sign} other"):
            getattr(Tensor(X), name)


def test_a_type_error_inside_forward_stays_as_it_is():
    class Net(nn.Module):
        def forward(self, x):
            return len(3)

    with pytest.raises(TypeError, match=r"^object of type 'int' has no len\(\)$"):
        Net()(X)


def test_axes_in_pairs_are_told_how_two_are_exchanged():
    for make in (Tensor, nn.Parameter):
        with pytest.raises(
            ValueError, match=r"np\.transpose: axes don't match array\. .* np\.swapaxes\(x, i, j\) exch"
        ):
            make(np.ones((2, 3, 4))).transpose(1, 2)
