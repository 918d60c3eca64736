package org.lanewise;

import java.util.Arrays;
import org.lanewise.rule.Nesterov;

/** A program of one JVM: a rule that looks ahead, as the first there is, with gradients that are made something else. */
final class FirstLookAhead {
    private FirstLookAhead() {}

    public static void main(String... args) {
        System.out.println(bits(Width.preferred()));
    }

    static String bits(Width width) {
        float[] w = {1, 2, 3}, g = {4, Float.NaN, -5};
        Optimizer optimizer = Optimizer.builder(ParameterStore.wrap(w, g)).rule(new Nesterov(0.1, 0.9)).maximize(true)
                .nonFinite(NonFinite.SANITISE).width(width).build();
        optimizer.step(() -> {});
        optimizer.step(() -> {});
        return Arrays.toString(w);
    }
}
