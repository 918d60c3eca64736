package org.lanewise;

import java.util.Arrays;
import java.util.List;
import org.lanewise.rule.Adam;

/** A program: prints the preferred width and the bits after some steps at every width asked for, and what is logged meanwhile. */
final class StepsOfAllWidths {
    private StepsOfAllWidths() {}

    public static void main(String[] args) {
        System.setErr(System.out);
        System.out.println("preferred " + Width.preferred());
        for (String widths : args[0].split(",")) {
            List<Width> chosen = widths.equals("all") ? Width.supported()
                    : List.of(Width.preferred(), Width.preferred());
            chosen.forEach(width -> System.out.println("bits " + bits(width)));
        }
    }

    /** A hash of the parameters. */
    static int bits(Width width) {
        float[] w = new float[103], g = new float[103];
        for (int i = 0; i < w.length; i++) {
            w[i] = 0.37f * i;
            g[i] = i % 7 - 2.9f;
        }
        var store = ParameterStore.wrap(w, g);
        Optimizer optimizer = Optimizer.of(new Adam(0.1), store, width);
        for (int step = 0; step < 3; step++) {
            optimizer.step();
        }
        Reductions.of(width, store.tensors().getFirst().gradient()).sumOfSquares();
        return Arrays.hashCode(w);
    }
}
