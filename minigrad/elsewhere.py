"""Names that people know from PyTorch, JAX and HIPS autograd, and what is written here instead.

>>> advice("minigrad.nn", "Dense")
': write minigrad.nn.Linear.'
>>> advice("Tensor", "exp"), advice("Tensor", "sprongle")
(': write np.exp(t).', '')
"""

from __future__ import annotations

import importlib
import re
import sys
from types import ModuleType
from typing import Any

import numpy as np

NOTHING_TO_DO = "leave it out: everything is in NumPy's memory, and nothing is compiled"
IN_PLACE = "write t = ... with a new Tensor, or for a leaf t.data[...] = ..."
IN_FORWARD = "write a module that computes its weight in forward, from parameters of its own"
NO_FUNCTION = "there is none: minigrad.primitive makes one of a function of yours and its derivative"
NO_SPARSE = "leave it out: all Tensors are dense"
A_LOOP = "write the loop: loss.backward(), optimizer.step(), optimizer.zero_grad()"
AFTERWARDS = "write what is to happen after the call, where it is called"
RECURRENT = "write minigrad.nn.RNN, minigrad.nn.GRU or minigrad.nn.LSTM"
ATTENTION = "write minigrad.nn.MultiheadAttention"
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
    "threshold": "write np.where(x > threshold, x, value)",
    "hardshrink": "write np.where(np.abs(x) > threshold, x, 0.0)",
    "softshrink": "write np.sign(x) * np.maximum(np.abs(x) - threshold, 0)",
    "rrelu": "write minigrad.functional.leaky_relu",
    "hinge_embedding_loss": "write np.mean(np.where(target > 0, x, np.maximum(margin - x, 0)))",
    "cosine_embedding_loss": "write np.mean(np.where(target > 0, 1 - cosine, np.maximum(cosine - margin, 0)))",
    "multi_margin_loss": "write the mean of np.maximum(margin - right + x, 0), where 0 stands for the right class",
    "multilabel_soft_margin_loss": "write minigrad.functional.binary_cross_entropy_with_logits",
    "max_pool1d": "write np.max(x.reshape(N, C, -1, size), axis=-1)",
    "avg_pool1d": "write np.mean(x.reshape(N, C, -1, size), axis=-1)",
}
"""Names that people look for in several places."""

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
        **dict.fromkeys(["mm", "bmm", "matmul"], "write a @ b"),
        **dict.fromkeys(["deriv", "holomorphic_grad", "multigrad", "multigrad_dict"], "write minigrad.grad"),
        "grad_named": "write minigrad.grad(f, argnums)",
        "egrad": "write minigrad.grad(lambda x: np.sum(f(x)))",
        **dict.fromkeys(["make_vjp", "vector_jacobian_product", "tensor_jacobian_product"], "write minigrad.vjp"),
        **dict.fromkeys(["make_jvp", "make_jvp_reversemode", "jacobian_vector_product"], "write minigrad.jvp"),
        **dict.fromkeys(["make_hvp", "vhp", "hessian_vector_product", "hessian_tensor_product"], "write minigrad.hvp"),
        "make_ggnvp": "write minigrad.jvp of the outputs, and minigrad.vjp of what comes",
        **dict.fromkeys(["defvjp", "defjvp", "defvjp_argnums", "extend"], "write minigrad.primitive"),
        "eval_shape": "call the function, and look at the shape of what comes",
        "device_get": "write t.numpy()",
        "backward": "write loss.backward()",
        "detach": "write t.detach()",
        "linalg": "write np.linalg",
        "scalar_tensor": "write minigrad.Tensor(number)",
        "special": "write minigrad.functional, which has erf, erfc and logsumexp",
        **dict.fromkeys(
            ["debug_nans", "debug_infs", "set_anomaly_enabled"], "write with minigrad.detect_anomaly(): ..."
        ),
        **dict.fromkeys(
            ["rand_like", "randn_like", "randint_like", "poisson", "seed"], "draw from np.random.default_rng(seed)"
        ),
        **dict.fromkeys(["set_default_device", "get_device", "devices", "device_count", "disable_jit"], NOTHING_TO_DO),
        **dict.fromkeys(["enable_x64", "set_default_tensor_type"], "leave it out: numbers are float64, as NumPy's are"),
        **dict.fromkeys(["lstm", "gru", "rnn_tanh", "rnn_relu"], RECURRENT),
        **dict.fromkeys(["lstm_cell", "gru_cell", "rnn_tanh_cell"], "write minigrad.nn.LSTMCell, or the like"),
        "broadcast_tensors": "write np.broadcast_arrays",
        "bucketize": "write np.searchsorted",
        "chain_matmul": "write np.linalg.multi_dot",
        "range": "write np.arange",
        "trapz": "write np.trapezoid",
        **dict.fromkeys(["frobenius_norm", "nuclear_norm"], "write np.linalg.norm(x, 'fro'), or 'nuc'"),
        **dict.fromkeys(["std_mean", "var_mean"], "write np.std(x), or np.var(x), and np.mean(x)"),
        "hann_window": "write np.hanning(n + 1)[:-1]",
        "hamming_window": "write np.hamming(n + 1)[:-1]",
        **dict.fromkeys(["sparse", "sparse_coo_tensor", "sparse_csr_tensor"], NO_SPARSE),
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
        **dict.fromkeys(["conv_transpose1d", "unfold", "fold", "lp_pool1d"], FOR_SEQUENCES),
        **dict.fromkeys(
            ["cross_entropy_loss", "softmax_cross_entropy", "sparse_categorical_crossentropy"],
            "write minigrad.functional.cross_entropy, of scores before softmax",
        ),
        **dict.fromkeys(
            ["binary_crossentropy", "sigmoid_binary_cross_entropy"],
            "write minigrad.functional.binary_cross_entropy_with_logits, without the sigmoid before it",
        ),
        **dict.fromkeys(["mse", "mean_squared_error", "l2_loss"], "write minigrad.functional.mse_loss"),
        **dict.fromkeys(["mae", "mean_absolute_error"], "write minigrad.functional.l1_loss"),
        "dot_product_attention": "write minigrad.functional.scaled_dot_product_attention",
        "standardize": "write minigrad.functional.layer_norm",
        "initializers": "write minigrad.nn.init",
        "squareplus": "write (x + np.sqrt(x**2 + b)) / 2",
        "max_pool1d_with_indices": "write np.max and np.argmax of x.reshape(N, C, -1, size)",
    },
    "minigrad.nn": {
        **dict.fromkeys(["RNNBase", "RNNCellBase", "SimpleRNN", "RNNLayer"], RECURRENT),
        "Bidirectional": "write minigrad.nn.LSTM(..., bidirectional=True)",
        "TimeDistributed": "leave it out: layers act on the last axis, whatever stands before it",
        "Masking": "call the layer with lengths=...",
        **dict.fromkeys(["Activation", "Lambda"], "give minigrad.nn.Sequential the function itself"),
        **dict.fromkeys(["Model", "Layer"], "write a subclass of minigrad.nn.Module"),
        **dict.fromkeys(["Input", "InputLayer", "Container"], "leave it out: write minigrad.nn.Sequential(*layers)"),
        "LayerNormalization": "write minigrad.nn.LayerNorm",
        **dict.fromkeys(["MultiHeadAttention", "Attention", "MultiHeadDotProductAttention"], ATTENTION),
        **dict.fromkeys(["Conv1D", "LazyConv1d"], "write minigrad.nn.Conv1d"),
        "OptimizedLSTMCell": "write minigrad.nn.LSTMCell",
        "RReLU": "write minigrad.nn.LeakyReLU",
        "CircularPad1d": "write lambda x: np.pad(x, [(0, 0), (0, 0), (left, right)], mode='wrap')",
        **dict.fromkeys(["AdaptiveLogSoftmaxWithLoss", "LinearCrossEntropyLoss"], "write minigrad.nn.CrossEntropyLoss"),
        "TripletMarginWithDistanceLoss": COMMON["triplet_margin_loss"],
        "GlobalAveragePooling1D": "write lambda x: np.mean(x, axis=1), which Sequential takes as it is",
        "grad": "write minigrad.grad",
        "parameter": "write minigrad.nn.Parameter",
        **dict.fromkeys(["UninitializedParameter", "UninitializedBuffer"], "give every layer its sizes"),
        "compact": "make layers in __init__, and call them in forward",
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
            [
                *("BatchNorm1d", "BatchNorm2d", "GroupNorm", "InstanceNorm1d", "RMSNorm", "BatchNorm"),
                *("SyncBatchNorm", "LazyBatchNorm1d", "BatchNormalization", "LocalResponseNorm"),
            ],
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
        **dict.fromkeys(["ConvTranspose1d", "Unfold", "Fold", "LPPool1d", "MaxUnpool1d"], FOR_SEQUENCES),
        **dict.fromkeys(
            ["AlphaDropout", "FeatureAlphaDropout", "Dropout1d", "Dropout2d", "SpatialDropout1D"],
            "write minigrad.nn.Dropout",
        ),
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
                "Threshold": "threshold",
                "Hardshrink": "hardshrink",
                "Softshrink": "softshrink",
                "HingeEmbeddingLoss": "hinge_embedding_loss",
                "CosineEmbeddingLoss": "cosine_embedding_loss",
                "MultiMarginLoss": "multi_margin_loss",
                "MaxPool1d": "max_pool1d",
                "AvgPool1d": "avg_pool1d",
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
        "stateless": "write a function of the parameters as an argument, such as a dictionary, for minigrad.grad",
        "rnn": "write minigrad.nn.utils.pad_sequence and the like: they stand in minigrad.nn.utils itself",
        "clip_grad_norm": "write minigrad.nn.utils.clip_grad_norm_",
        "parameters_to_vector": "write np.concatenate([p.ravel() for p in parameters])",
        "vector_to_parameters": "write p.data = part, for each p and its part of the vector",
        "get_total_norm": "write minigrad.nn.utils.clip_grad_norm_(parameters, np.inf), which returns it",
        **dict.fromkeys(
            ["pack_padded_sequence", "pad_packed_sequence", "pack_sequence", "unpack_sequence", "PackedSequence"],
            "call the layer with lengths=...",
        ),
        **dict.fromkeys(["clip_grads_with_norm_", "clip_grad"], "write minigrad.nn.utils.clip_grad_norm_"),
        **dict.fromkeys(
            [
                *("weight_norm", "spectral_norm", "parametrize", "parametrizations"),
                *("remove_weight_norm", "remove_spectral_norm"),
            ],
            IN_FORWARD,
        ),
    },
    "minigrad.nn.init": {
        **dict.fromkeys(["truncated_normal", "truncated_normal_"], "write minigrad.nn.init.trunc_normal_"),
        **dict.fromkeys(
            ["lecun_normal", "lecun_normal_", "variance_scaling"],
            "write minigrad.nn.init.kaiming_normal_(tensor, nonlinearity='linear')",
        ),
        **dict.fromkeys(
            ["lecun_uniform", "lecun_uniform_"],
            "write minigrad.nn.init.kaiming_uniform_(tensor, nonlinearity='linear')",
        ),
        **dict.fromkeys(["sparse", "sparse_", "dirac", "dirac_"], "fill tensor.data[...] with NumPy"),
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
        **dict.fromkeys(
            [
                *("gradcheck", "gradgradcheck", "check_grads", "check_gradient", "grad_check", "gradient_check"),
                *("check_vjp", "check_jvp", "numerical_gradient", "numerical_grad", "approx_fprime", "check_grad"),
            ],
            "write minigrad.testing.check_gradients",
        ),
        **dict.fromkeys(["assert_close", "assert_allclose"], "write np.testing.assert_allclose"),
        "make_tensor": "draw from np.random.default_rng(seed)",
    },
    "minigrad.data": {
        **dict.fromkeys(
            ["DataLoader", "BatchSampler", "RandomSampler", "Sampler", "SequentialSampler"],
            "write minigrad.data.Batches",
        ),
        **dict.fromkeys(
            ["Dataset", "TensorDataset", "IterableDataset", "StackDataset"], "minigrad.data.Batches takes a list"
        ),
        **dict.fromkeys(["pad_sequence", "default_collate"], "write minigrad.data.pad"),
        **dict.fromkeys(["random_split", "Subset"], "write items[:n] and items[n:]"),
        **dict.fromkeys(["ConcatDataset", "ChainDataset"], "write items + more"),
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
        "rmsprop": "write minigrad.optim.RMSprop",
        "adagrad": "write minigrad.optim.Adagrad",
        "chain": "write one step after the other: minigrad.nn.utils.clip_grad_norm_, then optimizer.step()",
        "apply_updates": "write optimizer.step(), after loss.backward()",
        **dict.fromkeys(["clip_by_global_norm", "clip"], "write minigrad.nn.utils.clip_grad_norm_"),
        **dict.fromkeys(
            ["swa_utils", "ema", "ExponentialMovingAverage", "AveragedModel"],
            "keep an average of model.state_dict(), and load it with model.load_state_dict",
        ),
        "adam": "write minigrad.optim.Adam",
        "adamw": "write minigrad.optim.AdamW",
        **dict.fromkeys(
            [
                "MultiStepLR",
                "ConstantLR",
                "PolynomialLR",
                "MultiplicativeLR",
                "CyclicLR",
                "CosineAnnealingWarmRestarts",
                *("cosine_decay_schedule", "exponential_decay", "warmup_cosine_decay_schedule", "linear_schedule"),
                *("constant_schedule", "piecewise_constant_schedule", "join_schedules"),
            ],
            "write minigrad.optim.LambdaLR(optimizer, lambda t: factor)",
        ),
        **dict.fromkeys(
            ["SequentialLR", "ChainedScheduler"],
            "make the next schedule when the one before has ended, or write minigrad.optim.LambdaLR",
        ),
    },
    "Tensor": {
        **{name: re.sub(r"\bx\b", "t", text) for name, text in COMMON.items()},
        **dict.fromkeys(["cpu", "cuda", "contiguous", "device", "block_until_ready"], NOTHING_TO_DO),
        **dict.fromkeys(["to", "type"], "write t.astype(dtype)"),
        **dict.fromkeys(["float"], "write t.astype(np.float32)"),
        **dict.fromkeys(["double"], "write t.astype(np.float64)"),
        **dict.fromkeys(["half"], "write t.astype(np.float16)"),
        **dict.fromkeys(["long", "int"], "write t.astype(int)"),
        **dict.fromkeys(["view", "view_as", "reshape_as"], "write t.reshape(shape)"),
        **dict.fromkeys(["expand", "expand_as"], "write np.broadcast_to(t, shape)"),
        **dict.fromkeys(["mm", "bmm", "mv", "matmul"], "write t @ other"),
        **dict.fromkeys(["strides", "flags", "base", "ctypes", "tobytes", "tofile"], "look at t.data.{name}"),
        "stride": "look at t.data.strides",
        "is_contiguous": "look at t.data.flags",
        "data_ptr": "look at t.data.ctypes.data",
        **dict.fromkeys(["storage", "untyped_storage"], "look at t.data"),
        **dict.fromkeys(["is_cuda", "is_cpu", "get_device", "is_meta", "pin_memory", "layout"], NOTHING_TO_DO),
        **dict.fromkeys(["is_sparse", "to_dense", "to_sparse", "coalesce"], NO_SPARSE),
        **dict.fromkeys(["fill", "fill_", "zero_"], "write np.full_like(t, value), or for a leaf t.data[...] = value"),
        "element_size": "write t.itemsize",
        "flat": "write t.ravel()",
        "split": "write np.array_split(t, count, axis), or np.split(t, places, axis)",
        **dict.fromkeys(
            ["split_with_sizes", "unsafe_split_with_sizes"], "write np.split(t, np.cumsum(sizes)[:-1], axis)"
        ),
        "unsafe_chunk": "write np.array_split(t, count, axis)",
        "compress": "write np.compress(condition, t, axis)",
        "choose": "write np.choose(t, choices)",
        "searchsorted": "write np.searchsorted(t, values)",
        "clamp_min": "write np.maximum(t, low)",
        "clamp_max": "write np.minimum(t, high)",
        "aminmax": "write np.min(t) and np.max(t)",
        "addbmm": "write t + np.sum(a @ b, 0)",
        "addcdiv": "write t + a / b",
        **dict.fromkeys(["ger", "addr"], "write np.outer(a, b)"),
        "xlogy": "write t * np.log(np.where(t == 0, 1, other))",
        "logcumsumexp": "write np.logaddexp with a loop, or np.log(np.cumsum(np.exp(t)))",
        "msort": "write np.sort(t, axis=0)",
        "histc": "write np.histogram(t.numpy(), bins)",
        "is_nonzero": "write bool(t)",
        "is_same_size": "write t.shape == other.shape",
        "sum_to_size": "write np.sum(t, axis, keepdims=True)",
        "unfold": "write np.stack([t[i : i + size] for i in range(0, count, step)])",
        "as_strided": "write t[index], or t.reshape(shape)",
        "masked_scatter": "write np.where(mask, value, t)",
        **dict.fromkeys(["select_scatter", "slice_scatter", "diagonal_scatter"], "write np.where(mask, value, t)"),
        **dict.fromkeys(["put", "itemset"], "write np.where(mask, value, t), or for a leaf t.data[index] = value"),
        **dict.fromkeys(["scatter_reduce", "index_reduce"], "write np.eye(size)[index].T @ t, which adds"),
        **dict.fromkeys(["cholesky_solve", "lu_solve", "triangular_solve"], "write np.linalg.solve(a, t)"),
        **dict.fromkeys(["multinomial", "bernoulli"], "draw from np.random.default_rng(seed)"),
        **dict.fromkeys(
            [
                *("erfinv", "digamma", "lgamma", "polygamma", "mvlgamma", "igamma", "igammac"),
                *("matrix_exp", "stft", "istft", "lu", "mode", "unique_consecutive"),
            ],
            NO_FUNCTION,
        ),
        "register_post_accumulate_grad_hook": "look at t.grad after loss.backward()",
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
        **{
            name: f"write t {sign} other"
            for name, sign in {"gt": ">", "lt": "<", "ge": ">=", "le": "<=", "eq": "==", "ne": "!="}.items()
        },
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
        **dict.fromkeys(["lr", "learning_rate"], "look at optimizer.param_groups[0]['lr'], which may be set there too"),
        **dict.fromkeys(["minimize", "apply_gradients"], "write optimizer.step(), after loss.backward()"),
        "init": "leave it out: an optimiser has its state in itself, and takes the parameters when it is made",
        **dict.fromkeys(["register_step_post_hook", "register_step_pre_hook"], AFTERWARDS),
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
        **dict.fromkeys(["flatten_parameters", "device", "build"], NOTHING_TO_DO),
        "bfloat16": "write module.astype(np.float32)",
        "dtype": "look at the dtype of a parameter",
        "reset_parameters": "make the module anew, or call minigrad.nn.init on its parameters",
        "get_buffer": "write dict(module.named_buffers())[name]",
        "set_submodule": "write module.name = other",
        "freeze": "write module.requires_grad_(False)",
        "unfreeze": "write module.requires_grad_(True)",
        **dict.fromkeys(["_parameters", "params"], "write dict(module.named_parameters())"),
        "_modules": "write dict(module.named_children())",
        "_buffers": "write dict(module.named_buffers())",
        **dict.fromkeys(
            ["weights", "variables", "trainable_variables", "trainable_weights"], "write [*module.parameters()]"
        ),
        **dict.fromkeys(["count_params", "num_parameters"], "write sum(p.size for p in module.parameters())"),
        "get_weights": "write module.state_dict()",
        "set_weights": "write module.load_state_dict(state)",
        **dict.fromkeys(
            ["save_weights", "load_weights", "save", "load"], "write minigrad.nn.save and minigrad.nn.load"
        ),
        "init": "leave it out: a module has its parameters when it is made",
        "summary": "write print(module)",
        "predict": "write module(x), in minigrad.no_grad() and after module.eval()",
        "fit": A_LOOP,
        **dict.fromkeys(
            [
                *("register_forward_hook", "register_full_backward_hook", "register_forward_pre_hook"),
                *("register_backward_hook", "register_full_backward_pre_hook"),
            ],
            "write a module that calls this one, and looks at what comes out",
        ),
    },
}
"""For each place, the names that people look for there, with what to write instead."""


KEYWORDS: dict[str, str] = {
    **dict.fromkeys(["device", "foreach", "fused", "capturable", "pin_memory", "num_workers"], NOTHING_TO_DO),
    **dict.fromkeys(["dim", "dims"], "write axis="),
    "keepdim": "write keepdims=",
    "unbiased": "write ddof=1 for a division by N - 1, and leave it out for one by N",
    "descending": "write -np.sort(-x), or np.argsort(-x)",
    "last_epoch": "leave it out: load_state_dict lets a schedule go on where it stood",
    "padding_mode": "pad the input first, np.pad(x, [(0, 0), (0, 0), (left, right)], mode='wrap')",
    "argnames": "write argnums=, with the number of the argument",
    **dict.fromkeys(["input", "target"], "give it by position, since it has another name here"),
    "start_dim": "write t.reshape(shape)",
    "dtype": "give numbers of that dtype, np.asarray(x, dtype)",
    "inplace": "leave it out: results are new",
    "retain_graph": "leave it out: the graph is kept",
    "create_graph": "write minigrad.grad of a function, which can be differentiated again",
    **dict.fromkeys(["learning_rate", "step_size"], "write lr="),
    **dict.fromkeys(["beta_1", "beta_2", "b1", "b2"], "write betas=(beta_1, beta_2)"),
    "epsilon": "write eps=",
    "maximize": "write (-loss).backward()",
    **dict.fromkeys(["kdim", "vdim"], "bring keys and values to embed_dim first, with minigrad.nn.Linear"),
    **dict.fromkeys(["size_average", "reduce"], "write reduction='mean', 'sum' or 'none'"),
    **dict.fromkeys(["from_logits", "logits"], "leave it out: losses take logits, before softmax or sigmoid"),
    **dict.fromkeys(["units", "features"], "give the lengths of input and output, in this order"),
    "use_bias": "write bias=",
    "activation": "call the function on the result, or put it after the layer in minigrad.nn.Sequential",
    **dict.fromkeys(["return_sequences", "return_state"], "leave it out: every call returns all outputs and the state"),
    **dict.fromkeys(["kernel_initializer", "kernel_init"], "call a function of minigrad.nn.init on layer.weight"),
    **dict.fromkeys(["key", "seed", "generator", "rngs"], "write rng="),
    "argnum": "write argnums=",
    "batch_size": "write size=",
    "shuffle": "write rng=, without which the order is that of the items",
}
"""Keywords that functions and layers do not take, with what to write instead."""


def advice(place: str, name: str) -> str:
    """The end of the sentence "there is no such name": what to write instead, if known."""
    places = [place, "Tensor", "minigrad.functional"] if place == "minigrad" else [place]
    known = next((ELSEWHERE[p][name] for p in places if name in ELSEWHERE[p]), None)
    if known is not None:
        return f": {known.format(name=name) if '{name}' in known else known}."
    if place == "Tensor" and name.endswith("_") and name[0] != "_":
        return f": {IN_PLACE}."
    if place in ("minigrad", "minigrad.nn", "minigrad.functional"):
        if name.endswith(("2d", "3d")):
            return f": {FOR_SEQUENCES}."
        if name.endswith("_") and name[0] != "_":  # write it without changing anything in place
            name = name[:-1]
            return f": write {place}.{name}." if _has(place, name) else advice(place, name)
    if place in ("minigrad", "minigrad.functional", "Tensor") and name[0] != "_":
        for home, path in ((np, "np"), (np.linalg, "np.linalg")):
            if name in home.__all__ and not isinstance(function := getattr(home, name), ModuleType):
                return f": write {path}.{name}{_on_a_tensor(function) if place == 'Tensor' else ''}."
    return ""


def _on_a_tensor(function: Any) -> str:
    """The arguments with which a function of NumPy is called on t, in brackets."""
    if isinstance(function, np.ufunc):
        return "(t)" if function.nin == 1 else "(t, other)"
    import inspect  # it takes as long as all of minigrad

    parameters = [*inspect.signature(function).parameters.values()]
    return (
        f"({', '.join(['t', *(p.name for p in parameters[1:] if p.default is p.empty and p.kind < p.VAR_POSITIONAL)])})"
    )


def absent(place: str, thing: object, name: str) -> AttributeError:
    """The error for an attribute that a thing has not."""
    return _no_attribute(type(thing).__name__, thing, name, advice(place, name))


def missing(place: str, name: str) -> AttributeError:
    """The error for a name that a module has not."""
    homes = ["minigrad", "minigrad.functional", *["minigrad.nn", "minigrad.optim"] * name[0].isupper()]
    found = [] if name[0] == "_" else [home for home in homes if home != place and _has(home, name)]
    ending = f": write {found[0]}.{name}." if found else advice(place, name)
    return _no_attribute(f"module {place!r}", sys.modules[place], name, ending)


def _no_attribute(what: str, thing: object, name: str, ending: str) -> AttributeError:
    """The error. Where nothing is known to write, it has the thing, for Python to ask "Did you mean"."""
    text = f"{what} has no attribute {name!r}{ending}"
    return AttributeError(text, name=name) if ending else AttributeError(text, name=name, obj=thing)


def _has(place: str, name: str) -> bool:
    """True if a module has this public name; the module is imported for it."""
    return name in getattr(importlib.import_module(place), "__all__", ())
