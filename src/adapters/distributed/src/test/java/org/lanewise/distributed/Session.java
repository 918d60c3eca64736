package org.lanewise.distributed;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleConsumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.lanewise.Optimizer;
import org.lanewise.OptimizerBuilder;
import org.lanewise.ParameterStore;
import org.lanewise.StepReport;
import org.lanewise.Tensor;

/**
 * A training that one process or several can do: the same calls.
 *
 * @param model what is trained
 * @param told what the optimizer is told
 * @param reduction what is made of the gradients of the ranks
 * @param microBatches how often gradients are accumulated for a step; 0 for none
 * @param someAbsent whether some tensors have no gradient in some steps
 */
record Session(Model model, UnaryOperator<OptimizerBuilder> told, Reduction reduction, int microBatches, boolean someAbsent) {
    static Session of(Model model, UnaryOperator<OptimizerBuilder> told) {
        return new Session(model, told, Reduction.MEAN, 0, false);
    }

    Session with(Reduction reduction) {
        return new Session(model, told, reduction, microBatches, someAbsent);
    }

    Session accumulating(int microBatches) {
        return new Session(model, told.andThen(builder -> builder.accumulate(true))::apply, reduction, microBatches, someAbsent);
    }

    Session withSomeAbsent() {
        return new Session(model, told, reduction, microBatches, true);
    }

    /** The calls that both have. */
    private record Steps(Function<Runnable, StepReport> step, DoubleConsumer accumulate, LongSupplier steps) {}

    private List<String> run(Steps steps, ParameterStore store, int count, Gradients gradients) {
        List<String> reports = new ArrayList<>();
        for (int k = 0; k < count; k++) {
            long number = steps.steps.getAsLong() * 10 + k % 7;
            for (int t = 0; t < store.tensors().size() && someAbsent; t++) {
                store.tensors().get(t).setHasGradient((number / 10 + t) % 3 != 0);
            }
            for (int micro = 0; micro < microBatches; micro++) {
                gradients.compute(number * 10 + micro);
                steps.accumulate.accept(1 + micro);
            }
            reports.add(steps.step.apply(() -> {
                if (microBatches == 0) {
                    gradients.compute(number);
                }
            }).toString());
        }
        return reports;
    }

    private interface Gradients {
        void compute(long number);
    }

    /** Trains in one process with the gradients of so many ranks. */
    List<String> runAlone(Optimizer optimizer, int ranks, int steps) {
        ParameterStore store = optimizer.store();
        return run(new Steps(optimizer::step, optimizer::accumulate, optimizer::steps), store, steps,
                number -> model.reducedGradients(store, ranks, number, reduction));
    }

    /** Trains as one rank. */
    List<String> run(ShardedOptimizer optimizer, Communicator communicator, int steps) {
        ParameterStore store = optimizer.store();
        return run(new Steps(optimizer::step, optimizer::accumulate, optimizer::steps), store, steps, number -> {
            for (Tensor tensor : store.tensors()) {
                tensor.gradient().fill(0);
            }
            model.addGradients(store, communicator.rank(), number);
        });
    }
}
