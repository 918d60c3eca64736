package org.lanewise.rule;

import static org.lanewise.kernel.Species.FLOATS;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** The move of the rules that use only a direction's sign. The method on vectors is spliced into the loops that call it. */
final class SignStep {
    private SignStep() {}

    /**
     * {@code w - learningRate sign(c)}, one rounding; {@code w} where {@code c} is 0 or {@code NaN}.
     *
     * @param learningRate in every lane, at least 0
     */
    static FloatVector down(FloatVector w, FloatVector c, FloatVector learningRate) {
        FloatVector step = FloatVector.zero(FLOATS).blend(learningRate, c.compare(VectorOperators.GT, 0));
        return w.sub(step.blend(learningRate.neg(), c.compare(VectorOperators.LT, 0)));
    }
}
