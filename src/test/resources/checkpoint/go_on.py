"""Loads files of TorchCheckpoint.save with PyTorch, does further steps, and saves what is then: go_on.py FOLDER.

CASE.pt is loaded, CASE.json names the optimizer's class, CASE.gradients holds 32-bit floats: all gradients of a step in the order of the
model, step after step. CASE.back.pt is what torch.save writes after them.
"""
import glob
import json
import sys

import numpy as np
import torch

torch.set_num_threads(1)
for path in sorted(glob.glob(sys.argv[1] + "/*.json")):
    case = path[:-len(".json")]
    saved = torch.load(case + ".pt", weights_only=True)
    model = torch.nn.Module()
    for name, tensor in saved["model"].items():
        module = model
        for part in name.split(".")[:-1]:
            if not hasattr(module, part):
                module.add_module(part, torch.nn.Module())
            module = getattr(module, part)
        module.register_parameter(name.split(".")[-1], torch.nn.Parameter(torch.zeros_like(tensor)))
    model.load_state_dict(saved["model"])
    parameters = dict(model.named_parameters())
    groups = [{"params": [(name, parameters[name]) for name in group["param_names"]]} for group in saved["optimizer"]["param_groups"]]
    with open(path) as file:
        optimizer = getattr(torch.optim, json.load(file)["optimizer"])(groups)
    optimizer.load_state_dict(saved["optimizer"])
    gradients = torch.from_numpy(np.fromfile(case + ".gradients", dtype="<f4"))
    at = 0
    while at < gradients.numel():
        for name in saved["model"]:
            parameter = parameters[name]
            parameter.grad = gradients[at:at + parameter.numel()].reshape(parameter.shape).clone()
            at += parameter.numel()
        optimizer.step()
    torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict()}, case + ".back.pt")
print("done")
