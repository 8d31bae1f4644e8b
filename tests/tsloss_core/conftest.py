"""Tiny models are quickest on one thread, also beside other work."""

import torch

torch.set_num_threads(1)
