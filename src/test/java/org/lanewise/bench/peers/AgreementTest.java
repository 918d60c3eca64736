package org.lanewise.bench.peers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.lanewise.bench.plan.Quantile;
import org.lanewise.tool.StoreKind;

class AgreementTest {
    private static final Recipe.Adam ADAM = (Recipe.Adam) Recipe.byRule().get("Adam");
    private static final Recipe.RmsProp RMS = (Recipe.RmsProp) Recipe.byRule().get("RmsProp");

    @Test
    void heapAndNativeLanewiseAgreeByBits() {
        for (Recipe recipe : Recipe.ALL) {
            assertEquals("the same bits as Lanewise", agreement(recipe, recipe, true).toString());
        }
    }

    @Test
    void swappedOrMissingHyperparametersAreNoticed() {
        double rate = ADAM.learningRate(), epsilon = ADAM.epsilon();
        for (Recipe wrong : List.of(
                new Recipe.Adam(rate, ADAM.beta2(), ADAM.beta1(), epsilon),
                new Recipe.Adam(rate, 0.901, ADAM.beta2(), epsilon),
                new Recipe.Adam(rate, ADAM.beta1(), 0.998, epsilon),
                new Recipe.Adam(rate, ADAM.beta1(), ADAM.beta2(), 1e-4))) {
            assertFalse(agreement(wrong, ADAM, false).holds(), wrong::toString);
        }
        assertFalse(agreement(new Recipe.RmsProp(RMS.learningRate(), 0.989, RMS.epsilon()), RMS, false).holds());
        assertFalse(agreement(new Recipe.Sgd(1e-3, 0.9, true), new Recipe.Sgd(1e-3, 0.9, false), false).holds());
    }

    @Test
    void epsilonIsTooSmallForItsPlaceToMatter() {
        assertTrue(agreement(new Recipe.Adam(ADAM.learningRate(), ADAM.beta1(), ADAM.beta2(), 10 * ADAM.epsilon()), ADAM, false).holds());
    }

    @Test
    void notANumberNeverAgrees() {
        float[] values = new float[Agreement.N];
        try (Rival broken = new LanewiseRival(ADAM, StoreKind.F32_HEAP, Agreement.N) {
            @Override
            public float[] parameters() {
                values[7] = Float.NaN;
                return values;
            }
        }) {
            assertFalse(Agreement.of(broken, ADAM, false).holds());
        }
    }

    @Test
    void quantileLiesBetweenNeighbours() {
        assertEquals(2.5, Quantile.of(new double[] {1, 2, 3, 4}, 0.5));
        assertEquals(4, Quantile.of(new double[] {1, 2, 3, 4}, 1));
        assertEquals(7, Quantile.of(new double[] {7}, 0.25));
    }

    private static Agreement agreement(Recipe stepped, Recipe asked, boolean sameBits) {
        try (Rival rival = Peer.LANEWISE_HEAP.create(stepped, Agreement.N, 1)) {
            return Agreement.of(rival, asked, sameBits);
        }
    }
}
