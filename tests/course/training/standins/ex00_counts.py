import math


def count_next(tokens, width):
    counts = {}
    for i, token in enumerate(tokens):
        for k in range(min(width, i) + 1):
            after = counts.setdefault(" ".join(tokens[i - k : i]), {})
            after[token] = after.get(token, 0) + 1
    return counts


def probabilities(counts, context):
    while " ".join(context) not in counts:
        context = context[1:]
    after = counts[" ".join(context)]
    return {token: n / sum(after.values()) for token, n in after.items()}


def perplexity(chances):
    return math.exp(-sum(math.log(p) for p in chances) / len(chances))
