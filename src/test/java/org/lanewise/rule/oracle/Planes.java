package org.lanewise.rule.oracle;

import java.util.List;
import java.util.SplittableRandom;
import org.lanewise.Rule;
import org.lanewise.rule.AdaBelief;
import org.lanewise.rule.Adan;
import org.lanewise.rule.ScheduleFreeAdamW;
import org.lanewise.rule.ScheduleFreeSgd;

/** Random numbers for planes: 0 the parameters, 1 the gradients, then the states of a rule in its order. */
final class Planes {
    private Planes() {}

    /**
     * A number with a random sign, significand and exponent, or now and then a zero.
     *
     * @param exponent about the binary exponent; those within 4 of it are as likely
     */
    static float number(SplittableRandom random, int exponent) {
        int kind = random.nextInt(32);
        float magnitude = kind == 0 ? 0 : (float) Math.scalb(1 + random.nextDouble(), exponent + random.nextInt(-4, 5));
        return random.nextBoolean() ? magnitude : -magnitude;
    }

    /** {@return that many numbers} */
    static float[] numbers(SplittableRandom random, int exponent, int size) {
        float[] numbers = new float[size];
        for (int i = 0; i < size; i++) {
            numbers[i] = number(random, exponent);
        }
        return numbers;
    }

    /**
     * Parameters, gradients and states, each of about one magnitude per element, the gradient's far from the parameter's or near it.
     *
     * @param rule tells the states, which are chosen so that the rule can have got there: squares are not negative, and {@code v} is at
     *         least {@code gAvg^2}
     */
    static float[][] random(Rule rule, SplittableRandom random, int size) {
        List<String> names = rule.states().stream().map(Rule.State::name).toList();
        float[][] planes = new float[2 + names.size()][size];
        for (int i = 0; i < size; i++) {
            int w = random.nextInt(-20, 15);
            int g = random.nextInt(4) == 0 ? random.nextInt(-85, 35) : w + random.nextInt(-4, 9);
            planes[0][i] = number(random, w);
            planes[1][i] = number(random, g);
            for (int k = 0; k < names.size(); k++) {
                planes[2 + k][i] = state(kind(rule, names.get(k)), rule.learningRate(), random, w, g);
            }
            if (names.contains("gAvg")) {
                makeReachable(planes[2 + names.indexOf("v")], planes[2 + names.indexOf("gAvg")], i);
            }
        }
        return planes;
    }

    /** {@return a name that says what a state is, where a paper gives one that means something else with other rules} */
    static String kind(Rule rule, String name) {
        return switch (rule) {
            case Adan _ when name.equals("v") -> "m";
            case ScheduleFreeAdamW _ when name.equals("z") -> "x";
            case ScheduleFreeSgd _ when name.equals("z") -> "x";
            case AdaBelief _ when name.equals("s") -> "v";
            default -> name;
        };
    }

    private static void makeReachable(float[] v, float[] gAvg, int i) {
        float square = gAvg[i] * gAvg[i] * (1 + 0x1p-20f);
        if (square < Float.MIN_NORMAL) {
            gAvg[i] = 0;
        } else {
            v[i] += square;
        }
    }

    private static float state(String name, double learningRate, SplittableRandom random, int w, int g) {
        return switch (name) {
            case "d" -> number(random, random.nextBoolean() ? w - 3 : g + (learningRate == 0 ? 0 : Math.getExponent(learningRate)));
            case "w", "wAvg", "x" -> number(random, w);
            case "b", "m", "gAvg", "gPrev", "z", "m1", "m2" -> number(random, g);
            case "v", "vMax", "sum", "n", "nu" -> Math.abs(number(random, 2 * g));
            case "vMove" -> Math.abs(number(random, 2 * (w - 3)));
            case "u" -> Math.abs(number(random, g));
            case "s" -> Math.abs(number(random, random.nextInt(-20, 6)));
            default -> throw new AssertionError("say here what a state '" + name + "' may hold");
        };
    }
}
