package org.lanewise.rule.oracle;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.lanewise.Rule;
import org.lanewise.rule.Adadelta;
import org.lanewise.rule.Adagrad;
import org.lanewise.rule.Adam;
import org.lanewise.rule.AdamW;
import org.lanewise.rule.Adamax;
import org.lanewise.rule.Asgd;
import org.lanewise.rule.GradientDescent;
import org.lanewise.rule.Momentum;
import org.lanewise.rule.NAdam;
import org.lanewise.rule.Nesterov;
import org.lanewise.rule.RAdam;
import org.lanewise.rule.RmsProp;
import org.lanewise.rule.Rprop;
import org.lanewise.rule.Sgd;

/** Every rule with every option, alone and together: the one place to add a rule or an option to. */
final class RuleCases {
    private static final List<RuleCase> ALL = Stream.of(
                    gradientDescent(), momentum(), nesterov(), sgd(), rprop(), rmsProp(), adam(), adamW(),
                    nAdam(), rAdam(), adamax(), adagrad(), adadelta(), asgd(), PaperCases.all())
            .flatMap(List::stream).toList();

    private RuleCases() {}

    /** {@return all cases} */
    static List<RuleCase> all() {
        return ALL;
    }

    /** {@return the case of a rule that is in the table} */
    static RuleCase of(Rule rule) {
        return ALL.stream().filter(one -> one.rule().equals(rule)).findFirst().orElseThrow();
    }

    private static List<RuleCase> gradientDescent() {
        return Stream.of(new GradientDescent(0.1), new GradientDescent(1), new GradientDescent(0))
                .map(rule -> new RuleCase(rule, Oracle.of(rule), Bound.of(rule))).toList();
    }

    private static List<RuleCase> momentum() {
        return Stream.of(new Momentum(0.05), new Momentum(0.3, 0.5), new Momentum(0.1, 0))
                .map(rule -> new RuleCase(rule, Oracle.of(rule), Bound.of(rule))).toList();
    }

    private static List<RuleCase> nesterov() {
        return Stream.of(new Nesterov(0.05), new Nesterov(0.3, 0.5), new Nesterov(0.1, 0))
                .map(rule -> new RuleCase(rule, Oracle.of(rule), Bound.of(rule))).toList();
    }

    private static List<RuleCase> sgd() {
        Sgd plain = new Sgd(0.07);
        Sgd momentum = plain.withMomentum(0.9);
        return Stream.of(plain, plain.withWeightDecay(0.3), momentum, momentum.withMomentum(1.1), momentum.withDampening(0.4),
                        momentum.withDampening(-0.5).withWeightDecay(0.01), momentum.withWeightDecay(0.3),
                        momentum.withNesterov(true), momentum.withNesterov(true).withWeightDecay(0.3), momentum.withDampening(1),
                        momentum.withLearningRateInside(true), momentum.withDampening(0.4).withLearningRateInside(true),
                        momentum.withNesterov(true).withLearningRateInside(true),
                        momentum.withNesterov(true).withWeightDecay(0.3).withLearningRateInside(true))
                .map(rule -> new RuleCase(rule, Oracle.of(rule), Bound.of(rule))).toList();
    }

    private static List<RuleCase> rprop() {
        Rprop plain = new Rprop(0.01);
        return Stream.of(plain, plain.withEtas(0.3, 1.7), plain.withSteps(3e-3, 0.7), new Rprop(70),
                        plain.withEtas(0.9, 1.1).withSteps(0, 1e3))
                .map(rule -> new RuleCase(rule, Oracle.of(rule), Bound.of(rule))).toList();
    }

    private static List<RuleCase> rmsProp() {
        RmsProp plain = new RmsProp(0.01);
        List<RmsProp> rules = new ArrayList<>();
        for (RmsProp rule : List.of(plain, plain.withCentered(true), plain.withMomentum(0.9), plain.withCentered(true).withMomentum(0.7))) {
            rules.addAll(List.of(rule, rule.withAlpha(0.5).withEpsilon(0.01), rule.withWeightDecay(0.3),
                    rule.withEpsilon(0), rule.withAlpha(0.2).withWeightDecay(0.1)));
        }
        rules.addAll(List.of(plain.withAlpha(0), plain.withAlpha(1), plain.withInitialAccumulator(1)));
        for (RmsProp rule : List.copyOf(rules)) {
            rules.add(rule.withEpsilonInRoot(true));
            rules.add(rule.withEpsilonInRoot(true).withLearningRateInside(true).withInitialAccumulator(0.5));
            rules.add(rule.withLearningRateInside(true));
        }
        return rules.stream().map(rule -> new RuleCase(rule, Oracle.of(rule), RootBound.of(rule))).toList();
    }

    private static List<RuleCase> adam() {
        Adam plain = new Adam(0.002);
        List<Adam> rules = new ArrayList<>();
        for (Adam rule : List.of(plain, plain.withAmsgrad(true))) {
            rules.addAll(List.of(rule, rule.withBetas(0.5, 0.9).withEpsilon(0.01), rule.withWeightDecay(0.3),
                    rule.withEpsilon(0), rule.withBetas(0, 0).withWeightDecay(0.1)));
        }
        for (Adam rule : List.of(plain, plain.withBetas(0.5, 0.9).withEpsilon(0.01), plain.withWeightDecay(0.3))) {
            rules.addAll(List.of(rule.withEpsilonHat(true), rule.withEpsilonHat(true).withAmsgrad(true), rule.withEpsilonRoot(1e-3),
                    rule.withEpsilonRoot(1e-3).withAmsgrad(true), rule.withAmsgrad(true).withCorrectedMaximum(true),
                    rule.withEpsilonRoot(1e-3).withAmsgrad(true).withCorrectedMaximum(true)));
        }
        return rules.stream().map(rule -> new RuleCase(rule, Oracle.of(rule), RootBound.of(rule))).toList();
    }

    private static List<RuleCase> adamW() {
        AdamW plain = new AdamW(0.002);
        List<AdamW> rules = new ArrayList<>();
        for (AdamW rule : List.of(plain, plain.withAmsgrad(true))) {
            rules.addAll(List.of(rule, rule.withBetas(0.5, 0.9).withEpsilon(0.01), rule.withWeightDecay(0.3),
                    rule.withEpsilon(0), rule.withWeightDecay(0), rule.withBetas(0, 0).withWeightDecay(1.5)));
        }
        for (AdamW rule : List.of(plain, plain.withBetas(0.5, 0.9).withEpsilon(0.01), plain.withWeightDecay(0.3))) {
            rules.addAll(List.of(rule.withEpsilonHat(true), rule.withEpsilonHat(true).withAmsgrad(true), rule.withEpsilonRoot(1e-3),
                    rule.withEpsilonRoot(1e-3).withAmsgrad(true), rule.withAmsgrad(true).withCorrectedMaximum(true),
                    rule.withEpsilonRoot(1e-3).withAmsgrad(true).withCorrectedMaximum(true)));
        }
        return rules.stream().map(rule -> new RuleCase(rule, Oracle.of(rule), RootBound.of(rule))).toList();
    }

    private static List<RuleCase> nAdam() {
        NAdam plain = new NAdam(0.002);
        return Stream.of(plain, plain.withBetas(0.5, 0.9).withEpsilon(0.01), plain.withWeightDecay(0.3),
                        plain.withWeightDecay(0.3).withDecoupledWeightDecay(true), plain.withEpsilon(0), plain.withCountMuTwice(true),
                        plain.withMomentumDecay(0).withBetas(0.99, 0.9), plain.withMomentumDecay(5),
                        plain.withBetas(0, 0).withWeightDecay(0.1))
                .map(rule -> new RuleCase(rule, Oracle.of(rule), RootBound.of(rule))).toList();
    }

    /** With {@code beta2} 0.6 no step is ever rectified, with 0.9 from the sixth on. */
    private static List<RuleCase> rAdam() {
        RAdam plain = new RAdam(0.002);
        return Stream.of(plain, plain.withBetas(0.5, 0.9).withEpsilon(0.01), plain.withWeightDecay(0.3),
                        plain.withWeightDecay(0.3).withDecoupledWeightDecay(true), plain.withEpsilon(0), plain.withBetas(0.9, 0.6),
                        plain.withBetas(0, 0).withWeightDecay(0.1))
                .map(rule -> new RuleCase(rule, Oracle.of(rule), RootBound.of(rule))).toList();
    }

    private static List<RuleCase> adamax() {
        Adamax plain = new Adamax(0.002);
        return Stream.of(plain, plain.withBetas(0.5, 0.9).withEpsilon(0.01), plain.withWeightDecay(0.3),
                        plain.withEpsilon(0), plain.withBetas(0, 0).withWeightDecay(0.1),
                        plain.withBetas(0.5, 0.9).withEpsilon(0.01).withEpsilonAfterMaximum(true), plain.withEpsilonAfterMaximum(true))
                .map(rule -> new RuleCase(rule, Oracle.of(rule), RootBound.of(rule))).toList();
    }

    private static List<RuleCase> adagrad() {
        Adagrad plain = new Adagrad(0.01);
        return Stream.of(plain, plain.withLearningRateDecay(0.2), plain.withInitialAccumulator(0.1), plain.withWeightDecay(0.3),
                        plain.withEpsilon(0), plain.withEpsilon(0.01).withLearningRateDecay(3).withWeightDecay(0.1),
                        plain.withEpsilon(0.01).withEpsilonInRoot(true), plain.withEpsilonInRoot(true).withInitialAccumulator(0.1))
                .map(rule -> new RuleCase(rule, Oracle.of(rule), RootBound.of(rule))).toList();
    }

    private static List<RuleCase> adadelta() {
        Adadelta plain = new Adadelta(1);
        return Stream.of(plain, plain.withRho(0.5).withEpsilon(0.01), plain.withWeightDecay(0.3),
                        plain.withEpsilon(0), plain.withRho(0), plain.withRho(1), new Adadelta(0.3).withRho(0.95).withWeightDecay(0.1))
                .map(rule -> new RuleCase(rule, Oracle.of(rule), RootBound.of(rule))).toList();
    }

    private static List<RuleCase> asgd() {
        Asgd plain = new Asgd(0.07);
        return Stream.of(plain, plain.withLambda(0), plain.withLambda(0.3).withAlpha(0.5), plain.withT0(0), plain.withT0(2.5),
                        plain.withWeightDecay(0.3), plain.withT0(1).withLambda(2).withAlpha(1).withWeightDecay(0.1))
                .map(rule -> new RuleCase(rule, Oracle.of(rule), Bound.of(rule))).toList();
    }
}
