package org.lanewise.rule;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.lanewise.Rule;

/** Comparisons by bits. */
final class Laws {
    private Laws() {}

    /** All planes of all tensors are the same. */
    static void assertSame(Run expected, Run actual) {
        for (int k = 0; k < expected.planes().size(); k++) {
            assertSame(expected.planes(k), actual.planes(k), actual.optimizer().rule());
        }
    }

    static void assertSame(float[][] expected, float[][] actual, Object message) {
        assertEquals(expected.length, actual.length);
        for (int k = 0; k < expected.length; k++) {
            assertArrayEquals(expected[k], actual[k], message::toString);
        }
    }

    static void assertSameUpToSignsOfZeros(float[] expected, float[] actual) {
        assertArrayEquals(FloatArrays.withoutNegativeZeros(expected), FloatArrays.withoutNegativeZeros(actual));
    }

    /** With a learning rate of 1/4 and a decay of 2 the parameter is halved, exactly, before it is moved as it would be from there. */
    static void assertShrinks(Rule plain, Rule decaying, Gradients gradients) {
        Gradients one = gradients.upTo(1).withOwnLearningRates();
        List<TensorNumbers> halves = one.tensors().stream().map(tensor -> tensor.mapElements(element ->
                new float[] {element[0] / 2, element[1]})).toList();
        assertSame(Run.after(plain, one.of(halves)), Run.after(decaying, one));
    }

    /** A new store with the planes of another, and an optimizer that is told steps and last learning rate, go on as the others do. */
    static void assertResumes(Rule rule, Gradients gradients, int stop) {
        Run before = Run.after(rule, gradients.upTo(stop));
        Run resumed = new Run(rule, gradients.shapes(), stop, before.optimizer().previousLearningRate()).set(before.planes());
        assertEquals(stop, resumed.optimizer().steps());
        assertSame(before.stepThrough(gradients, stop + 1, gradients.steps()),
                resumed.stepThrough(gradients, stop + 1, gradients.steps()));
    }
}
