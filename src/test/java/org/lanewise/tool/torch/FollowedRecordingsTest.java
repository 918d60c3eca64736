package org.lanewise.tool.torch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.lanewise.Rule;
import org.lanewise.tool.torch.Comparison.Chosen;

/**
 * Parameters and every state follow PyTorch 2.14.1, one tensor at a time: at every width, on the heap and in native memory, with a constant
 * and with a changing learning rate, bit by bit but for Adafactor's sums. The name keeps it out of the jar of the benchmarks.
 */
@TestInstance(Lifecycle.PER_CLASS)
abstract class FollowedRecordingsTest {
    /** States that have no name in PyTorch: Adafactor computes them anew in every step, and keeps no rows of a vector. */
    private static final Set<String> OWN = Set.of("inverseMean", "rowVariance", "columnVariance");

    private final List<String> names;
    private final Map<String, Recording> recordings = new TreeMap<>();
    private final Map<String, Comparison> comparisons = new TreeMap<>();

    FollowedRecordingsTest(String... names) {
        this.names = List.of(names);
    }

    @BeforeAll
    void open() throws IOException {
        for (String name : names) {
            Recording recording = Recording.open(Path.of("src/test/resources/goldens/" + name + ".safetensors"));
            recordings.put(name, recording);
            comparisons.put(name, Comparison.of(recording));
        }
    }

    @AfterAll
    void close() throws IOException {
        for (Recording recording : recordings.values()) {
            recording.close();
        }
    }

    Stream<Chosen> chosen() {
        return comparisons.values().stream().flatMap(comparison -> comparison.chosen().stream());
    }

    Stream<Arguments> everyCase() {
        return comparisons.entrySet().stream()
                .flatMap(file -> file.getValue().chosen().stream().map(one -> Arguments.of(file.getKey(), one)));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("everyCase")
    void followsPyTorch(String file, Chosen one) throws IOException {
        Compared compared = comparisons.get(file).run(one);
        assertEquals(List.of(), compared.differences());
        assertEquals(recordings.get(file).recordedSteps().size() * (1 + one.c().states().size()), compared.tensors());
    }

    /** SparseAdam steps sparse rows, and Muon multiplies matrices. */
    @Test
    void noOtherOptimizerIsSkipped() {
        for (Comparison comparison : comparisons.values()) {
            Set<String> skipped = comparison.skipped().stream().map(one -> one.name().substring(0, one.name().indexOf('/')))
                    .collect(Collectors.toCollection(TreeSet::new));
            assertTrue(Set.of("muon", "sparseadam").containsAll(skipped), skipped::toString);
        }
    }

    @Test
    void everyStateOfARuleIsComparedWithOneOfPyTorch() {
        chosen().forEach(one -> {
            Set<String> compared = new HashSet<>();
            one.c().states().forEach(state -> compared.add(one.counterpart().states().get(state)));
            Set<String> states = one.counterpart().rule().states().stream().map(Rule.State::name).collect(Collectors.toSet());
            states.removeAll(compared);
            assertTrue(one.c().optimizer().endsWith("Adafactor") ? OWN.containsAll(states) && compared.contains("columnVariance")
                    : states.isEmpty(), () -> one + ": " + states);
        });
    }

    /** Fails unless these optimizers, and no others, are compared in at least so many cases each. */
    void assertCases(int atLeast, String... optimizers) {
        Map<String, Long> cases = chosen().collect(Collectors.groupingBy(one -> one.c().optimizer(), TreeMap::new, Collectors.counting()));
        assertEquals(Set.of(optimizers), cases.keySet());
        assertTrue(cases.values().stream().allMatch(count -> count >= atLeast), cases::toString);
    }
}
