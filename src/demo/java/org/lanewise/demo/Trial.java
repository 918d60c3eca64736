package org.lanewise.demo;

import java.util.List;
import org.lanewise.Optimizer;
import org.lanewise.Width;

/** Trains the network with one rule twice from the same start, with vectors and without, and compares the two. */
final class Trial {
    private final Contender contender;
    private final Training vector;
    private final Training scalar;
    private final Curve curve;
    private boolean bitsEqual;

    Trial(Contender contender, Digits.Split digits, int epochs, long seed) {
        this.contender = contender;
        this.vector = new Training(contender, digits.train(), epochs, seed, Width.preferred());
        this.scalar = new Training(contender, digits.train(), epochs, seed, Width.SCALAR);
        this.curve = new Curve(vector, digits);
    }

    int totalSteps() {
        return vector.totalSteps() + scalar.totalSteps();
    }

    /** Makes all steps of both trainings, and says so after each. */
    void run(Runnable afterStep) {
        vector.run(_ -> {
            curve.afterStep();
            afterStep.run();
        });
        scalar.run(_ -> afterStep.run());
        bitsEqual = Bits.equal(vector.optimizer(), scalar.optimizer());
    }

    /** The two trainings' optimizers, the one with vectors first. */
    List<Optimizer> optimizers() {
        return List.of(vector.optimizer(), scalar.optimizer());
    }

    String name() {
        return contender.name();
    }

    /** The training with vectors. */
    List<Curve.Point> curve() {
        return curve.points();
    }

    DemoResults.RuleResult row(DemoResults.Cost cost) {
        return new DemoResults.RuleResult(
                contender.name(),
                contender.rule().toString(),
                contender.rule().learningRate(),
                vector.batchSize(),
                vector.totalSteps(),
                curve.last().loss(),
                curve.last().accuracy(),
                curve.stepsToGoal().orElse(null),
                curve.interval(),
                cost,
                bitsEqual);
    }
}
