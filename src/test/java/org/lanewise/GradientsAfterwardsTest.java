package org.lanewise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lanewise.Refusals.assertRefused;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;
import org.lanewise.rule.Sgd;

/** What a step leaves of the gradients that it used. */
class GradientsAfterwardsTest {
    private final ParameterStore store = ParameterStore.builder().tensor("a", 3).tensor("b", 2).tensor("frozen", 1).build();
    private final Tensor a = store.tensor("a");
    private final Tensor b = store.tensor("b");
    private final Tensor frozen = store.tensor("frozen");

    private OptimizerBuilder builder() {
        write(3, 0, 4);
        return Optimizer.builder(store).rule(new Sgd(1)).group(Group.of(frozen).frozen());
    }

    private void write(float... gradients) {
        a.gradient().copyFrom(gradients);
        b.gradient().fill(2);
        frozen.gradient().fill(7);
    }

    @Test
    void theyStayAsTheyWere() {
        builder().clipNorm(1).maximize(true).build().step();
        assertArrayEquals(new float[] {3, 0, 4}, Floats.of(a.gradient()));
    }

    @Test
    void theyAreClearedOnlyWhereATensorTookPart() {
        Optimizer optimizer = builder().clearGradients(true).build();
        b.setHasGradient(false);
        optimizer.step();
        assertArrayEquals(new float[3], Floats.of(a.gradient()));
        assertArrayEquals(new float[] {2, 2}, Floats.of(b.gradient()));
        assertArrayEquals(new float[] {7}, Floats.of(frozen.gradient()));
    }

    @Test
    void thoseOfASkippedStepAreClearedToo() {
        Optimizer optimizer = builder().clearGradients(true).nonFinite(NonFinite.SKIP).build();
        write(3, Float.NaN, 4);
        assertTrue(optimizer.step().skipped());
        assertArrayEquals(new float[3], Floats.of(a.gradient()));
        assertArrayEquals(new float[3], Floats.of(a.parameter()));
    }

    @Test
    void theyAreWrittenBackAsTheStepUsedThemButNotNegated() {
        Optimizer optimizer = builder().writeGradientsBack(true).maximize(true).clip(Clipping.byValue(3))
                .nonFinite(NonFinite.SANITISE).build();
        write(-5, Float.POSITIVE_INFINITY, 4);
        b.setHasGradient(false);
        optimizer.step();
        assertArrayEquals(new float[] {-3, 0, 3}, Floats.of(a.gradient()));
        assertArrayEquals(new float[] {-3, 0, 3}, Floats.of(a.parameter()));
        assertArrayEquals(new float[] {2, 2}, Floats.of(b.gradient()));
    }

    @Test
    void aNormThatIsNoNumberIsForgottenByTheNextStep() {
        Optimizer optimizer = builder().writeGradientsBack(true).clipNorm(1).build();
        write(3, Float.NaN, 4);
        optimizer.step();
        assertTrue(Float.isNaN(a.gradient().get(0)));
        write(3, 0, 4);
        assertEquals(Math.sqrt(33), optimizer.step().gradientNorm());
    }

    @Test
    void clearingAndWritingBackAreRefusedTogetherAndWhereTheyWouldDestroyWhatIsNeeded() {
        assertRefused(IllegalArgumentException.class, "gradients cannot be both cleared and written back",
                builder().clearGradients(true).writeGradientsBack(true)::build);
        assertRefused(IllegalArgumentException.class, "gradients that are accumulated cannot be written back: there are several",
                builder().accumulate(true).writeGradientsBack(true)::build);
        MemorySegment memory = Arena.global().allocate(48, 4);
        ParameterStore shared = ParameterStore.builder().wrap("a", memory.asSlice(0, 16), memory.asSlice(32, 16), 4)
                .wrap("b", memory.asSlice(16, 16), memory.asSlice(32, 16), 4).build();
        assertRefused(IllegalArgumentException.class,
                "gradients that overlap in the caller's memory cannot be cleared: the next tensor needs them",
                Optimizer.builder(shared).rule(new Sgd(1)).clearGradients(true)::build);
    }
}
