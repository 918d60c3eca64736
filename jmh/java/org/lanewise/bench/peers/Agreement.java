package org.lanewise.bench.peers;

import java.util.Locale;

/**
 * How far a rival's parameters are from Lanewise's after the same steps.
 *
 * @param differing how many of the parameters differ at all
 * @param largest largest difference
 * @param allowed what rounding explains
 */
public record Agreement(int differing, double largest, double allowed) {
    /** Parameters that are compared: large enough for libraries to share them among threads, with a remainder in every vector loop. */
    static final int N = 100_003;
    /** Steps that they are compared after, each with gradients of its own. */
    static final int STEPS = 10;

    /**
     * What rounding explains. All parameters stay below 2. There, adding an update to one rounds it by at most 2^-24, in each library
     * and step. Updates are below 0.01, so that their own rounding, some 2^-24 of them, is a hundred times less; so is what the place
     * of epsilon makes out. A tenth is added for both. A wrong beta, decay or bias correction makes at least 1e-5.
     */
    static final double ROUNDING = 1.1 * STEPS * 2 * 0x1p-24;

    /** Compares a rival that has not stepped yet with Lanewise. */
    static Agreement of(Rival rival, Recipe recipe, boolean sameBits) {
        try (Rival lanewise = Peer.LANEWISE.create(recipe, N, 1)) {
            for (Rival one : new Rival[] {lanewise, rival}) {
                one.setParameters(Data.parameters(N));
                for (int step = 1; step <= STEPS; step++) {
                    one.setGradients(Data.gradients(N, step));
                    one.step();
                }
            }
            return between(lanewise.parameters(), rival.parameters(), sameBits ? 0 : ROUNDING);
        }
    }

    private static Agreement between(float[] expected, float[] got, double allowed) {
        int differing = 0;
        double largest = 0;
        for (int i = 0; i < expected.length; i++) {
            if (Float.floatToIntBits(expected[i]) != Float.floatToIntBits(got[i])) {
                differing++;
                double difference = Math.abs((double) expected[i] - got[i]);
                largest = Double.isNaN(difference) ? Double.POSITIVE_INFINITY : Math.max(largest, difference);
            }
        }
        return new Agreement(differing, largest, allowed);
    }

    /** Whether both compute the same thing. */
    public boolean holds() {
        return largest <= allowed;
    }

    @Override
    public String toString() {
        return differing == 0
                ? "the same bits as Lanewise"
                : String.format(Locale.ROOT, "%.1e from Lanewise at most, %.1e allowed", largest, allowed);
    }
}
