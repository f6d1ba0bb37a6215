"""Networks as functions of their parameters."""

import copy


def with_parameters(module, parameters):
    """A copy of a module with other arrays or Tensors, given by name, as its parameters."""
    module = copy.copy(module)
    for name, x in parameters.items():
        child, _, rest = name.partition(".")
        vars(module)[child] = with_parameters(getattr(module, child), {rest: x}) if rest else x
    return module
