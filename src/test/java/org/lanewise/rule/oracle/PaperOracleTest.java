package org.lanewise.rule.oracle;

import static org.lanewise.rule.oracle.OracleTest.assertDetects;

import org.junit.jupiter.api.Test;
import org.lanewise.rule.Ftrl;
import org.lanewise.rule.Lion;
import org.lanewise.rule.Signum;

/** The comparison of {@link OracleProperties} finds the mistakes that are commonly made with the rules that PyTorch does not have. */
class PaperOracleTest {
    @Test
    void detectsLionThatStepsByTheNewMomentum() {
        RuleCase rule = RuleCases.of(new Lion(0.01));
        assertDetects(rule, (x, step, learningRate) -> {
            double[] y = rule.oracle().step(x, step, learningRate);
            y[0] = x[0] - learningRate * Math.signum(y[2]);
            return y;
        });
    }

    /** As {@code copysign} does, in DeepSpeed. */
    @Test
    void detectsLionThatMovesWithoutGradientAndMomentum() {
        RuleCase rule = RuleCases.of(new Lion(0.01));
        assertDetects(rule, (x, step, learningRate) -> {
            double[] y = rule.oracle().step(x, step, learningRate);
            y[0] -= x[1] == 0 && x[2] == 0 ? learningRate : 0;
            return y;
        });
    }

    @Test
    void detectsLionWithDecayInTheGradient() {
        RuleCase rule = RuleCases.of(new Lion(0.01).withBetas(0.95, 0.98).withWeightDecay(0.1));
        Oracle undecayed = PaperOracle.of(new Lion(0.01).withBetas(0.95, 0.98));
        assertDetects(rule, (x, step, learningRate) ->
                undecayed.step(new double[] {x[0], x[1] + 0.1 * x[0], x[2]}, step, learningRate));
    }

    @Test
    void detectsFtrlWithHalfOfItsL2() {
        RuleCase rule = RuleCases.of(new Ftrl(0.1).withL2(0.2));
        assertDetects(rule, PaperOracle.of(new Ftrl(0.1).withL2(0.1), 0.5));
    }

    @Test
    void detectsFtrlWithShrinkageInItsSumOfSquares() {
        RuleCase rule = RuleCases.of(new Ftrl(0.1).withL2Shrinkage(0.05));
        Oracle plain = PaperOracle.of(new Ftrl(0.1), 0.5);
        assertDetects(rule, (x, step, learningRate) ->
                plain.step(new double[] {x[0], x[1] + 0.1 * x[0], x[2], x[3]}, step, learningRate));
    }

    @Test
    void detectsFtrlThatMovesLikeAdagradFromTheParameter() {
        RuleCase rule = RuleCases.of(new Ftrl(0.1));
        assertDetects(rule, (x, step, learningRate) -> {
            double[] y = rule.oracle().step(x, step, learningRate);
            y[0] = x[0] - learningRate * x[1] / (1 + Math.sqrt(y[2]));
            return y;
        });
    }

    @Test
    void detectsSignumThatStepsByTheGradient() {
        RuleCase rule = RuleCases.of(new Signum(0.01));
        assertDetects(rule, (x, step, learningRate) -> {
            double[] y = rule.oracle().step(x, step, learningRate);
            y[0] = x[0] - learningRate * Math.signum(x[1]);
            return y;
        });
    }
}
