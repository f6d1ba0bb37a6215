"""Names that people know from PyTorch, JAX and HIPS autograd, and what is written here instead.

>>> advice("minigrad.nn", "Dense")
': write minigrad.nn.Linear.'
>>> advice("Tensor", "exp"), advice("Tensor", "sprongle")
(': write np.exp(t).', '.')
"""

from __future__ import annotations

import numpy as np

NOTHING_TO_DO = "leave it out: everything is in NumPy's memory, and nothing is compiled"
IN_PLACE = "write t = ... with a new Tensor, or for a leaf t.data[...] = ..."
IN_FORWARD = "write a module that computes its weight in forward, from parameters of its own"
FOR_SEQUENCES = "write it with NumPy as a function; the layers here are for sequences, such as minigrad.nn.Conv1d"

COMMON = {
    "hardtanh": "write np.clip(x, -1, 1)",
    "relu6": "write np.clip(x, 0, 6)",
    "logsigmoid": "write -minigrad.functional.softplus(-x)",
    "log_sigmoid": "write -minigrad.functional.softplus(-x)",
    "mish": "write x * np.tanh(minigrad.functional.softplus(x))",
    "swish": "write minigrad.functional.silu",
    "one_hot": "write np.eye(classes)[ids]",
    "huber_loss": "write beta * minigrad.functional.smooth_l1_loss(input, target, beta=beta)",
    "binary_cross_entropy": "write minigrad.functional.binary_cross_entropy_with_logits, without the sigmoid before it",
    "kl_div": "write np.sum(p * (np.log(p) - log_q))",
    "normalize": "write x / np.linalg.norm(x, axis=axis, keepdims=True)",
    "hardsigmoid": "write np.clip(x / 6 + 0.5, 0, 1)",
    "hardswish": "write x * np.clip(x / 6 + 0.5, 0, 1)",
    "softsign": "write x / (1 + np.abs(x))",
    "tanhshrink": "write x - np.tanh(x)",
    "prelu": "write np.where(x > 0, x, weight * x)",
    "celu": "write minigrad.functional.elu, which is the same for alpha=1",
    "pairwise_distance": "write np.linalg.norm(x - y, axis=-1)",
    "cdist": "write np.linalg.norm(x[:, None] - y, axis=-1)",
    "margin_ranking_loss": "write np.mean(np.maximum(margin - target * (x - y), 0))",
    "triplet_margin_loss": "write np.mean(np.maximum(margin + distance_to_positive - distance_to_negative, 0))",
    "soft_margin_loss": "write np.mean(minigrad.functional.softplus(-target * x))",
    "gaussian_nll_loss": "write 0.5 * np.mean(np.log(var) + (x - target) ** 2 / var)",
    "poisson_nll_loss": "write np.mean(np.exp(x) - target * x)",
    "ctc_loss": "there is none: write its forward recursion with minigrad.functional.logsumexp",
    "cat": "write np.concatenate",
}
"""What is looked for in several places."""

ELSEWHERE: dict[str, dict[str, str]] = {
    "minigrad": {
        **COMMON,
        **dict.fromkeys(["as_tensor", "from_numpy", "Variable"], "write minigrad.Tensor(array)"),
        **dict.fromkeys(
            [
                *("randn", "rand", "randint", "randperm", "normal", "bernoulli", "multinomial", "manual_seed"),
                *("random", "PRNGKey", "default_generator"),
            ],
            "draw from np.random.default_rng(seed)",
        ),
        **dict.fromkeys(
            ["set_default_dtype", "get_default_dtype", "autocast"],
            "leave it out: results have the dtype that NumPy's would; layers take dtype=...",
        ),
        "is_tensor": "write isinstance(x, minigrad.Tensor)",
        "functional_call": "write a function of the parameters as an argument, such as a dictionary, for minigrad.grad",
        "block_until_ready": NOTHING_TO_DO,
        **dict.fromkeys(["jit", "compile", "device", "cuda", "device_put", "pmap"], NOTHING_TO_DO),
        **dict.fromkeys(["jacfwd", "jacrev"], "write minigrad.jacobian"),
        **dict.fromkeys(["Function", "custom_vjp", "custom_jvp", "custom_gradient"], "write minigrad.primitive"),
        **dict.fromkeys(["tree_map", "tree_util", "tree"], "write minigrad.containers.flat and rebuilt"),
        **dict.fromkeys(["save", "load"], "write minigrad.nn.save and minigrad.nn.load"),
        **dict.fromkeys(["DataLoader", "Dataset"], "write minigrad.data.Batches, which takes a list"),
        "init": "write minigrad.nn.init",
        "utils": "write minigrad.nn.utils",
        "inference_mode": "write minigrad.no_grad",
        "autograd": "write minigrad.grad, or minigrad.vjp",
        "func": "write minigrad.grad, minigrad.vjp, minigrad.jvp and minigrad.vmap",
        "grad_and_value": "write minigrad.value_and_grad, which returns (value, gradient)",
        "elementwise_grad": "write minigrad.grad(lambda x: np.sum(f(x)))",
        "linearize": "write minigrad.jvp",
        **dict.fromkeys(
            ["scan", "fori_loop", "while_loop"], "write a loop of Python's; minigrad.checkpoint saves memory"
        ),
        "cond": "write an if of Python's, or np.where for each element",
        "stop_gradient": "write t.detach()",
        "remat": "write minigrad.checkpoint",
        "set_detect_anomaly": "write with minigrad.detect_anomaly(): ...",
        "gradcheck": "write minigrad.testing.check_gradients",
        "make_jaxpr": "write minigrad.draw",
        "lax": "write a loop of Python",
        "numpy": "write np itself, which takes Tensors",
        "Parameter": "write minigrad.nn.Parameter",
        "mm": "write a @ b",
        "bmm": "write a @ b",
    },
    "minigrad.functional": {
        **COMMON,
        "linear": "write x @ W.T + b",
        "cosine_similarity": "write np.sum(x * y, -1) / (np.linalg.norm(x, axis=-1) * np.linalg.norm(y, axis=-1))",
        "selu": "write 1.0507009873554805 * minigrad.functional.elu(x, 1.6732632423543772)",
        "softmin": "write minigrad.functional.softmax(-x)",
        "gumbel_softmax": "write minigrad.functional.softmax((logits + rng.gumbel(size=logits.shape)) / tau)",
        "embedding_bag": "write np.mean(minigrad.functional.embedding(ids, W), axis=-2)",
        "multi_head_attention_forward": "write minigrad.nn.MultiheadAttention",
        "bilinear": "write np.einsum('...i,oij,...j->...o', x, W, y)",
        **dict.fromkeys(["interpolate", "upsample"], "write np.repeat(x, scale, axis=-1)"),
        **dict.fromkeys(["alpha_dropout", "dropout1d", "dropout2d"], "write minigrad.functional.dropout"),
        **dict.fromkeys(["adaptive_avg_pool1d"], "write np.mean(x, axis=-1)"),
        **dict.fromkeys(["adaptive_max_pool1d"], "write np.max(x, axis=-1)"),
        **dict.fromkeys(
            ["batch_norm", "group_norm", "instance_norm", "rms_norm"],
            "there is none: write minigrad.functional.layer_norm, which needs no batch",
        ),
        "glu": "write a * minigrad.functional.sigmoid(b), with a, b = np.split(x, 2, axis=-1)",
        **dict.fromkeys(["max_pool1d", "avg_pool1d", "conv_transpose1d", "unfold", "fold"], FOR_SEQUENCES),
    },
    "minigrad.nn": {
        "functional": "write minigrad.functional",
        "Dense": "write minigrad.nn.Linear",
        "Embed": "write minigrad.nn.Embedding",
        "Conv": "write minigrad.nn.Conv1d",
        "Swish": "write minigrad.nn.SiLU",
        "NLLLoss2d": "write minigrad.nn.NLLLoss",
        "BCELoss": "write minigrad.nn.BCEWithLogitsLoss, without the sigmoid before it",
        "HuberLoss": "write minigrad.nn.SmoothL1Loss, which times beta is the same",
        "KLDivLoss": "write np.sum(p * (np.log(p) - log_q))",
        **dict.fromkeys(
            ["BatchNorm1d", "BatchNorm2d", "GroupNorm", "InstanceNorm1d", "RMSNorm"],
            "there is none: write minigrad.nn.LayerNorm, which needs no batch",
        ),
        **dict.fromkeys(
            [
                "Transformer",
                "TransformerEncoder",
                "TransformerEncoderLayer",
                "TransformerDecoder",
                "TransformerDecoderLayer",
            ],
            "put it together from minigrad.nn.MultiheadAttention, minigrad.nn.LayerNorm and minigrad.nn.Linear",
        ),
        **dict.fromkeys(["MaxPool1d", "AvgPool1d", "ConvTranspose1d", "Unfold", "Fold"], FOR_SEQUENCES),
        **dict.fromkeys(["AlphaDropout", "Dropout1d", "Dropout2d"], "write minigrad.nn.Dropout"),
        "LazyLinear": "write minigrad.nn.Linear, with both sizes",
        "SELU": "write lambda x: 1.0507009873554805 * minigrad.functional.elu(x, 1.6732632423543772), which Sequential "
        "takes as it is",
        "CELU": "write minigrad.nn.ELU, which is the same for alpha=1",
        "PReLU": "write a module with np.where(x > 0, x, self.weight * x), where weight is a minigrad.nn.Parameter",
        "GLU": "write a * minigrad.functional.sigmoid(b), with a, b = np.split(x, 2, axis=-1)",
        "Softmin": "write lambda x: minigrad.functional.softmax(-x), which Sequential takes as it is",
        "Unflatten": "write lambda x: np.reshape(x, shape), which Sequential takes as it is",
        "Upsample": "write lambda x: np.repeat(x, scale, axis=-1), which Sequential takes as it is",
        "AdaptiveAvgPool1d": "write lambda x: np.mean(x, axis=-1), which Sequential takes as it is",
        "AdaptiveMaxPool1d": "write lambda x: np.max(x, axis=-1), which Sequential takes as it is",
        **dict.fromkeys(["ZeroPad1d", "ConstantPad1d"], "write lambda x: np.pad(x, [(0, 0), (0, 0), (left, right)])"),
        "ReflectionPad1d": "write lambda x: np.pad(x, [(0, 0), (0, 0), (left, right)], mode='reflect')",
        "ReplicationPad1d": "write lambda x: np.pad(x, [(0, 0), (0, 0), (left, right)], mode='edge')",
        "Bilinear": "write np.einsum('...i,oij,...j->...o', x, W, y)",
        "CosineSimilarity": "write np.sum(x * y, -1) / (np.linalg.norm(x, axis=-1) * np.linalg.norm(y, axis=-1))",
        "MultiLabelSoftMarginLoss": "write minigrad.nn.BCEWithLogitsLoss",
        **{
            name: COMMON[function]
            for name, function in {
                "Hardsigmoid": "hardsigmoid",
                "Hardswish": "hardswish",
                "Softsign": "softsign",
                "Tanhshrink": "tanhshrink",
                "PairwiseDistance": "pairwise_distance",
                "MarginRankingLoss": "margin_ranking_loss",
                "TripletMarginLoss": "triplet_margin_loss",
                "SoftMarginLoss": "soft_margin_loss",
                "GaussianNLLLoss": "gaussian_nll_loss",
                "PoissonNLLLoss": "poisson_nll_loss",
                "CTCLoss": "ctc_loss",
            }.items()
        },
        "Flatten": "write lambda x: np.reshape(x, (len(x), -1)), which Sequential takes as it is",
        "ReLU6": "write lambda x: np.clip(x, 0, 6), which Sequential takes as it is",
        "Hardtanh": "write lambda x: np.clip(x, -1, 1), which Sequential takes as it is",
        "LogSigmoid": "write lambda x: -minigrad.functional.softplus(-x), which Sequential takes as it is",
        "Mish": "write lambda x: x * np.tanh(minigrad.functional.softplus(x)), which Sequential takes as it is",
        "ParameterList": "make an ordinary list of minigrad.nn.Parameter an attribute",
        "ParameterDict": "make an ordinary dictionary of minigrad.nn.Parameter an attribute",
        "EmbeddingBag": "write np.mean(embedding(ids), axis=-2)",
        "DataParallel": NOTHING_TO_DO,
        **dict.fromkeys(["clip_grad_norm_", "clip_grad_value_"], "look in minigrad.nn.utils"),
        **dict.fromkeys(
            ["pack_padded_sequence", "pad_packed_sequence"], "call a layer with lengths=, which needs no packing"
        ),
    },
    "minigrad.nn.utils": {
        "rnn": "write minigrad.nn.utils.pad_sequence and the like: they stand in minigrad.nn.utils itself",
        "clip_grad_norm": "write minigrad.nn.utils.clip_grad_norm_",
        "parameters_to_vector": "write np.concatenate([p.ravel() for p in parameters])",
        "vector_to_parameters": "write p.data = part, for each p and its part of the vector",
        "get_total_norm": "write minigrad.nn.utils.clip_grad_norm_(parameters, np.inf), which returns it",
        **dict.fromkeys(
            ["pack_padded_sequence", "pad_packed_sequence", "pack_sequence", "unpack_sequence", "PackedSequence"],
            "call the layer with lengths=...",
        ),
        **dict.fromkeys(["weight_norm", "spectral_norm", "parametrize", "parametrizations"], IN_FORWARD),
    },
    "minigrad.nn.init": {
        **dict.fromkeys(["glorot_uniform", "glorot_uniform_"], "write minigrad.nn.init.xavier_uniform_"),
        **dict.fromkeys(["glorot_normal", "glorot_normal_"], "write minigrad.nn.init.xavier_normal_"),
        **dict.fromkeys(["he_uniform", "he_uniform_"], "write minigrad.nn.init.kaiming_uniform_"),
        **dict.fromkeys(["he_normal", "he_normal_"], "write minigrad.nn.init.kaiming_normal_"),
        **{
            name: f"write minigrad.nn.init.{name}_"
            for name in (
                *("constant", "zeros", "ones", "eye", "uniform", "normal", "trunc_normal", "orthogonal"),
                *("xavier_uniform", "xavier_normal", "kaiming_uniform", "kaiming_normal"),
            )
        },
    },
    "minigrad.testing": {
        **dict.fromkeys(["gradcheck", "gradgradcheck", "check_grads"], "write minigrad.testing.check_gradients"),
        "assert_close": "write np.testing.assert_allclose",
    },
    "minigrad.data": {
        **dict.fromkeys(["DataLoader", "BatchSampler", "RandomSampler"], "write minigrad.data.Batches"),
        **dict.fromkeys(["Dataset", "TensorDataset", "IterableDataset"], "minigrad.data.Batches takes a list"),
        **dict.fromkeys(["pad_sequence", "default_collate"], "write minigrad.data.pad"),
        "random_split": "write items[:n] and items[n:]",
    },
    "minigrad.optim": {
        "lr_scheduler": "write minigrad.optim.StepLR and the like: schedules stand beside the optimisers",
        **dict.fromkeys(["LRScheduler", "_LRScheduler"], "write minigrad.optim.Schedule"),
        **dict.fromkeys(
            ["NAdam", "RAdam", "Adamax", "SparseAdam", "Adafactor", "Lion", "Muon"],
            "there is none: write minigrad.optim.AdamW",
        ),
        **dict.fromkeys(["LBFGS", "Rprop", "ASGD"], "there is none: write minigrad.optim.SGD or Adam"),
        **dict.fromkeys(["sgd", "momentum"], "write minigrad.optim.SGD"),
        **dict.fromkeys(["adam", "adamw"], "write minigrad.optim.AdamW"),
        **dict.fromkeys(
            [
                "MultiStepLR",
                "ConstantLR",
                "PolynomialLR",
                "MultiplicativeLR",
                "CyclicLR",
                "CosineAnnealingWarmRestarts",
            ],
            "write minigrad.optim.LambdaLR(optimizer, lambda t: factor)",
        ),
        **dict.fromkeys(
            ["SequentialLR", "ChainedScheduler"],
            "make the next schedule when the one before has ended, or write minigrad.optim.LambdaLR",
        ),
    },
    "Tensor": {
        **{name: text.replace("(x", "(t").replace("-x", "-t") for name, text in COMMON.items()},
        **dict.fromkeys(["cpu", "cuda", "contiguous", "device", "block_until_ready"], NOTHING_TO_DO),
        **dict.fromkeys(["to", "type"], "write t.astype(dtype)"),
        **dict.fromkeys(["float"], "write t.astype(np.float32)"),
        **dict.fromkeys(["double"], "write t.astype(np.float64)"),
        **dict.fromkeys(["half"], "write t.astype(np.float16)"),
        **dict.fromkeys(["long", "int"], "write t.astype(int)"),
        **dict.fromkeys(["view", "view_as", "reshape_as"], "write t.reshape(shape)"),
        **dict.fromkeys(["expand", "expand_as"], "write np.broadcast_to(t, shape)"),
        **dict.fromkeys(["mm", "bmm", "mv"], "write t @ other"),
        **dict.fromkeys(["softmax", "log_softmax", "logsumexp"], "write minigrad.functional.{name}(t)"),
        **dict.fromkeys(["sigmoid", "relu", "erf", "erfc"], "write minigrad.functional.{name}(t)"),
        "permute": "write t.transpose(axes)",
        "unsqueeze": "write np.expand_dims(t, axis)",
        "numel": "write t.size",
        "dim": "write t.ndim",
        "t": "write t.T",
        "mul": "write t * other",
        "sub": "write t - other",
        "div": "write t / other",
        "pow": "write t ** other",
        "neg": "write -t",
        "norm": "write np.linalg.norm(t)",
        "det": "write np.linalg.det(t)",
        "inverse": "write np.linalg.inv(t)",
        "masked_fill": "write np.where(mask, value, t)",
        "masked_select": "write t[mask]",
        "narrow": "write t[start : start + length]",
        "select": "write t[index]",
        "movedim": "write np.moveaxis(t, source, destination)",
        "swapdims": "write np.swapaxes(t, axis1, axis2)",
        "unflatten": "write np.reshape(t, shape)",
        "repeat_interleave": "write np.repeat(t, count, axis)",
        "tensor_split": "write np.array_split(t, count, axis)",
        "take_along_dim": "write np.take_along_axis(t, index, axis)",
        "diag_embed": "write t[..., None] * np.eye(t.shape[-1])",
        "kthvalue": "write np.sort(t)[..., k - 1]",
        **dict.fromkeys(["scatter_add", "index_add", "index_put"], "write np.eye(size)[index].T @ t"),
        **dict.fromkeys(["scatter", "index_copy", "index_fill"], "write np.where(mask, value, t)"),
        **dict.fromkeys(["gt", "lt", "ge", "le", "eq", "ne"], "write t > other, or the like"),
        **dict.fromkeys(["H", "mH", "adjoint"], "write t.conj().mT"),
        **dict.fromkeys(["addmm", "addmv", "baddbmm"], "write t + a @ b"),
        **dict.fromkeys(
            ["new_zeros", "new_ones", "new_full", "new_empty", "new_tensor"], "write np.zeros(shape), or so"
        ),
        "type_as": "write t.astype(other.dtype)",
        "bfloat16": "write t.astype(np.float32)",
        "nelement": "write t.size",
        "ndimension": "write t.ndim",
        "is_floating_point": "write t.dtype.kind == 'f'",
        "is_complex": "write t.dtype.kind == 'c'",
        "retains_grad": "look at t.grad after backward",
        "sgn": "write np.sign(t)",
        "frac": "write t - np.trunc(t)",
        "lerp": "write t + weight * (end - t)",
        "logit": "write np.log(t / (1 - t))",
        "logdet": "write np.linalg.slogdet(t)[1]",
        "pinverse": "write np.linalg.pinv(t)",
        "dist": "write np.linalg.norm(t - other)",
        "addcmul": "write t + a * b",
        "cummax": "there is none: write a loop with np.maximum",
        "cummin": "there is none: write a loop with np.minimum",
        "gather": "write np.take_along_axis(t, index, axis)",
        "index_select": "write np.take(t, index, axis)",
        "chunk": "write np.array_split(t, count, axis)",
        "unbind": "write np.unstack(t)",
        "topk": "write np.sort(t)[..., -k:]",
        "rsqrt": "write 1 / np.sqrt(t)",
        "clamp": "write np.clip(t, low, high)",
        "clone": "write t.copy()",
        "grad_fn": "look at t.origin",
        "register_hook": "write t.retain_grad(), or minigrad.primitive for a gradient of your own",
        "at": "write np.where(mask, value, t), or fill a plain array first",
        "zero_grad": "write t.grad = None",
    },
    "Optimizer": {
        "add_param_group": "give it all groups when it is made, the frozen ones too: those stay until they thaw",
        "defaults": "look at optimizer.param_groups",
    },
    "Schedule": {
        "get_lr": "write schedule.get_last_lr()",
        "print_lr": "write print(schedule.get_last_lr())",
    },
    "Module": {
        **dict.fromkeys(["register_buffer"], "write self.name = minigrad.nn.Buffer(array)"),
        **dict.fromkeys(["register_parameter"], "write self.name = minigrad.nn.Parameter(array)"),
        **dict.fromkeys(["add_module", "register_module"], "write self.name = module"),
        **dict.fromkeys(["cpu", "cuda", "compile", "share_memory"], NOTHING_TO_DO),
        **dict.fromkeys(["to", "type", "to_empty"], "write module.astype(dtype)"),
        "float": "write module.astype(np.float32)",
        "double": "write module.astype(np.float64)",
        "half": "write module.astype(np.float16)",
        "get_submodule": "write dict(module.named_modules())[name]",
        "get_parameter": "write dict(module.named_parameters())[name]",
        "flatten_parameters": NOTHING_TO_DO,
        **dict.fromkeys(
            ["register_forward_hook", "register_full_backward_hook", "register_forward_pre_hook"],
            "write a module that calls this one, and looks at what comes out",
        ),
    },
}
"""For each place where a name is looked for, what to say of it."""


def advice(place: str, name: str) -> str:
    """How a sentence goes on that says that there is no such name: what to write, if that is known."""
    known = ELSEWHERE[place].get(name)
    if known is None and place == "minigrad":
        known = ELSEWHERE["Tensor"].get(name)
    if known is not None:
        return f": {known.format(name=name) if '{name}' in known else known}."
    if place == "Tensor" and name.endswith("_") and name[0] != "_":
        return f": {IN_PLACE}."
    if place in ("minigrad.nn", "minigrad.functional") and name.endswith(("2d", "3d")):
        return f": {FOR_SEQUENCES}."
    if place in ("minigrad", "minigrad.functional", "Tensor") and name[0] != "_":
        for home, path in ((np, "np"), (np.linalg, "np.linalg")):
            if callable(getattr(home, name, None)):
                return f": write {path}.{name}{'(t)' if place == 'Tensor' else ''}."
    return "."


def absent(place: str, thing: object, name: str) -> AttributeError:
    """The error for an attribute that a thing has not."""
    kind = type(thing).__name__
    return AttributeError(f"{kind} has no attribute {name!r}{advice(place, name)}", name=name, obj=thing)


def missing(place: str, name: str, instead: str = "") -> AttributeError:
    """The error for a name that a module has not."""
    ending = f": {instead}." if instead else advice(place, name)
    return AttributeError(f"module {place!r} has no attribute {name!r}{ending}", name=name)
