#!/usr/bin/env python3
"""Records what the C++ front end of LibTorch does with gradients that src/docs/torch/record.py makes, as path "C++".

Usage: record_cpp214.py OUT.safetensors, with g++, LibTorch 2.14.1 with its headers, and the Python of the same PyTorch.
"""
import importlib.util, json, os, subprocess, sys, tempfile
import numpy as np
import torch

SHAPE, STEPS, RECORDED, FACTORS = (31,), 12, (3, 12), {4: 0.5, 9: 3.0}
ADAM = dict(weight_decay=0.05, betas=(0.9, 0.999), eps=1e-8)
CASES = [
    ("Adam", "Adam", dict(lr=1e-3, amsgrad=True, **ADAM)),
    ("AdamW", "AdamW", dict(lr=1e-2, amsgrad=False, **ADAM)),
    ("SGD", "SGD", dict(lr=0.1, momentum=0.9, dampening=0.0, weight_decay=0.01, nesterov=True)),
    ("RMSprop", "RMSprop", dict(lr=0.01, alpha=0.99, eps=1e-8, weight_decay=0.0, momentum=0.9, centered=False)),
    ("RMSprop centered", "RMSprop", dict(lr=0.01, alpha=0.99, eps=1e-8, weight_decay=0.0, momentum=0.9, centered=True)),
    ("Adagrad", "Adagrad", dict(lr=0.1, lr_decay=0.05, weight_decay=0.0, initial_accumulator_value=0.0, eps=1e-10)),
]
SOURCE = r"""
#include <cstdio>
#include <fstream>
#include <map>
#include <set>
#include <torch/torch.h>

static const int N = 31, STEPS = 12;
static const std::set<int> RECORDED = {3, 12};
static const std::map<int, double> FACTORS = {{4, 0.5}, {9, 3.0}};
static std::vector<float> numbers((1 + STEPS) * N);

static void print(const char* name, int step, const char* what, torch::Tensor x) {
    printf("%s|%d|%s", name, step, what);
    for (int i = 0; i < N; i++) printf("|%a", x[i].item<float>());
    puts("");
}

template <class Optimizer, class State, class Options>
static void run(const char* name, Options options, std::map<const char*, torch::Tensor (*)(State&)> states) {
    torch::Tensor w = torch::from_blob(numbers.data(), {N}).clone().set_requires_grad(true);
    Optimizer optimizer({w}, options);
    for (int step = 1; step <= STEPS; step++) {
        if (FACTORS.count(step)) static_cast<Options&>(optimizer.param_groups()[0].options()).lr(options.lr() * FACTORS.at(step));
        w.mutable_grad() = torch::from_blob(numbers.data() + step * N, {N}).clone();
        optimizer.step();
        if (!RECORDED.count(step)) continue;
        print(name, step, "w", w.detach());
        auto& state = static_cast<State&>(*optimizer.state().at(w.unsafeGetTensorImpl()));
        for (auto& one : states) print(name, step, one.first, one.second(state));
    }
}

int main(int, char** args) {
    using namespace torch::optim;
    at::set_num_threads(1);
    std::ifstream(args[1], std::ios::binary).read(reinterpret_cast<char*>(numbers.data()), numbers.size() * 4);
    run<Adam, AdamParamState>("Adam", AdamOptions(1e-3).weight_decay(0.05).amsgrad(true), {
        {"exp_avg", [](AdamParamState& s) { return s.exp_avg(); }}, {"exp_avg_sq", [](AdamParamState& s) { return s.exp_avg_sq(); }},
        {"max_exp_avg_sq", [](AdamParamState& s) { return s.max_exp_avg_sq(); }}});
    run<AdamW, AdamWParamState>("AdamW", AdamWOptions(1e-2).weight_decay(0.05), {
        {"exp_avg", [](AdamWParamState& s) { return s.exp_avg(); }}, {"exp_avg_sq", [](AdamWParamState& s) { return s.exp_avg_sq(); }}});
    run<SGD, SGDParamState>("SGD", SGDOptions(0.1).momentum(0.9).weight_decay(0.01).nesterov(true), {
        {"momentum_buffer", [](SGDParamState& s) { return s.momentum_buffer(); }}});
    run<RMSprop, RMSpropParamState>("RMSprop", RMSpropOptions(0.01).momentum(0.9), {
        {"square_avg", [](RMSpropParamState& s) { return s.square_avg(); }},
        {"momentum_buffer", [](RMSpropParamState& s) { return s.momentum_buffer(); }}});
    run<RMSprop, RMSpropParamState>("RMSprop centered", RMSpropOptions(0.01).momentum(0.9).centered(true), {
        {"square_avg", [](RMSpropParamState& s) { return s.square_avg(); }}, {"grad_avg", [](RMSpropParamState& s) { return s.grad_avg(); }},
        {"momentum_buffer", [](RMSpropParamState& s) { return s.momentum_buffer(); }}});
    run<Adagrad, AdagradParamState>("Adagrad", AdagradOptions(0.1).lr_decay(0.05), {
        {"sum", [](AdagradParamState& s) { return s.sum(); }}});
}
"""


def recorder():
    place = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../../docs/torch/record.py")
    spec = importlib.util.spec_from_file_location("record", place)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def main(path):
    record = recorder()
    gradients, start = record.seeded(SHAPE, STEPS, 1)
    with tempfile.TemporaryDirectory() as folder:
        source, program, numbers = (os.path.join(folder, name) for name in ("record.cpp", "record", "numbers"))
        with open(source, "w") as file:
            file.write(SOURCE)
        with open(numbers, "wb") as file:
            file.write(start.tobytes() + gradients.tobytes())
        subprocess.run(["g++", "-std=c++20", "-O1", source, "-o", program, "-I/usr/include/torch/csrc/api/include", "-ltorch", "-ltorch_cpu", "-lc10"], check=True)
        lines = subprocess.run([program, numbers], check=True, capture_output=True, text=True).stdout.splitlines()
    tensors, states = {"start": start, "gradients": gradients}, {}
    for line in lines:
        case, step, what, *values = line.split("|")
        tensors["%s/s%s/%s" % (case, step, what)] = np.array([float.fromhex(x) for x in values], np.float32)
        states.setdefault(case, set()).add(what)
    cases = [dict(case=case, optimizer=optimizer, shape=SHAPE, start="start", grads="gradients", args=args, states=sorted(states[case] - {"w"}))
             for case, optimizer, args in CASES]
    record.write(path, tensors, dict(torch=torch.__version__, path="C++, 1 thread", steps=",".join(map(str, RECORDED)), all_steps=str(STEPS),
                                     learning_rate_factors=json.dumps(FACTORS), cpu_capability=torch.backends.cpu.get_cpu_capability(),
                                     cases=json.dumps(cases, separators=(",", ":"))))


main(sys.argv[1])
