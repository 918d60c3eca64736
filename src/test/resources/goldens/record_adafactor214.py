#!/usr/bin/env python3
"""Records torch.optim.Adafactor where the other golden files do not look: odd shapes, zeros, tiny and huge gradients, small epsilons.
And Hugging Face's Adafactor, as optimizer "transformers.Adafactor".

Usage: record_adafactor214.py OUT.safetensors, with PyTorch 2.14.1 and transformers 5.12.1. Format as in torch214_single_f32.safetensors.
"""
import json, struct, sys
import numpy as np
import torch
from transformers.optimization import Adafactor as HuggingFace

STEPS, RECORDED, FACTORS = 12, (1, 3, 12), {4: 0.5, 9: 3.0}
SHAPES = [(), (1,), (5,), (67,), (1, 1), (1, 9), (9, 1), (2, 2), (4, 7), (40, 3), (3, 40), (150, 3), (1, 1, 1), (2, 1, 7), (3, 4, 1), (7, 3, 3), (2, 9, 17)]
KINDS = ["normal", "small", "zeros", "zero_rows", "large", "huge", "nonfinite"]
ARGS = {
    "default": {},
    "all": dict(lr=0.05, beta2_decay=-0.4, eps=(1e-9, 3e-2), d=1.7, weight_decay=0.1, maximize=True),
    "eps1e-30": dict(eps=(1e-30, 1e-3)),
    "eps0": dict(lr=0.2, eps=(0.0, 0.0)),
}
HUGGING_FACE_SHAPES = [(), (5,), (67,), (1, 9), (9, 1), (4, 7), (40, 3), (2, 1, 7), (7, 3, 3)]
HUGGING_FACE_KINDS = ["normal", "small", "zeros", "zero_rows"]
HUGGING_FACE_ARGS = {
    "default": {},
    "manual": dict(lr=0.02, relative_step=False, scale_parameter=False, weight_decay=0.1),
    "all": dict(eps=(1e-6, 3e-2), clip_threshold=1.7, decay_rate=-0.5, weight_decay=0.2),
}


def gradients(kind, shape, seed):
    random = np.random.default_rng(seed)
    g = random.standard_normal((STEPS,) + shape)
    flat = g.reshape(STEPS, -1)
    if kind == "small":
        g *= 1e-5
    elif kind == "zeros":
        flat[:, ::2] = 0
        flat[3] = 0
    elif kind == "zero_rows" and len(shape) > 1:
        g[..., 0, :] = 0
        g[..., 0] = 0
    elif kind == "zero_rows":
        g *= 0
    elif kind == "large":
        flat[1, 0] = 1e10
        flat[4, -1] = -1e9
    elif kind == "huge":
        flat[1, 0] = 3e19
    elif kind == "nonfinite":
        flat[1, 0] = np.inf
        flat[5, -1] = np.nan
    return g.astype(np.float32)


def run(optimizer, w, g):
    """The parameters and states after some steps, by step."""
    rate = optimizer.param_groups[0]["lr"]
    factor = 1.0
    for t in range(1, STEPS + 1):
        factor = FACTORS.get(t, factor)
        if rate is not None:
            optimizer.param_groups[0]["lr"] = rate * factor
        w.grad = torch.tensor(g[t - 1])
        optimizer.step()
        if t in RECORDED:
            state = {k: v.numpy().copy() for k, v in optimizer.state[w].items() if isinstance(v, torch.Tensor) and k not in ("step", "RMS")}
            yield t, state, w.detach().numpy().copy()


def record(name, make, args, shape, kinds, tensors, cases):
    at = "x".join(map(str, shape)) or "0-D"
    for kind in kinds:
        for label, options in args.items():
            if label.startswith("eps") and kind in ("normal", "small", "nonfinite"):
                continue
            case = "%s/%s_%s/%s" % (name.lower(), label, at, kind)
            w = torch.nn.Parameter(torch.tensor(tensors["w0/" + at]))
            optimizer = make([w], **options)
            for t, states, after in run(optimizer, w, tensors["grads/%s/%s" % (at, kind)]):
                tensors.update({"%s/s%d/%s" % (case, t, what): x for what, x in dict(states, w=after).items()})
            cases.append(dict(case=case, optimizer=name, shape=list(shape), start="w0/" + at, grads="grads/%s/%s" % (at, kind), states=sorted(states),
                              args={k: v for k, v in optimizer.defaults.items() if k not in ("foreach", "capturable", "differentiable", "beta1")}))


def main(path):
    torch.set_num_threads(1)
    tensors, cases = {}, []
    for k, shape in enumerate(SHAPES):
        at = "x".join(map(str, shape)) or "0-D"
        tensors["w0/" + at] = np.asarray(np.random.default_rng(100 + k).standard_normal(shape), np.float32)
        for kind in KINDS:
            tensors["grads/%s/%s" % (at, kind)] = gradients(kind, shape, 1000 * k + KINDS.index(kind))
        record("Adafactor", lambda w, **options: torch.optim.Adafactor(w, foreach=False, **options), ARGS, shape, KINDS, tensors, cases)
    for shape in HUGGING_FACE_SHAPES:
        record("transformers.Adafactor", HuggingFace, HUGGING_FACE_ARGS, shape, HUGGING_FACE_KINDS, tensors, cases)
    meta = dict(torch=torch.__version__, steps=",".join(map(str, RECORDED)), all_steps=str(STEPS), path="single, 1 thread",
                learning_rate_factors=json.dumps({str(t): f for t, f in FACTORS.items()}), cases=json.dumps(cases, separators=(",", ":")))
    header, data = {"__metadata__": meta}, b""
    for name, x in tensors.items():
        raw = np.ascontiguousarray(x).tobytes()
        header[name] = dict(dtype="F32", shape=list(x.shape), data_offsets=[len(data), len(data) + len(raw)])
        data += raw
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)


main(sys.argv[1])
