package org.lanewise.tool.torch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lanewise.tool.torch.Compared.Difference;

/** What compatibility.md says of PyTorch's paths is what was recorded of them: no more differs, and no less. */
class PathsTest {
    private static final Map<String, String> FILES =
            Map.of("single", "torch214_zeros", "foreach", "torch214_foreach", "fused", "torch214_fused", "C++", "torch214_cpp");
    private static final Pattern ROW = Pattern.compile("\\| `(single|foreach|fused|C\\+\\+)` "
            + "\\| ([`\\w, ]+) ".repeat(2) + "\\| ([^|]+) ".repeat(2) + "\\|");
    private static final Pattern ULPS = Pattern.compile("at most ([\\d,]+) ulps?");
    private static final Pattern TAIL = Pattern.compile("the last n % (\\d+) elements");
    private static final int LENGTH = 31;

    private static final Map<String, List<Compared>> RECORDED = new TreeMap<>();

    /**
     * A row of the table.
     *
     * @param claim what differs
     * @param where which elements may differ
     */
    private record Row(String text, String path, List<String> optimizers, List<String> tensors, String claim, IntPredicate where) {
        boolean isOf(Compared one, String tensor) {
            return optimizers.contains(one.group()) && (tensors.contains(tensor) || tensors.equals(List.of("all")));
        }

        /** Largest distance that the claim allows; 0 if nothing differs. */
        long ulps() {
            Matcher number = ULPS.matcher(claim);
            return number.matches() ? Long.parseLong(number.group(1).replace(",", "")) : claim.equals("the sign of zero") ? 1 : 0;
        }

        void requireAllows(Compared one, Difference difference) {
            String what = path + " " + one.name() + ": " + difference;
            assertTrue(difference.ulps() <= ulps(), what);
            assertTrue(difference.which().stream().allMatch(where), what);
            assertTrue(!claim.equals("the sign of zero") || difference.ours() == 0 && difference.theirs() == 0, what);
        }

        @Override
        public String toString() {
            return text;
        }
    }

    @BeforeAll
    static void compare() throws IOException {
        for (Map.Entry<String, String> file : FILES.entrySet()) {
            try (Recording recording = Recording.open(Path.of("src/test/resources/goldens/" + file.getValue() + ".safetensors"))) {
                assertTrue(recording.origin().path().startsWith(file.getKey()), recording.origin().path());
                Comparison comparison = Comparison.of(recording);
                assertEquals(List.of(), comparison.skipped());
                RECORDED.put(file.getKey(), comparison.run(_ -> {}));
            }
        }
    }

    static List<Row> rows() throws IOException {
        List<Row> rows = new ArrayList<>();
        for (String line : Files.readAllLines(Path.of("src/docs/compatibility.md"))) {
            Matcher row = ROW.matcher(line);
            if (row.matches()) {
                rows.add(new Row(line, row.group(1), names(row.group(2)), names(row.group(3)), row.group(4), where(row.group(5))));
            }
        }
        return rows;
    }

    private static List<String> names(String cell) {
        return Stream.of(cell.replace("`", "").split(", ")).toList();
    }

    private static IntPredicate where(String cell) {
        Matcher tail = TAIL.matcher(cell);
        if (tail.matches()) {
            int first = LENGTH - LENGTH % Integer.parseInt(tail.group(1));
            return i -> i >= first;
        }
        assertTrue(cell.equals("everywhere") || cell.equals("nowhere"), cell);
        return _ -> cell.equals("everywhere");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rows")
    void aRowSaysWhatDiffers(Row row) {
        List<Compared> recorded = RECORDED.get(row.path()).stream().filter(one -> row.optimizers().contains(one.group())).toList();
        assertEquals(Set.copyOf(row.optimizers()), recorded.stream().map(Compared::group).collect(Collectors.toSet()));
        assertTrue(row.ulps() > 0 || row.claim().equals("the same bits")
                || row.claim().equals("as near as one at a time") && recorded.stream().noneMatch(Compared::exact), row::claim);
        long worst = 0;
        for (Compared one : recorded) {
            for (Difference difference : one.differences()) {
                if (row.isOf(one, difference.tensor())) {
                    row.requireAllows(one, difference);
                    worst = Math.max(worst, difference.ulps());
                }
            }
        }
        assertEquals(row.ulps(), worst, "ulps");
    }

    @Test
    void whateverDiffersIsInTheTable() throws IOException {
        List<Row> rows = rows();
        RECORDED.forEach((path, compared) -> compared.forEach(one -> {
            List<Row> of = rows.stream().filter(row -> row.path().equals(path) && row.optimizers().contains(one.group())).toList();
            assertTrue(!of.isEmpty(), path + " " + one.name());
            one.differences().forEach(difference -> assertTrue(of.stream().anyMatch(row -> row.isOf(one, difference.tensor())),
                    () -> path + " " + one.name() + ": " + difference));
        }));
    }
}
