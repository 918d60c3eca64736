package org.lanewise.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What follows from flags; {@code SlowJvmTest} starts JVMs with them. */
class HotSpotTest {
    private static final Map<String, String> NORMAL = Map.of("UseCompiler", "true", "TieredCompilation", "true", "TieredStopAtLevel", "4",
            "UseFMA", "true", "EnableVectorSupport", "true", "EnableVectorReboxing", "true", "Inline", "true");

    private static HotSpot with(String flag, String value) {
        return HotSpot.of(name -> name.equals(flag) ? value : NORMAL.getOrDefault(name, ""), "mixed mode, sharing", () -> true);
    }

    @Test
    void thisJvmLacksNothing() {
        assertEquals(new HotSpot(Optional.empty(), Optional.empty(), Optional.empty()), HotSpot.current());
        assertFalse(HotSpot.current().prefersPlainLoops());
    }

    @Test
    void ofUnknownFlagsNothingIsSaid() {
        HotSpot jvm = HotSpot.of(_ -> "", "mixed mode", () -> false);
        assertEquals(new HotSpot(Optional.empty(), Optional.empty(), Optional.empty()), jvm);
    }

    @Test
    void fusedMultiplyAddIsMeasuredOnlyIfNoFlagTells() {
        assertEquals(Optional.empty(), with("UseFMA", "true").fma());
        assertTrue(with("UseFMA", "false").fma().orElseThrow().contains("UseFMA: false"));
        assertTrue(with("UseFMA", "").fma().orElseThrow().contains("measured"));
    }

    @Test
    void theLevelCountsOnlyWithTiers() {
        for (int level = 0; level < 4; level++) {
            assertTrue(with("TieredStopAtLevel", Integer.toString(level)).c2().isPresent());
        }
        assertEquals(Optional.empty(), HotSpot.of(name -> switch (name) {
            case "TieredCompilation" -> "false";
            case "TieredStopAtLevel" -> "1";
            default -> NORMAL.getOrDefault(name, "");
        }, "mixed mode", () -> false).c2());
    }

    @Test
    void whateverIsLackingPlainLoopsArePreferred() {
        assertTrue(with("UseCompiler", "false").prefersPlainLoops());
        assertTrue(with("UseFMA", "false").prefersPlainLoops());
        assertTrue(with("EnableVectorSupport", "false").prefersPlainLoops());
        assertTrue(with("EnableVectorReboxing", "false").prefersPlainLoops());
        assertTrue(with("Inline", "false").prefersPlainLoops());
        assertTrue(HotSpot.of(name -> NORMAL.getOrDefault(name, ""), "interpreted mode", () -> false).prefersPlainLoops());
    }
}
