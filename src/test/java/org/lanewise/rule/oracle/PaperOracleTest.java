package org.lanewise.rule.oracle;

import static org.lanewise.rule.oracle.OracleTest.assertDetects;

import org.junit.jupiter.api.Test;
import org.lanewise.rule.AdEMAMix;
import org.lanewise.rule.AdaBelief;
import org.lanewise.rule.Adan;
import org.lanewise.rule.Adopt;
import org.lanewise.rule.Ftrl;
import org.lanewise.rule.Lion;
import org.lanewise.rule.ScheduleFreeAdamW;
import org.lanewise.rule.ScheduleFreeSgd;
import org.lanewise.rule.Signum;
import org.lanewise.rule.Yogi;

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

    @Test
    void detectsAdEMAMixThatCorrectsItsSlowMean() {
        RuleCase rule = RuleCases.of(new AdEMAMix(0.002));
        assertDetects(rule, (x, step, learningRate) -> {
            double alpha = 5 / (1 - Math.pow(0.9999, step));
            return PaperOracle.of(new AdEMAMix(0.002).withAlpha(alpha)).step(x, step, learningRate);
        });
    }

    @Test
    void detectsAdEMAMixWhoseBetaGrowsLinearly() {
        RuleCase rule = RuleCases.of(new AdEMAMix(0.002).withWarmup(20));
        assertDetects(rule, (x, step, learningRate) -> {
            double part = Math.min(1, step / 20.0), beta3 = 0.9 + part * (0.9999 - 0.9);
            return PaperOracle.of(new AdEMAMix(0.002).withBetas(0.9, 0.999, beta3).withAlpha(5 * part)).step(x, step, learningRate);
        });
    }

    @Test
    void detectsAdanThatTakesItsFirstGradientForAChange() {
        RuleCase rule = RuleCases.of(new Adan(0.002));
        assertDetects(rule, (x, step, learningRate) -> {
            double[] y = rule.oracle().step(x, step, learningRate);
            y[3] += step == 1 ? 0.08 * x[1] : 0;
            return y;
        });
    }

    @Test
    void detectsAdanWithTheOtherDecay() {
        RuleCase rule = RuleCases.of(new Adan(0.002).withWeightDecay(0.3));
        assertDetects(rule, PaperOracle.of(new Adan(0.002).withWeightDecay(0.3).withProximal(false)));
    }

    @Test
    void detectsAdoptThatDividesByARootWithTheNewGradient() {
        RuleCase rule = RuleCases.of(new Adopt(0.002).withBetas(0.5, 0.9));
        assertDetects(rule, (x, step, learningRate) -> {
            double[] y = rule.oracle().step(x, step, learningRate);
            double[] late = rule.oracle().step(new double[] {x[0], x[1], x[2], y[3]}, step, learningRate);
            return step == 1 ? y : new double[] {late[0], late[1], late[2], y[3]};
        });
    }

    @Test
    void detectsAdoptWhoseBoundIsAStepAhead() {
        RuleCase rule = RuleCases.of(new Adopt(0.002));
        assertDetects(rule, (x, step, learningRate) -> rule.oracle().step(x, step == 1 ? 1 : step + 1, learningRate));
    }

    @Test
    void detectsAdaBeliefWithSurpriseAtTheOldMean() {
        RuleCase rule = RuleCases.of(new AdaBelief(0.002));
        assertDetects(rule, (x, step, learningRate) -> {
            double[] y = rule.oracle().step(x, step, learningRate);
            y[3] = 0.999 * x[3] + 0.001 * (x[1] - x[2]) * (x[1] - x[2]) + 1e-16;
            return y;
        });
    }

    @Test
    void detectsAdaBeliefThatDoesNotKeepEpsilon() {
        RuleCase rule = RuleCases.of(new AdaBelief(0.002).withEpsilon(0.01));
        assertDetects(rule, (x, step, learningRate) -> {
            double[] y = rule.oracle().step(x, step, learningRate);
            y[3] -= 0.01;
            return y;
        });
    }

    @Test
    void detectsYogiThatMovesItsSquareAsAdamDoes() {
        RuleCase rule = RuleCases.of(new Yogi(0.002));
        assertDetects(rule, (x, step, learningRate) -> {
            double[] y = rule.oracle().step(x, step, learningRate);
            y[3] = 0.999 * x[3] + 0.001 * x[1] * x[1];
            return y;
        });
    }

    @Test
    void detectsScheduleFreeThatDecaysAtTheAverage() {
        RuleCase rule = RuleCases.of(new ScheduleFreeSgd(0.1).withWeightDecay(0.3));
        Oracle undecayed = PaperOracle.of(new ScheduleFreeSgd(0.1));
        assertDetects(rule, (x, step, learningRate) ->
                undecayed.step(new double[] {x[0], x[1] + 0.3 * x[0], x[2], x[3]}, step, learningRate));
    }

    @Test
    void detectsScheduleFreeWithTheWeightOfTheNextStep() {
        RuleCase rule = RuleCases.of(new ScheduleFreeAdamW(0.01));
        assertDetects(rule, (x, step, learningRate) -> {
            double[] y = rule.oracle().step(x, step, learningRate);
            y[0] = x[0] + (y[2] - x[0]) / (step + 1);
            return y;
        });
    }

    @Test
    void detectsScheduleFreeThatStartsAtZero() {
        RuleCase rule = RuleCases.of(new ScheduleFreeSgd(0.1));
        assertDetects(rule, (x, step, learningRate) -> {
            double[] y = rule.oracle().step(x, step, learningRate);
            y[2] -= step == 1 ? x[0] : 0;
            return y;
        });
    }
}
