package org.lanewise.tool;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.lanewise.Rule;
import org.lanewise.rule.AdEMAMix;
import org.lanewise.rule.AdaBelief;
import org.lanewise.rule.Adadelta;
import org.lanewise.rule.Adafactor;
import org.lanewise.rule.Adagrad;
import org.lanewise.rule.Adam;
import org.lanewise.rule.AdamW;
import org.lanewise.rule.Adamax;
import org.lanewise.rule.Adan;
import org.lanewise.rule.Adopt;
import org.lanewise.rule.Asgd;
import org.lanewise.rule.Ftrl;
import org.lanewise.rule.GradientDescent;
import org.lanewise.rule.Lamb;
import org.lanewise.rule.Lars;
import org.lanewise.rule.Lion;
import org.lanewise.rule.Momentum;
import org.lanewise.rule.NAdam;
import org.lanewise.rule.Nesterov;
import org.lanewise.rule.NovoGrad;
import org.lanewise.rule.RAdam;
import org.lanewise.rule.RmsProp;
import org.lanewise.rule.Rprop;
import org.lanewise.rule.ScheduleFreeAdamW;
import org.lanewise.rule.ScheduleFreeSgd;
import org.lanewise.rule.Sgd;
import org.lanewise.rule.Signum;
import org.lanewise.rule.Yogi;

/**
 * Every rule of the library with every option: what tests, verification and benchmarks run over. A rule that is missing here fails the
 * build. The first row of a rule is the form that it is measured in.
 */
public final class RuleTable {
    private static final List<Rule> RULES = List.of(
            new GradientDescent(0.1),
            new Momentum(0.05, 0.9),
            new Momentum(0.05, 0.5),
            new Nesterov(0.05, 0.9),
            new Nesterov(0.05, 0.5),
            new Sgd(0.1).withMomentum(0.9).withNesterov(true),
            new Sgd(0.1),
            new Sgd(0.1).withWeightDecay(0.05),
            new Sgd(0.1).withMomentum(0.9),
            new Sgd(0.1).withMomentum(0.9).withDampening(0.3),
            new Sgd(0.1).withMomentum(0.9).withLearningRateInside(true),
            new Sgd(0.1).withMomentum(0.9).withNesterov(true).withWeightDecay(0.01).withLearningRateInside(true),
            new Sgd(0.05).withMomentum(0.8).withDampening(0.5).withWeightDecay(0.02),
            new Sgd(0.05).withMomentum(0.8).withNesterov(true).withWeightDecay(0.01),
            new Rprop(0.01),
            new Rprop(0.5).withEtas(0.6, 1.1).withSteps(1e-3, 1),
            new RmsProp(0.01),
            new RmsProp(0.01).withAlpha(0.9).withEpsilon(1e-4),
            new RmsProp(0.01).withMomentum(0.9),
            new RmsProp(0.01).withCentered(true),
            new RmsProp(0.01).withCentered(true).withClampedVariance(true),
            new RmsProp(0.01).withCentered(true).withMomentum(0.9).withAlpha(0.4),
            new RmsProp(0.01).withEpsilonInRoot(true),
            new RmsProp(0.01).withInitialAccumulator(1),
            new RmsProp(0.01).withMomentum(0.9).withLearningRateInside(true),
            new RmsProp(0.01).withCentered(true).withMomentum(0.9).withEpsilonInRoot(true).withLearningRateInside(true),
            new RmsProp(0.005).withWeightDecay(0.02).withMomentum(0.8).withCentered(true),
            new Adam(0.01),
            new Adam(0.01).withBetas(0.4, 0.95).withEpsilon(0),
            new Adam(0.01).withWeightDecay(0.05),
            new Adam(0.01).withAmsgrad(true),
            new Adam(0.01).withEpsilonHat(true),
            new Adam(0.01).withEpsilonHat(true).withAmsgrad(true),
            new Adam(0.01).withEpsilonRoot(1e-4),
            new Adam(0.01).withEpsilonRoot(1e-4).withAmsgrad(true),
            new Adam(0.01).withAmsgrad(true).withCorrectedMaximum(true),
            new Adam(0.01).withEpsilonRoot(1e-4).withAmsgrad(true).withCorrectedMaximum(true),
            new Adam(0.003).withWeightDecay(0.1).withAmsgrad(true),
            new AdamW(0.01),
            new AdamW(0.01).withBetas(0.4, 0.95).withEpsilon(0),
            new AdamW(0.01).withWeightDecay(0),
            new AdamW(0.01).withAmsgrad(true),
            new AdamW(0.01).withEpsilonHat(true),
            new AdamW(0.01).withEpsilonHat(true).withAmsgrad(true),
            new AdamW(0.01).withEpsilonRoot(1e-4),
            new AdamW(0.01).withEpsilonRoot(1e-4).withAmsgrad(true),
            new AdamW(0.01).withAmsgrad(true).withCorrectedMaximum(true),
            new AdamW(0.01).withEpsilonRoot(1e-4).withAmsgrad(true).withCorrectedMaximum(true),
            new AdamW(0.003).withWeightDecay(0.1).withAmsgrad(true),
            new AdamW(0.01).withUpdateClipping(true),
            new AdamW(0.01).withBetas(0.8, 0.5).withEpsilonHat(true).withAmsgrad(true).withUpdateClipping(true),
            new NAdam(0.01),
            new NAdam(0.01).withBetas(0.4, 0.95).withEpsilon(0),
            new NAdam(0.01).withMomentumDecay(0.1).withWeightDecay(0.05),
            new NAdam(0.01).withWeightDecay(0.05).withDecoupledWeightDecay(true),
            new NAdam(0.003).withWeightDecay(0.1),
            new RAdam(0.01),
            new RAdam(0.01).withBetas(0.4, 0.3).withEpsilon(0),
            new RAdam(0.01).withWeightDecay(0.05),
            new RAdam(0.01).withWeightDecay(0.05).withDecoupledWeightDecay(true),
            new RAdam(0.003).withBetas(0.9, 0.9),
            new Adamax(0.01),
            new Adamax(0.01).withBetas(0.4, 0.95).withEpsilon(0),
            new Adamax(0.01).withWeightDecay(0.05),
            new Adamax(0.01).withEpsilonAfterMaximum(true),
            new Adagrad(0.01),
            new Adagrad(0.1).withLearningRateDecay(0.05).withInitialAccumulator(0.1).withEpsilon(0),
            new Adagrad(0.01).withWeightDecay(0.05),
            new Adagrad(0.01).withEpsilonInRoot(true).withEpsilon(1e-4),
            new Adadelta(1),
            new Adadelta(0.5).withRho(0.95).withEpsilon(0),
            new Adadelta(1).withWeightDecay(0.05),
            new Asgd(0.1),
            new Asgd(0.1).withLambda(0.01).withAlpha(0.5).withT0(1),
            new Asgd(0.1).withT0(0).withWeightDecay(0.05),
            new Lion(0.01),
            new Lion(0.01).withBetas(0.5, 0.8).withWeightDecay(0.05),
            new Signum(0.01),
            new Signum(0.01).withBeta(0),
            new Signum(0.01).withBeta(0.5).withWeightDecay(0.05),
            new Ftrl(0.1),
            new Ftrl(0.1).withBeta(0).withInitialAccumulator(0.1),
            new Ftrl(0.1).withL1(0.5).withL2(0.05),
            new Ftrl(0.05).withL1(0.1).withL2(0.15).withL2Shrinkage(0.01).withInitialAccumulator(0.4),
            new AdEMAMix(0.01),
            new AdEMAMix(0.01).withBetas(0.8, 0.95, 0.99).withAlpha(8).withWarmup(3).withEpsilon(0),
            new AdEMAMix(0.01).withWeightDecay(0.05),
            new Adan(0.01),
            new Adan(0.01).withBetas(0.9, 0.8, 0.95).withEpsilon(0),
            new Adan(0.01).withWeightDecay(0.05),
            new Adan(0.01).withWeightDecay(0.05).withProximal(false),
            new Adopt(0.01),
            new Adopt(0.01).withClip(false),
            new Adopt(0.01).withBetas(0.8, 0.95).withEpsilon(0),
            new Adopt(0.01).withWeightDecay(0.05),
            new Adopt(0.01).withWeightDecay(0.05).withDecoupledWeightDecay(true).withClip(false),
            new AdaBelief(0.01),
            new AdaBelief(0.01).withBetas(0.8, 0.95).withEpsilon(0),
            new AdaBelief(0.01).withWeightDecay(0.05),
            new Lars(0.1),
            new Lars(0.1).withMomentum(0.5).withWeightDecay(0.05).withTrustCoefficient(0.1).withEpsilon(1e-4),
            new Lars(0.1).withNesterov(true),
            new Lamb(0.01),
            new Lamb(0.01).withBetas(0.8, 0.95).withEpsilon(0).withWeightDecay(0),
            new Lamb(0.01).withBiasCorrection(false).withTrustBounds(0.5, 10),
            new NovoGrad(0.01),
            new NovoGrad(0.01).withBetas(0.8, 0.5).withEpsilon(0).withWeightDecay(0.05),
            new NovoGrad(0.01).withGradientAveraging(true),
            new Adafactor(0.01),
            new Adafactor(0.01).withBeta2Decay(-0.5).withEpsilons(1e-4, 0.1).withClippingThreshold(0.5).withWeightDecay(0.05),
            new Adafactor(0.01).withScaleParameter(false).withRelativeStep(false),
            new Adafactor(0.01).withEpsilons(1e-30, 1e-3).withAddedEpsilon(true).withWeightDecay(0.05).withRelativeDecay(true),
            new Yogi(0.01),
            new Yogi(0.01).withBetas(0.8, 0.95).withEpsilon(0).withInitialAccumulator(0),
            new Yogi(0.01).withBiasCorrection(false),
            new ScheduleFreeSgd(0.1),
            new ScheduleFreeSgd(0.1).withExactAverage(true),
            new ScheduleFreeSgd(0.1).withBeta(0.5).withWeightDecay(0.05).withWarmup(3),
            new ScheduleFreeAdamW(0.01),
            new ScheduleFreeAdamW(0.01).withBetas(0.8, 0.95).withEpsilon(0).withWarmup(3),
            new ScheduleFreeAdamW(0.01).withWeightDecay(0.05),
            new ScheduleFreeAdamW(0.01).withExactAverage(true).withWarmup(3));

    private RuleTable() {}

    /**
     * All rows.
     *
     * @return rules with their options, those of one class next to each other
     */
    public static List<Rule> all() {
        return RULES;
    }

    /**
     * The first row of each rule.
     *
     * @return one form of every rule, by its name
     */
    public static Map<String, Rule> firstOfEach() {
        Map<String, Rule> first = new LinkedHashMap<>();
        RULES.forEach(rule -> first.putIfAbsent(rule.getClass().getSimpleName(), rule));
        return first;
    }
}
