package org.lanewise.rule.oracle;

import java.util.List;
import java.util.stream.Stream;
import org.lanewise.Rule;
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

/** The {@link RuleCases} of the rules that PyTorch does not have. */
final class PaperCases {
    private PaperCases() {}

    /** {@return all cases} */
    static List<RuleCase> all() {
        return Stream.of(lion(), signum(), ftrl(), adEMAMix(), adan(), adopt(), adaBelief(), yogi(), scheduleFreeSgd(),
                scheduleFreeAdamW()).flatMap(List::stream).toList();
    }

    /** {@return whether powers of two in the gradient change nothing} */
    static boolean normalizesTheGradient(Rule rule) {
        return switch (rule) {
            case Lion _, Signum _ -> true;
            case AdEMAMix adEMAMix -> adEMAMix.epsilon() == 0;
            case Adan adan -> adan.epsilon() == 0;
            case Adopt adopt -> adopt.epsilon() == 0 && (adopt.weightDecay() == 0 || adopt.decoupledWeightDecay());
            case AdaBelief adaBelief -> adaBelief.epsilon() == 0;
            case Yogi yogi -> yogi.epsilon() == 0 && yogi.initialAccumulator() == 0;
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

    private static List<RuleCase> adEMAMix() {
        AdEMAMix plain = new AdEMAMix(0.002);
        return Stream.of(plain, plain.withBetas(0.5, 0.9, 0.99).withAlpha(8), plain.withEpsilon(0.01).withAlpha(0), plain.withEpsilon(0),
                        plain.withWeightDecay(0.3), plain.withWarmup(20), plain.withBetas(0, 0, 0.9).withWarmup(5),
                        plain.withBetas(0.6, 0.7, 0).withWarmup(9).withEpsilon(0).withWeightDecay(0.1))
                .map(rule -> new RuleCase(rule, PaperOracle.of(rule), PaperBound.of(rule))).toList();
    }

    private static List<RuleCase> adan() {
        Adan plain = new Adan(0.002);
        return Stream.of(plain, plain.withBetas(0.5, 0.9, 0.8), plain.withEpsilon(0.01), plain.withEpsilon(0), plain.withWeightDecay(0.3),
                        plain.withProximal(false), plain.withProximal(false).withWeightDecay(0.3),
                        plain.withBetas(0, 0, 0).withEpsilon(0).withWeightDecay(0.1))
                .map(rule -> new RuleCase(rule, PaperOracle.of(rule), PaperBound.of(rule))).toList();
    }

    private static List<RuleCase> adopt() {
        Adopt plain = new Adopt(0.002);
        return Stream.of(plain, plain.withBetas(0.5, 0.9), plain.withEpsilon(0.01), plain.withEpsilon(0), plain.withWeightDecay(0.3),
                        plain.withWeightDecay(0.3).withDecoupledWeightDecay(true), plain.withClip(false),
                        plain.withClip(false).withEpsilon(0).withWeightDecay(0.1).withDecoupledWeightDecay(true),
                        plain.withBetas(0, 0).withWeightDecay(0.1))
                .map(rule -> new RuleCase(rule, PaperOracle.of(rule), PaperBound.of(rule))).toList();
    }

    private static List<RuleCase> adaBelief() {
        AdaBelief plain = new AdaBelief(0.002);
        return Stream.of(plain, plain.withBetas(0.5, 0.9), plain.withEpsilon(0.01), plain.withEpsilon(0), plain.withWeightDecay(0.3),
                        plain.withBetas(0.2, 0).withEpsilon(1e-8).withWeightDecay(0.1))
                .map(rule -> new RuleCase(rule, PaperOracle.of(rule), PaperBound.of(rule))).toList();
    }

    private static List<RuleCase> scheduleFreeSgd() {
        ScheduleFreeSgd plain = new ScheduleFreeSgd(0.1);
        return Stream.of(plain, plain.withBeta(0.5), plain.withBeta(0), plain.withWeightDecay(0.3), plain.withWarmup(20),
                        plain.withBeta(0.98).withWeightDecay(0.1).withWarmup(4))
                .map(rule -> new RuleCase(rule, PaperOracle.of(rule), PaperBound.of(rule))).toList();
    }

    private static List<RuleCase> scheduleFreeAdamW() {
        ScheduleFreeAdamW plain = new ScheduleFreeAdamW(0.01);
        return Stream.of(plain, plain.withBetas(0.5, 0.9), plain.withEpsilon(0.01), plain.withEpsilon(0), plain.withWeightDecay(0.3),
                        plain.withWarmup(20), plain.withBetas(0, 0).withWeightDecay(0.1).withWarmup(4))
                .map(rule -> new RuleCase(rule, PaperOracle.of(rule), PaperBound.of(rule))).toList();
    }

    private static List<RuleCase> yogi() {
        Yogi plain = new Yogi(0.002);
        return Stream.of(plain, plain.withBetas(0.5, 0.9), plain.withEpsilon(0), plain.withInitialAccumulator(0),
                        plain.withEpsilon(0).withInitialAccumulator(0), plain.withBetas(0, 0).withInitialAccumulator(1),
                        plain.withBiasCorrection(false).withEpsilon(0.01))
                .map(rule -> new RuleCase(rule, PaperOracle.of(rule), PaperBound.of(rule))).toList();
    }
}
