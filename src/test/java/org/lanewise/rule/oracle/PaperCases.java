package org.lanewise.rule.oracle;

import java.util.List;
import java.util.stream.Stream;
import org.lanewise.Rule;
import org.lanewise.rule.Ftrl;
import org.lanewise.rule.Lion;
import org.lanewise.rule.Signum;

/** The {@link RuleCases} of the rules that PyTorch does not have. */
final class PaperCases {
    private PaperCases() {}

    /** {@return all cases} */
    static List<RuleCase> all() {
        return Stream.of(lion(), signum(), ftrl()).flatMap(List::stream).toList();
    }

    /** {@return whether powers of two in the gradient change nothing} */
    static boolean normalizesTheGradient(Rule rule) {
        return switch (rule) {
            case Lion _, Signum _ -> true;
            default -> false;
        };
    }

    private static List<RuleCase> lion() {
        Lion plain = new Lion(0.01);
        return Stream.of(plain, plain.withBetas(0.5, 0.8), plain.withBetas(0, 0), plain.withWeightDecay(0.3),
                        plain.withBetas(0.95, 0.98).withWeightDecay(0.1), new Lion(0).withWeightDecay(1))
                .map(rule -> new RuleCase(rule, PaperOracle.of(rule), PaperBound.of(rule))).toList();
    }

    private static List<RuleCase> signum() {
        Signum plain = new Signum(0.01);
        return Stream.of(plain, plain.withBeta(0.5), plain.withBeta(0), plain.withWeightDecay(0.3),
                        plain.withBeta(0).withWeightDecay(0.1), new Signum(0).withWeightDecay(1))
                .map(rule -> new RuleCase(rule, PaperOracle.of(rule), PaperBound.of(rule))).toList();
    }

    private static List<RuleCase> ftrl() {
        Ftrl plain = new Ftrl(0.1);
        return Stream.of(plain, plain.withBeta(0).withInitialAccumulator(0.1), plain.withL1(0.3), plain.withL2(0.2),
                        plain.withL2Shrinkage(0.05), plain.withL1(2).withL2(0.1).withL2Shrinkage(0.01).withInitialAccumulator(1e-3))
                .map(rule -> new RuleCase(rule, PaperOracle.of(rule, 0.5), PaperBound.of(rule))).toList();
    }
}
