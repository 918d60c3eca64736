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

    /** Of what follows the planes of a rule. */
    private static final int SUM = 0, AVERAGE = 1;

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

    /**
     * Of planes that are rounded to these storages: parameters, gradients, states. If gradients are treated, their sums and the averages
     * of parameters follow.
     */
    static Reference of(Rule rule, boolean maximize, boolean flushSubnormals, boolean treatsGradients, Numbers numbers,
            List<Storage> storages) {
        PlainStepper stepper = new PlainStepper(rule, maximize && !treatsGradients, flushSubnormals, false, numbers.shape(), storages);
        stepper.set(PARAMETER, numbers.parameters());
        List<Pass> passes = new ArrayList<>();
        List<float[]> more = treatsGradients
                ? new ArrayList<>(List.of(new float[(int) numbers.shape().size()], new float[(int) numbers.shape().size()])) : List.of();
        for (int step = 1; step <= numbers.steps(); step++) {
            stepper.set(GRADIENT, numbers.gradients(step));
            if (step == numbers.refilledStep()) {
                for (int k = 0; k < rule.states().size(); k++) {
                    stepper.set(FIRST_STATE + k, numbers.states(k));
                }
            }
            if (treatsGradients) {
                more.set(SUM, Treatment.sums(stepper.contents()[GRADIENT]));
                stepper.see(Treatment.seen(more.get(SUM), maximize));
            }
            if (rule.lookAhead().isPresent()) {
                passes.add(pass(stepper, step, true, more));
            }
            passes.add(pass(stepper, step, false, more));
        }
        return new Reference(numbers, passes);
    }

    private static Pass pass(PlainStepper stepper, int step, boolean lookAhead, List<float[]> more) {
        float[][] before = with(more, stepper.contents());
        if (lookAhead) {
            stepper.lookAhead();
        } else {
            stepper.update();
            if (!more.isEmpty()) {
                more.set(AVERAGE, Treatment.averaged(step, more.get(AVERAGE), stepper.contents()[PARAMETER]));
            }
        }
        return new Pass(step, lookAhead, before, with(more, stepper.contents()));
    }

    private static float[][] with(List<float[]> more, float[][] planes) {
        return Stream.concat(Stream.of(planes), more.stream()).toArray(float[][]::new);
    }
}
