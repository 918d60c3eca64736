package org.lanewise.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lanewise.Slice;
import org.lanewise.Width;
import org.lanewise.rule.Adam;

class TrainingTest {
    private final Digits.Split digits = DigitsCsv.builtIn().split(1);

    static List<Contender> contenders() {
        return Contender.forDigits();
    }

    @ParameterizedTest
    @MethodSource("contenders")
    void everyRuleLearnsToReadDigits(Contender contender) {
        var training = training(contender, contender.fullBatch() ? 30 : 10, Width.preferred());
        training.run(_ -> {});
        double accuracy = training.network().score(digits.test()).accuracy();
        assertTrue(accuracy >= 0.95, () -> "test accuracy " + accuracy);
    }

    @ParameterizedTest
    @MethodSource("contenders")
    void vectorsAndPlainLoopsEndInTheSameBits(Contender contender) {
        var vector = training(contender, 1, Width.preferred());
        var scalar = training(contender, 1, Width.SCALAR);
        vector.run(_ -> {});
        scalar.run(_ -> {});
        assertTrue(Bits.equal(vector.optimizer(), scalar.optimizer()));
    }

    @Test
    void oneOtherBitIsNoticed() {
        var adam = new Contender("Adam", new Adam(0.01));
        var one = training(adam, 1, Width.SCALAR).optimizer();
        var other = training(adam, 1, Width.SCALAR).optimizer();
        assertTrue(Bits.equal(one, other));
        for (Slice slice : List.of(other.store().tensor("fc2.bias").parameter(), other.store().tensor("fc1.weight").state("v"))) {
            float before = slice.get(9);
            slice.set(9, Math.nextUp(before));
            assertFalse(Bits.equal(one, other), slice::toString);
            slice.set(9, before);
        }
    }

    @ParameterizedTest
    @MethodSource("contenders")
    void curveGoesFromTheStartToTheLastStep(Contender contender) {
        var training = training(contender, 2, Width.preferred());
        var curve = new Curve(training, digits);
        training.run(_ -> curve.afterStep());
        assertEquals(0, curve.points().getFirst().steps());
        assertEquals(training.totalSteps(), curve.last().steps());
        assertEquals(2, curve.last().epochs());
        assertEquals(training.network().score(digits.train()).loss(), curve.last().loss());
    }

    private Training training(Contender contender, int epochs, Width width) {
        return new Training(contender, digits.train(), epochs, 1, width);
    }
}
