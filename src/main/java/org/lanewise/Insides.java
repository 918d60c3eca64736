package org.lanewise;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.lanewise.execution.OptimizerAccess;
import org.lanewise.execution.Training;

/** Gives checkpoints access to what an optimizer does not show. */
final class Insides extends OptimizerAccess {
    private static Optimizer of(Object optimizer) {
        return (Optimizer) optimizer;
    }

    @Override
    public void requireBetweenSteps(Object optimizer, String what) {
        of(optimizer).requireReady();
        if (of(optimizer).lookedAhead) {
            throw new IllegalStateException(what + " must come after the step that was looked ahead for");
        }
    }

    @Override
    public Training training(Object optimizer) {
        return of(optimizer).training;
    }

    @Override
    public Map<String, Object> options(Object optimizer) {
        Groups.Options options = of(optimizer).options;
        Map<String, Object> all = new TreeMap<>();
        put(all, "clip", options.clipping(), options.clipping().form() != Clipping.Form.NONE);
        put(all, "nonFinite", options.nonFinite(), options.nonFinite() != NonFinite.PROPAGATE);
        put(all, "lossScaler", options.lossScaler());
        put(all, "average", options.average().map(Average::toString));
        put(all, "globalNorm", "of the user's own", options.globalNorm().isPresent());
        put(all, "clearGradients", true, options.clearsGradients());
        put(all, "writeGradientsBack", true, options.writesGradientsBack());
        put(all, "accumulate", true, options.accumulates());
        put(all, "flushSubnormals", true, options.flushSubnormals());
        return all;
    }

    private static void put(Map<String, Object> all, String name, Object value, boolean isOn) {
        put(all, name, Optional.of(value).filter(_ -> isOn));
    }

    private static void put(Map<String, Object> all, String name, Optional<?> value) {
        value.ifPresent(each -> all.put(name, each));
    }

    @Override
    public double accumulatedWeight(Object optimizer) {
        return of(optimizer).weight;
    }

    @Override
    public void resume(Object optimizer, long steps, double accumulatedWeight) {
        of(optimizer).steps = steps;
        of(optimizer).weight = accumulatedWeight;
    }
}
