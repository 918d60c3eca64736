package org.lanewise.verify;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.lanewise.Rule;
import org.lanewise.Storage;
import org.lanewise.reference.PlainStepper;

/**
 * What the plain Java loops of a rule, as they are written, make of some numbers.
 *
 * @param numbers what it starts from
 * @param passes every look-ahead and update
 */
record Reference(Numbers numbers, List<Pass> passes) {
    private static final int PARAMETER = 0, GRADIENT = 1, FIRST_STATE = 2;

    /**
     * One look-ahead or update.
     *
     * @param step number of the step
     * @param lookAhead whether it was the look-ahead
     * @param before what each plane held
     * @param after what each plane held then
     */
    record Pass(int step, boolean lookAhead, float[][] before, float[][] after) {}

    /** Whether a pass left a parameter with another number; from infinities and {@code NaN} even a step of nothing may do so. */
    boolean moves() {
        return passes.stream().anyMatch(pass -> {
            float[] before = pass.before()[PARAMETER], after = pass.after()[PARAMETER];
            return IntStream.range(0, after.length)
                    .anyMatch(i -> before[i] != after[i] && Float.isFinite(before[i]) && Float.isFinite(after[i]));
        });
    }

    /** Of planes that are rounded to these storages: parameters, gradients, states. Sums of gradients follow, if there are some. */
    static Reference of(Rule rule, boolean maximize, boolean flushSubnormals, boolean treatsGradients, Numbers numbers,
            List<Storage> storages) {
        PlainStepper stepper = new PlainStepper(rule, maximize && !treatsGradients, flushSubnormals, false, numbers.shape(), storages);
        stepper.set(PARAMETER, numbers.parameters());
        List<Pass> passes = new ArrayList<>();
        for (int step = 1; step <= numbers.steps(); step++) {
            stepper.set(GRADIENT, numbers.gradients(step));
            if (step == numbers.refilledStep()) {
                for (int k = 0; k < rule.states().size(); k++) {
                    stepper.set(FIRST_STATE + k, numbers.states(k));
                }
            }
            List<float[]> sums = new ArrayList<>();
            if (treatsGradients) {
                sums.add(Treatment.sums(stepper.contents()[GRADIENT]));
                stepper.see(Treatment.seen(sums.getFirst(), maximize));
            }
            if (rule.lookAhead().isPresent()) {
                passes.add(pass(stepper, step, true, sums));
            }
            passes.add(pass(stepper, step, false, sums));
        }
        return new Reference(numbers, passes);
    }

    private static Pass pass(PlainStepper stepper, int step, boolean lookAhead, List<float[]> sums) {
        float[][] before = with(sums, stepper.contents());
        if (lookAhead) {
            stepper.lookAhead();
        } else {
            stepper.update();
        }
        return new Pass(step, lookAhead, before, with(sums, stepper.contents()));
    }

    private static float[][] with(List<float[]> sums, float[][] planes) {
        return Stream.concat(Stream.of(planes), sums.stream()).toArray(float[][]::new);
    }
}
