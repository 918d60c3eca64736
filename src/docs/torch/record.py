#!/usr/bin/env python3
"""Records what the optimizers of your PyTorch do, for `java -jar lanewise-bench.jar torch FILE`.

Needs torch and numpy. README.md beside this file says what the recording holds.

examples:
  python3 record.py adam.safetensors Adam 'AdamW(lr=0.01, betas=(0.8, 0.99))'
  python3 record.py sgd.safetensors --shape 64x128 --steps 20 --rates 5:0.5,10:0.1 'SGD(lr=0.1, momentum=0.9)'
  python3 record.py mine.safetensors --gradients gradients.npy --start weights.npy 'Adam(lr=3e-4, weight_decay=0.01)'
  python3 record.py fused.safetensors --path fused AdamW
"""
import argparse
import ast
import inspect
import json
import os
import platform
import struct
import sys

try:
    import numpy as np
    import torch
except ImportError as e:
    sys.exit("record.py: %s has no module '%s'; run it with the Python that has your PyTorch, and numpy" % (sys.executable, e.name))

# They say how PyTorch computes; the path does.
OF_THE_PATH = ("foreach", "fused", "capturable", "differentiable")


class Refused(Exception):
    """What cannot be recorded, in one sentence."""


def whole(text, least=1):
    if not text.isdigit() or int(text) < least:
        raise argparse.ArgumentTypeError("must be whole numbers from %d on, got '%s'" % (least, text))
    return int(text)


def shape_of(text):
    return tuple(whole(n) for n in text.split("x")) if text else ()


def steps_of(text):
    return sorted({whole(n) for n in text.split(",")})


def rates_of(text):
    rates = {}
    for one in text.split(","):
        step, colon, factor = one.partition(":")
        try:
            rates[whole(step)] = float(factor)
        except ValueError:
            colon = ""
        if not colon or not 0 <= rates[whole(step)] < float("inf"):
            raise argparse.ArgumentTypeError("must be STEP:FACTOR with a finite factor from 0 on, got '%s'" % one)
    return rates


def optimizer_of(text):
    """The class and the options of `Adam` or `Adam(lr=0.01)`. Options are literals; nothing is run."""
    try:
        call = ast.parse(text.strip(), mode="eval").body
        name = call.func if isinstance(call, ast.Call) else call
        options = {k.arg: ast.literal_eval(k.value) for k in call.keywords} if isinstance(call, ast.Call) else {}
        if not isinstance(name, ast.Name) or None in options or getattr(call, "args", None):
            raise ValueError
    except (SyntaxError, ValueError):
        raise argparse.ArgumentTypeError("must be a name and options by name, as Adam(lr=0.01), got '%s'" % text)
    optimizer = getattr(torch.optim, name.id, None)
    if not inspect.isclass(optimizer) or not issubclass(optimizer, torch.optim.Optimizer) or optimizer is torch.optim.Optimizer:
        raise argparse.ArgumentTypeError("torch.optim of PyTorch %s has no optimizer '%s'" % (torch.__version__, name.id))
    for option in OF_THE_PATH:
        if option in options:
            raise argparse.ArgumentTypeError("%s: %s is what --path says" % (name.id, option))
    return text.strip(), optimizer, options


def arguments():
    parser = argparse.ArgumentParser(prog="record.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", metavar="OUT", help="the recording, in the safetensors format")
    parser.add_argument("optimizers", metavar="OPTIMIZER", nargs="+", type=optimizer_of,
                        help="a class of torch.optim, with options as in Python: Adam, 'Adam(lr=0.01)'")
    parser.add_argument("--path", choices=("single", "foreach", "fused"), default="single", help="how PyTorch steps (default: single, "
                        "one tensor at a time, which is what Lanewise has the bits of)")
    parser.add_argument("--shape", type=shape_of, metavar="NxN", help="dimensions of the tensor, '' for a single number (default: 37)")
    parser.add_argument("--steps", type=whole, metavar="N", help="number of steps (default: 50)")
    parser.add_argument("--record", type=steps_of, metavar="N,N", help="after which steps (default: 1, 2, 10 and the last)")
    parser.add_argument("--rates", type=rates_of, default={}, metavar="N:X,N:X", help="from step N on, the learning rate is X times the first")
    parser.add_argument("--seed", type=lambda n: whole(n, 0), default=1, metavar="N", help="of the gradients and the start (default: 1)")
    parser.add_argument("--gradients", metavar="FILE", help="float32 gradients of all steps, steps first: .npy, or .safetensors with one tensor")
    parser.add_argument("--start", metavar="FILE", help="float32 parameters before the first step, likewise")
    return parser.parse_args()


def read(path):
    """The array of a .npy or of a .safetensors file with one tensor."""
    try:
        if not path.endswith(".safetensors"):
            x = np.load(path, allow_pickle=False)
        else:
            with open(path, "rb") as file:
                header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
                header.pop("__metadata__", None)
                (entry,) = header.values()
                x = np.frombuffer(file.read(), {"F32": "<f4"}.get(entry["dtype"], "<u1")).reshape(entry["shape"])
    except (OSError, ValueError, KeyError, struct.error) as e:
        raise Refused("%s cannot be read: %s" % (path, e))
    if not isinstance(x, np.ndarray) or x.dtype != np.float32:
        raise Refused("%s must hold float32 numbers, got %s" % (path, getattr(x, "dtype", "something else")))
    return np.array(x)


def seeded(shape, steps, seed):
    """Gradients of many magnitudes, some zero, and where to start from."""
    random = np.random.default_rng(seed)
    gradients = random.standard_normal((steps,) + shape) * 10.0 ** random.uniform(-6, 3, shape) * (random.random((steps,) + shape) < 0.9)
    return gradients.astype(np.float32), np.asarray(random.standard_normal(shape), np.float32)


def make(optimizer, options, path, parameters):
    known = inspect.signature(optimizer).parameters
    if path != "single" and path not in known:
        raise Refused("%s has no %s path" % (optimizer.__name__, path))
    choice = {name: name == path for name in ("foreach", "fused") if name in known}
    if path == "fused":
        choice.pop("foreach", None)
    try:
        return optimizer(parameters, **options, **choice)
    except (TypeError, ValueError, RuntimeError) as e:
        raise Refused("%s: %s" % (optimizer.__name__, e))


def array(value):
    """A state as float32, and a number of its own as one float64."""
    x = value.detach().float().numpy().copy() if isinstance(value, torch.Tensor) else np.asarray(value)
    return np.asarray(x, np.float64) if x.ndim == 0 else x


def run(optimizer, options, path, start, gradients, recorded, rates):
    """The arguments, and parameters and states by step."""
    w = torch.nn.Parameter(torch.tensor(start))
    made = make(optimizer, options, path, [w])
    rate, taken = made.param_groups[0]["lr"], {}
    try:
        for step, gradient in enumerate(gradients, 1):
            if step in rates:
                made.param_groups[0]["lr"] = rate * rates[step]
            w.grad = torch.tensor(gradient)
            made.step()
            if step in recorded:
                states = {name: array(value) for name, value in made.state[w].items() if value is not None}
                taken[step] = dict(states, w=w.detach().numpy().copy())
    except (TypeError, ValueError, RuntimeError) as e:
        raise Refused("%s, step %d: %s" % (optimizer.__name__, step, e))
    return {name: value for name, value in made.defaults.items() if name not in OF_THE_PATH and value is not None}, taken


def write(path, tensors, metadata):
    header, offset = {"__metadata__": metadata}, 0
    for name, x in tensors.items():
        header[name] = {"dtype": {"float32": "F32", "float64": "F64"}[str(x.dtype)], "shape": list(x.shape), "data_offsets": [offset, offset + x.nbytes]}
        offset += x.nbytes
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    part = "%s.%d.part" % (path, os.getpid())
    try:
        with open(part, "wb") as file:
            file.write(struct.pack("<Q", len(text)) + text)
            for x in tensors.values():
                file.write(x.astype(x.dtype.newbyteorder("<")).tobytes())
        os.replace(part, path)
    except OSError as e:
        if os.path.exists(part):
            os.remove(part)
        raise Refused("%s cannot be written: %s" % (path, e.strerror))


def data(args):
    """Gradients and start: those that were given, the others seeded to fit them."""
    gradients = read(args.gradients) if args.gradients else None
    start = read(args.start) if args.start else None
    shape = gradients.shape[1:] if gradients is not None else start.shape if start is not None else (37,)
    shape = shape if args.shape is None else args.shape
    steps = args.steps or (50 if gradients is None else len(gradients))
    made = seeded(shape, steps, args.seed)
    gradients, start = made[0] if gradients is None else gradients, made[1] if start is None else start
    if gradients.shape != (steps,) + shape:
        raise Refused("gradients must have the shape %s, got %s" % ((steps,) + shape, gradients.shape))
    if start.shape != shape:
        raise Refused("start must have the shape %s, got %s" % (shape, start.shape))
    return gradients, start


def main():
    args = arguments()
    torch.set_num_threads(1)
    gradients, start = data(args)
    steps = len(gradients)
    recorded = args.record or sorted({n for n in (1, 2, 10, steps) if n <= steps})
    if recorded[-1] > steps:
        raise Refused("--record %d is after the last step, %d" % (recorded[-1], steps))
    tensors, cases = {"start": start, "gradients": gradients}, []
    for text, optimizer, options in args.optimizers:
        if any(c["case"] == text for c in cases):
            raise Refused("%s is given twice" % text)
        options, taken = run(optimizer, options, args.path, start, gradients, recorded, args.rates)
        cases.append({"case": text, "optimizer": optimizer.__name__, "shape": list(start.shape), "start": "start", "grads": "gradients",
                      "args": options, "states": sorted(name for name in taken[recorded[0]] if name != "w")})
        tensors.update({"%s/s%d/%s" % (text, step, name): x for step, of in taken.items() for name, x in of.items()})
    try:
        described = json.dumps(cases, separators=(",", ":"), allow_nan=False)
    except (TypeError, ValueError):
        raise Refused("options must be finite numbers, pairs of numbers, true or false")
    write(args.out, tensors, {
        "torch": torch.__version__, "path": args.path + ", 1 thread", "steps": ",".join(map(str, recorded)), "all_steps": str(steps),
        "learning_rate_factors": json.dumps(args.rates), "cpu_capability": torch.backends.cpu.get_cpu_capability(), "cases": described,
        "python": platform.python_version(), "machine": platform.machine()})
    print("%s: PyTorch %s, %s path, %d optimizers, %d tensors" % (args.out, torch.__version__, args.path, len(cases), len(tensors) - 2))


if __name__ == "__main__":
    try:
        main()
    except Refused as e:
        sys.exit("record.py: %s" % e)
