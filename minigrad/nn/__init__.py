"""Layers and networks, under the names of torch.nn."""

from minigrad.nn.module import Module, Parameter, Sequential

__all__ = ["Module", "Parameter", "Sequential"]
