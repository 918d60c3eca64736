package org.lanewise;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** An average, and the same by the formulas of {@link Average}'s description. */
record AveragePlan(Kind kind, double decay, long interval, long start) {
    enum Kind { EMA, PRODUCTS, DEBIASED, WARMED_UP, SWA, SWA_BY_LERP }

    static Arbitrary<AveragePlan> all() {
        return Combinators.combine(Arbitraries.of(Kind.values()), Arbitraries.of(0.9, 0.999, 0.5, 0.25, 0.0),
                Arbitraries.of(1L, 1L, 1L, 2L, 3L), Arbitraries.of(1L, 1L, 1L, 2L, 7L)).as(AveragePlan::new);
    }

    AveragePlan ofKind(Kind another) {
        return new AveragePlan(another, decay, interval, start);
    }

    Average make() {
        Average average = switch (kind) {
            case EMA -> Average.ema(decay);
            case PRODUCTS -> Average.emaByProducts(decay);
            case DEBIASED -> Average.emaDebiased(decay);
            case WARMED_UP -> Average.emaWarmedUp(decay, decay / 2, 1, 1, 2.0 / 3);
            case SWA -> Average.swa();
            case SWA_BY_LERP -> Average.swaByLerp();
        };
        return average.every(interval).startingAt(start);
    }

    boolean takesPartIn(long step) {
        return step >= start && step % interval == 0;
    }

    /** How many of the first steps it took part in. */
    long updatesUntil(long step) {
        long count = 0;
        for (long k = 1; k <= step; k++) {
            count += takesPartIn(k) ? 1 : 0;
        }
        return count;
    }

    /** The average after its update number {@code updates + 1}, with a parameter {@code w}. */
    float next(float a, float w, long updates) {
        if (updates == 0 || kind == Kind.WARMED_UP && updates <= 1) {
            return w;
        }
        return switch (kind) {
            case EMA -> lerp(a, w, (float) (1 - decay));
            case PRODUCTS -> (float) decay * a + (float) (1 - decay) * w;
            case DEBIASED -> lerp(a, w, (float) ((1 - decay) / -StrictMath.expm1((updates + 1) * StrictMath.log(decay))));
            case WARMED_UP -> lerp(a, w, (float) (1 - warm(updates)));
            case SWA -> a + (w - a) / (updates + 1);
            case SWA_BY_LERP -> lerp(a, w, 1f / (updates + 1));
        };
    }

    private double warm(long updates) {
        double grown = 1 - StrictMath.exp(-2.0 / 3 * StrictMath.log1p(updates - 1));
        return Math.max(Math.min(grown, decay), decay / 2);
    }

    private static float lerp(float a, float w, float weight) {
        return Math.abs(weight) < 0.5f ? Math.fma(weight, w - a, a) : Math.fma(weight - 1, w - a, w);
    }
}
