package org.lanewise.tool.torch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.lanewise.tool.torch.TrainingComparison.Chosen;

/**
 * Whole training steps follow PyTorch 2.14.1: groups, tensors without gradients, clipping, averages and a schedule around the updates of
 * four optimizers, by bits; and nearly so where Lanewise computes the norm itself.
 */
@TestInstance(Lifecycle.PER_CLASS)
class TrainingGoldensTest {
    private static final Path FILE = SyntheticTraining.ALL;

    /** Each case runs in one of them: all have the same bits, as other tests show. */
    private static final List<Place> PLACES = Place.all();

    @TempDir
    private Path folder;

    private TrainingRecording recording;
    private TrainingComparison comparison;

    @BeforeAll
    void open() throws IOException {
        recording = TrainingRecording.open(FILE);
        comparison = TrainingComparison.of(recording);
    }

    @AfterAll
    void close() throws IOException {
        recording.close();
    }

    Stream<Chosen> chosen() {
        return comparison.chosen().stream();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("chosen")
    void followsPyTorch(Chosen one) throws IOException {
        int number = comparison.chosen().indexOf(one);
        Compared compared = comparison.run(one, List.of(PLACES.get(number % PLACES.size())));
        assertEquals(List.of(), compared.differences());
        assertEquals(one.ownNorm().isEmpty(), compared.exact());
        int recorded = recording.tensors().stream().mapToInt(tensor -> recording.recorded(one.c(), tensor).size()).sum();
        assertEquals(recording.origin().recordedSteps().size() * recorded + (one.ownNorm().isPresent() ? 1 : 0), compared.tensors());
    }

    @Test
    void allFeaturesOfFourOptimizersAreCompared() {
        assertEquals(List.of(), comparison.skipped());
        assertEquals(4 * 9, chosen().filter(one -> one.ownNorm().isEmpty()).count());
        assertEquals(4 * 2, chosen().filter(one -> one.ownNorm().isPresent()).count());
        assertEquals(Set.of("AdamW", "SGD", "RMSprop", "Adagrad"), chosen().map(one -> one.c().optimizer()).collect(Collectors.toSet()));
    }

    /** Of the norm 1.2e-7 is the distance of two floats at most. */
    @Test
    void whatIsAllowedForOwnNormsIsNotMuch() {
        for (Chosen one : chosen().filter(each -> each.ownNorm().isPresent()).toList()) {
            OwnNorm own = one.ownNorm().orElseThrow();
            assertTrue(own.ofNorms().relative() < 1e-6 && own.ofNorms().absolute() == 0, () -> one + ": " + own.ofNorms());
            assertTrue(own.tolerance("w").absolute() < 2e-4 && own.tolerance("w").relative() < 1e-5, () -> one + ": " + own.tolerance("w"));
            assertEquals(Tolerance.BITS, own.tolerance("step"));
        }
    }

    @Test
    void aParameterAnAverageAStateOrAStepThatDiffersIsFound() throws IOException {
        byte[] bytes = Files.readAllBytes(FILE);
        List<String> changed = List.of("sgd/plain/s3/embed/w", "adamw/ema/s10/fc.bias/average", "rmsprop/groups/s1/fc.weight/square_avg",
                "adagrad/frozen/s50/embed/step");
        for (String tensor : changed) {
            change(bytes, tensor);
        }
        List<String> found = new ArrayList<>();
        try (TrainingRecording other = TrainingRecording.open(Files.write(folder.resolve("changed"), bytes))) {
            TrainingComparison compared = TrainingComparison.of(other);
            for (Chosen one : compared.chosen()) {
                if (changed.stream().anyMatch(tensor -> tensor.startsWith(one.c().name() + "/"))) {
                    differences(compared, one).forEach(each -> found.add(one + "/s" + each.step() + "/" + each.tensor()));
                }
            }
        }
        assertEquals(changed.stream().map(tensor -> tensor.replaceAll("/(\\w+)$", " $1")).collect(Collectors.toSet()), Set.copyOf(found));
    }

    /** The first norm is that of a step that is clipped. */
    @Test
    void aNormThatPyTorchDidNotHaveIsFoundBesideOnesOwnAndInWhatFollowsFromIt() throws IOException {
        byte[] bytes = Files.readAllBytes(FILE);
        long at = start(bytes, "sgd/clip_norm/norms");
        ByteBuffer numbers = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        numbers.putDouble((int) at + 24, numbers.getDouble((int) at + 24) * 1.001);
        try (TrainingRecording other = TrainingRecording.open(Files.write(folder.resolve("norms"), bytes))) {
            TrainingComparison compared = TrainingComparison.of(other);
            for (Chosen one : compared.chosen().stream().filter(each -> each.c().name().equals("sgd/clip_norm")).toList()) {
                List<String> tensors = differences(compared, one).stream().map(Compared.Difference::tensor).toList();
                assertEquals(one.ownNorm().isPresent(), tensors.contains("norms"), () -> one + ": " + tensors);
                assertEquals(one.ownNorm().isEmpty(), tensors.contains("embed w"), () -> one + ": " + tensors);
            }
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "\\\"feature\\\": \\\"swa\\\" | \\\"feature\\\": \\\"lwa\\\" | what its feature 'lwa' means is not known",
        "\\\"optimizer\\\": \\\"Adagrad\\\" | \\\"optimizer\\\": \\\"Adafrob\\\" | defaults of the optimizer 'Adafrob' are not known"})
    void whatIsNotKnownIsSkippedByName(String old, String now, String reason) throws IOException {
        try (TrainingRecording other = TrainingRecording.open(replaced(old, now))) {
            List<Comparing.Skipped> skipped = TrainingComparison.of(other).skipped();
            assertTrue(!skipped.isEmpty() && skipped.stream().allMatch(one -> one.reason().equals(reason)), skipped::toString);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "\"start/embed\" | \"stars/embed\" | tensor 'stars/embed' belongs to no case",
        "\"grads/embed\" | \"grade/embed\" | no tensor 'grads/embed'",
        "\"sgd/plain/s2/embed/w\" | \"sgd/plain/s4/embed/w\" | tensor 'sgd/plain/s4/embed/w' belongs to no case",
        "\"steps\":\"1,2,3,10,50\" | \"steps\":\"1,2,3,10,51\" | steps must be whole numbers from 1 to 50, got '51'",
        "\"steps\":\"1,2,3,10,50\" | \"steps\":\"1,2,3,10,10\" | steps must rise, got 10 after 10",
        "\\\"ema_decay\\\": 0.9}] | \\\"ema_decaf\\\": 0.9}] | case 36 needs ema_decay",
        "\"torch\":\"2.14.1 | \"porch\":\"2.14.1 | metadata has no torch"})
    void aMalformedFileIsRefusedWithNameAndReason(String old, String now, String reason) throws IOException {
        Path file = replaced(old, now);
        IOException e = assertThrows(IOException.class, () -> TrainingRecording.open(file));
        assertEquals(file + ": is no recording of training steps: " + reason, e.getMessage());
    }

    private static List<Compared.Difference> differences(TrainingComparison compared, Chosen one) throws IOException {
        return compared.run(one, PLACES.subList(0, 1)).differences();
    }

    /** Replaces characters of the header by as many others. */
    private Path replaced(String old, String now) throws IOException {
        String text = Files.readString(FILE, StandardCharsets.ISO_8859_1);
        assertEquals(old.length(), now.length());
        assertTrue(text.contains(old), old);
        return Files.writeString(folder.resolve("replaced"), text.replace(old, now), StandardCharsets.ISO_8859_1);
    }

    private static void change(byte[] file, String tensor) {
        file[(int) start(file, tensor) + 2] ^= 1;
    }

    private static long start(byte[] file, String tensor) {
        long header = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong(0);
        String text = new String(file, Long.BYTES, (int) header, StandardCharsets.UTF_8);
        String offsets = "\"data_offsets\":[";
        int at = text.indexOf(offsets, text.indexOf("\"" + tensor + "\"")) + offsets.length();
        return Long.BYTES + header + Long.parseLong(text.substring(at, text.indexOf(',', at)));
    }
}
