package org.lanewise.rule.oracle;

import java.util.List;
import java.util.stream.Stream;
import org.lanewise.Rule;
import org.lanewise.rule.Adafactor;
import org.lanewise.rule.AdamW;
import org.lanewise.rule.Lamb;
import org.lanewise.rule.Lars;
import org.lanewise.rule.NovoGrad;

/** Every rule that looks at whole tensors with every option, alone and together: the one place to add such a rule or option to. */
final class TensorCases {
    private static final List<TensorCase> ALL = Stream.of(lars(), lamb(), novoGrad(), adafactor(), adamW()).flatMap(List::stream).toList();

    private TensorCases() {}

    /** {@return all cases} */
    static List<TensorCase> all() {
        return ALL;
    }

    /** {@return the case of a rule that is in the table} */
    static TensorCase of(Rule rule) {
        return ALL.stream().filter(one -> one.rule().equals(rule)).findFirst().orElseThrow();
    }

    private static List<TensorCase> lars() {
        Lars plain = new Lars(0.1);
        return Stream.of(plain, plain.withMomentum(0.5).withTrustCoefficient(0.02), plain.withMomentum(0), plain.withWeightDecay(0),
                        plain.withWeightDecay(0.3), plain.withEpsilon(0.01), plain.withNesterov(true),
                        plain.withNesterov(true).withMomentum(0.7).withWeightDecay(0.1).withEpsilon(1e-3).withTrustCoefficient(1),
                        new Lars(0).withTrustCoefficient(1))
                .map(rule -> new TensorCase(rule, TensorOracle.of(rule), TensorBound.of(rule))).toList();
    }

    private static List<TensorCase> lamb() {
        Lamb plain = new Lamb(0.01);
        return Stream.of(plain, plain.withBetas(0.5, 0.9), plain.withEpsilon(0.01), plain.withWeightDecay(0), plain.withWeightDecay(0.3),
                        plain.withBiasCorrection(false), plain.withTrustBounds(0, 10), plain.withTrustBounds(0.5, 0.75),
                        plain.withBetas(0, 0).withWeightDecay(0.1).withTrustBounds(0.01, 1).withBiasCorrection(false))
                .map(rule -> new TensorCase(rule, TensorOracle.of(rule), TensorBound.of(rule))).toList();
    }

    private static List<TensorCase> novoGrad() {
        NovoGrad plain = new NovoGrad(0.01);
        return Stream.of(plain, plain.withBetas(0.5, 0.9), plain.withEpsilon(0.01), plain.withWeightDecay(0.3),
                        plain.withGradientAveraging(true), plain.withBetas(0, 0).withEpsilon(1e-3),
                        plain.withBetas(0.9, 0.5).withWeightDecay(0.1).withGradientAveraging(true))
                .map(rule -> new TensorCase(rule, TensorOracle.of(rule), TensorBound.of(rule))).toList();
    }

    private static List<TensorCase> adafactor() {
        Adafactor plain = new Adafactor(0.01);
        return Stream.of(plain, plain.withBeta2Decay(-0.3), plain.withBeta2Decay(0), plain.withEpsilons(1e-10, 0),
                        plain.withEpsilons(0.01, 3), plain.withClippingThreshold(0.2), plain.withWeightDecay(0.3),
                        plain.withScaleParameter(false), plain.withRelativeStep(false),
                        new Adafactor(1).withClippingThreshold(0.9).withWeightDecay(0.1).withEpsilons(1e-5, 0.1))
                .map(rule -> new TensorCase(rule, FactoredOracle.of(rule), FactoredBound.of(rule))).toList();
    }

    private static List<TensorCase> adamW() {
        AdamW plain = new AdamW(0.01).withUpdateClipping(true);
        return Stream.of(plain, plain.withBetas(0.5, 0.9), plain.withEpsilon(0.01), plain.withWeightDecay(0), plain.withWeightDecay(0.3),
                        plain.withAmsgrad(true), plain.withEpsilonHat(true), plain.withEpsilonRoot(0.01),
                        plain.withBetas(0.2, 0.99).withWeightDecay(0.1).withAmsgrad(true))
                .map(rule -> new TensorCase(rule, UpdateClipping.oracle(rule), UpdateClipping.bound(rule))).toList();
    }
}
