package org.lanewise.bench.peers;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.lanewise.bench.Row;

class MergeTest {
    private static final Row LANEWISE = row("lanewise", 512, 1, 0.4, 0.5, 20.0);
    private static final Row SCALAR = row("scalar", 32, 1, 8, null, 1.0);

    @Test
    void newCellsComeAfterThoseThatWereThere() {
        Row djl = row("djl", 0, 1, 3, null, null);
        assertEquals(List.of(LANEWISE, SCALAR, djl), Merge.rows(List.of(LANEWISE, SCALAR), List.of(djl)));
    }

    @Test
    void rowOfTheSameCellIsReplacedWhereItWas() {
        Row earlier = row("djl", 0, 1, 3, null, null), later = row("djl", 0, 1, 2, null, null);
        assertEquals(List.of(LANEWISE, later, SCALAR), Merge.rows(List.of(LANEWISE, earlier, SCALAR), List.of(later)));
    }

    @Test
    void ratiosFollowTheLaterTime() {
        Row later = row("lanewise", 512, 1, 0.2, null, null);
        assertEquals(List.of(row("lanewise", 512, 1, 0.2, 1.0, 40.0), SCALAR), Merge.rows(List.of(LANEWISE, SCALAR), List.of(later)));
    }

    @Test
    void otherWidthsAndThreadsAreOtherCells() {
        Row narrow = row("lanewise", 256, 1, 0.6, null, null), two = row("lanewise", 512, 2, 0.3, null, null);
        assertEquals(List.of(LANEWISE, narrow, two), Merge.rows(List.of(LANEWISE), List.of(narrow, two)));
    }

    private static Row row(String form, int width, int threads, double ns, Double roofFraction, Double ratioToScalar) {
        return new Row("Adam", form, "F32_NATIVE", width, 4096, threads, ns, 0.01, 28, 28 / ns, roofFraction, ratioToScalar, null, null);
    }
}
