"""Training in several processes at once, each with its part of every batch."""

import atexit
import os
from typing import Any

from . import check


class Processes:
    """Only one process: nothing to share out, nobody to ask."""

    rank, count = 0, 1

    def shares(self, batches: list[Any]) -> list[tuple[Any, int, float]]:
        """Of each batch: this process's part, its number of examples, and the weight of its mean loss.

        The losses so weighted, averaged over the processes, add up to the mean over all examples.
        """
        if len(batches) == 1:
            return [(batches[0], check.count(batches[0]), 1)]
        sizes = [check.count(batch) for batch in batches]
        return [(batch, size, size / sum(sizes)) for batch, size in zip(batches, sizes, strict=True)]

    def wrap(self, model: Any) -> Any:
        """The model to train, whose gradients are the mean of all processes' gradients."""
        return model

    def device(self, device: Any) -> Any:
        return device

    def sum(self, values: list[float]) -> list[float]:
        """The sum over all processes of each value."""
        return values

    def gather(self, value: Any) -> list[Any]:
        """The values of all processes."""
        return [value]

    def wait(self) -> None:
        """Until all processes are here."""


class Torchrun(Processes):
    """The processes that `torchrun` has started: it says in the environment who this one is.

    Every process has the whole model. Of each batch it takes every count-th example; after `backward` the
    gradients are averaged over the processes, so that all make the same step.
    """

    @staticmethod
    def started() -> bool:
        return int(os.environ.get("WORLD_SIZE", 1)) > 1 and "RANK" in os.environ

    def __init__(self, device: Any) -> None:
        import torch
        import torch.distributed

        self.torch = torch
        self.rank, self.count = int(os.environ["RANK"]), int(os.environ["WORLD_SIZE"])
        self.cuda = device is not None and torch.device(device).type == "cuda"
        if not torch.distributed.is_initialized():
            torch.distributed.init_process_group("nccl" if self.cuda else "gloo")
            atexit.register(torch.distributed.destroy_process_group)

    def device(self, device: Any) -> Any:
        if not self.cuda:
            return device
        own = self.torch.device("cuda", int(os.environ.get("LOCAL_RANK", 0)))
        self.torch.cuda.set_device(own)
        return own

    def wrap(self, model: Any) -> Any:
        return self.torch.nn.parallel.DistributedDataParallel(model)

    def shares(self, batches: list[Any]) -> list[tuple[Any, int, float]]:
        total, shares = sum([check.count(batch) for batch in batches]), []
        for batch in batches:
            own = [x[self.rank :: self.count] for x in batch]
            size = len(own[-1])
            if size == 0:  # more processes than examples: the model must be called, but it counts nothing
                own = [x[:1] for x in batch]
            shares.append((own, size, self.count * size / total))
        return shares

    def sum(self, values: list[float]) -> list[float]:
        total = self.torch.tensor(values, dtype=self.torch.float64, device="cuda" if self.cuda else "cpu")
        self.torch.distributed.all_reduce(total)
        sums: list[float] = total.tolist()
        return sums

    def gather(self, value: Any) -> list[Any]:
        values: list[Any] = [None] * self.count
        self.torch.distributed.all_gather_object(values, value)
        return values

    def wait(self) -> None:
        self.torch.distributed.barrier()
