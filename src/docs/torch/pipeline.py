#!/usr/bin/env python3
"""Times a whole training step of PyTorch on one thread of this CPU, as `bench --pipeline` times Lanewise's.

    python3 pipeline.py [SIZE...]        sizes in parameters; 4096, 65536, 1048576 and 16777216 by default

A step is GradScaler.unscale_, clip_grad_norm_, AdamW(fused=True), zero_grad(set_to_none=False) and an AveragedModel with
get_ema_multi_avg_fn(0.999): the update alone, then the whole sequence, in nanoseconds per parameter: the median of 7 runs of
0.2 s each, and the quickest. Gradients are written again before each step, beyond 1048576 parameters
before every 256th, as the benchmark does. Needs torch 2.4 or later.
"""
import statistics
import sys
import time

import torch

SCALE, LIMIT, REFILLED_EVERY, REFILLED_ALWAYS, RUNS, SECONDS = 1024.0, 0.1, 256, 1 << 20, 7, 0.2


class Model(torch.nn.Module):
    def __init__(self, size):
        super().__init__()
        generator = torch.Generator().manual_seed(1)
        self.w = torch.nn.Parameter(torch.rand(size, generator=generator) + 0.5)


def step_of(size, whole):
    """What a step does, as a function of no arguments."""
    model = Model(size)
    gradient = (torch.rand(size, generator=torch.Generator().manual_seed(2)) + 0.5) * 0.01 * SCALE
    model.w.grad = gradient.clone()
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.01, weight_decay=0.01, fused=True)
    scaler = torch.amp.GradScaler("cpu", init_scale=SCALE, growth_interval=2**31 - 1)
    scaler.scale(torch.ones(()))
    average = torch.optim.swa_utils.AveragedModel(model, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(0.999))
    steps = 0

    def update():
        optimizer.step()

    def sequence():
        nonlocal steps
        steps += 1
        if steps % REFILLED_EVERY == 0 or size <= REFILLED_ALWAYS:
            model.w.grad.copy_(gradient)
        scaler.unscale_(optimizer)
        torch.nn.utils.clip_grad_norm_(model.parameters(), LIMIT)
        scaler.step(optimizer)
        scaler.update()
        optimizer.zero_grad(set_to_none=False)
        average.update_parameters(model)

    return sequence if whole else update


def nanoseconds(step, size):
    """Median and least of some runs, per parameter."""
    begin = time.perf_counter()
    step()
    step()
    once = (time.perf_counter() - begin) / 2
    repeats = max(3, int(SECONDS / once))
    runs = []
    for _ in range(RUNS + 1):
        begin = time.perf_counter()
        for _ in range(repeats):
            step()
        runs.append((time.perf_counter() - begin) / repeats / size * 1e9)
    return statistics.median(runs[1:]), min(runs[1:])


def main():
    if any(option in sys.argv for option in ("-h", "--help")):
        print(__doc__)
        return
    torch.set_num_threads(1)
    sizes = [int(size) for size in sys.argv[1:]] or [1 << 12, 1 << 16, 1 << 20, 1 << 24]
    print(f"torch {torch.__version__}, {torch.backends.cpu.get_cpu_capability()}, 1 thread; ns per parameter: median, least")
    print(f"{'parameters':>12}{'update alone':>22}{'whole step':>22}")
    for size in sizes:
        columns = [f"{median:.4f}{least:>10.4f}" for median, least in (nanoseconds(step_of(size, whole), size) for whole in (False, True))]
        print(f"{size:>12}" + "".join(f"{column:>22}" for column in columns), flush=True)


if __name__ == "__main__":
    main()
