"""How many threads a process computes in."""

import torch
from threadpoolctl import threadpool_limits


def one_thread() -> None:
    """From now on this process, one of many, computes in one thread. Numpy starts as many threads as there are
    cores, in every process, whatever torch is told: 15 processes on 16 cores drew less than half of what they can. The
    environment could say so as well, but only before anybody imports numpy.
    """
    torch.set_num_threads(1)
    threadpool_limits(1)
