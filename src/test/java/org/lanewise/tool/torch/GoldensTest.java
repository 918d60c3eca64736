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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.lanewise.Rule;
import org.lanewise.tool.torch.Comparison.Chosen;

/**
 * Parameters and every state follow PyTorch 2.14.1, one tensor at a time: at every width, on the heap and in native memory, with a constant
 * and with a changing learning rate, bit by bit but for Adafactor's sums.
 */
class GoldensTest {
    private static final List<String> NAMES = List.of("torch214_single_f32", "torch214_changing_f32", "adafactor214");
    private static final Map<String, Recording> RECORDINGS = new TreeMap<>();
    private static final Map<String, Comparison> FILES = new TreeMap<>();

    /** States that have no name in PyTorch: Adafactor computes them anew in every step, and keeps no rows of a vector. */
    private static final Set<String> OWN = Set.of("inverseMean", "rowVariance", "columnVariance");

    static Map<String, Comparison> files() throws IOException {
        for (String name : FILES.isEmpty() ? NAMES : List.<String>of()) {
            Recording recording = Recording.open(Path.of("src/test/resources/goldens/" + name + ".safetensors"));
            RECORDINGS.put(name, recording);
            FILES.put(name, Comparison.of(recording));
        }
        return FILES;
    }

    @AfterAll
    static void close() throws IOException {
        for (Recording recording : RECORDINGS.values()) {
            recording.close();
        }
    }

    static Stream<Arguments> everyCase() throws IOException {
        return files().entrySet().stream()
                .flatMap(file -> file.getValue().chosen().stream().map(one -> Arguments.of(file.getKey(), one)));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("everyCase")
    void followsPyTorch(String file, Chosen one) throws IOException {
        Compared compared = FILES.get(file).run(one);
        assertEquals(List.of(), compared.differences());
        assertEquals(RECORDINGS.get(file).recordedSteps().size() * (1 + one.c().states().size()), compared.tensors());
    }

    /** SparseAdam steps sparse rows, and Muon multiplies matrices. */
    @Test
    void noOtherOptimizerIsSkipped() throws IOException {
        for (Comparison file : files().values()) {
            Set<String> skipped = file.skipped().stream().map(one -> one.name().substring(0, one.name().indexOf('/')))
                    .collect(Collectors.toCollection(TreeSet::new));
            assertTrue(Set.of("muon", "sparseadam").containsAll(skipped), skipped::toString);
        }
    }

    @Test
    void everyStateOfARuleIsComparedWithOneOfPyTorch() throws IOException {
        for (Comparison file : files().values()) {
            for (Chosen one : file.chosen()) {
                Set<String> compared = new HashSet<>();
                one.c().states().forEach(state -> compared.add(one.counterpart().states().get(state)));
                Set<String> states = one.counterpart().rule().states().stream().map(Rule.State::name).collect(Collectors.toSet());
                states.removeAll(compared);
                assertTrue(one.c().optimizer().endsWith("Adafactor") ? OWN.containsAll(states) && compared.contains("columnVariance")
                        : states.isEmpty(), () -> one + ": " + states);
            }
        }
    }

    @Test
    void manyCasesOfEveryOptimizerAreCompared() throws IOException {
        Map<String, Long> cases = files().values().stream().flatMap(file -> file.chosen().stream())
                .collect(Collectors.groupingBy(one -> one.c().optimizer(), TreeMap::new, Collectors.counting()));
        assertEquals(Set.of("ASGD", "Adadelta", "Adafactor", "Adagrad", "Adam", "AdamW", "Adamax", "NAdam", "RAdam", "RMSprop", "Rprop",
                "SGD", "transformers.Adafactor"), cases.keySet());
        assertTrue(cases.values().stream().allMatch(count -> count >= 16), cases::toString);
    }
}
