package org.lanewise.tool.torch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonNull;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a file holds, it is compared or refused in one sentence with its name. */
class MalformedRecordingTest {
    private static final String UNREAD = "cannot be read: ", NONE = "is no recording of optimizers: ";

    private static final int RUN = 40;

    @TempDir
    private Path folder;

    @Test
    void whatIsValidIsCompared() throws IOException {
        assertEquals(0, compare(new SyntheticRecording().bytes()).differing());
    }

    static Stream<Arguments> changes() {
        return Stream.of(changesOfTensors(), changesOfMetadata(), changesOfCases()).flatMap(Function.identity());
    }

    private static Stream<Arguments> changesOfTensors() {
        return Stream.of(
                change(UNREAD + "tensor 'g' has the unknown dtype 'F31'", r -> r.tensor("g").addProperty("dtype", "F31")),
                change(UNREAD + "tensor 'g' needs dtype, shape and two data_offsets, and nothing else",
                        r -> r.tensor("g").addProperty("more", 1)),
                change(UNREAD + "tensor 'g' needs dtype, shape and two data_offsets, and nothing else", r -> r.tensor("g").remove("shape")),
                change(UNREAD + "tensor 'g': shape must be whole numbers from 0 to 10^18, got -2",
                        r -> r.tensor("g").add("shape", SyntheticRecording.numbers(-2, 3))),
                change(UNREAD + "tensor 'g': shape must be whole numbers from 0 to 10^18, got 1.5", r -> r.tensor("g")
                        .getAsJsonArray("shape").set(0, new JsonPrimitive(1.5))),
                change(UNREAD + "tensor 'g': shape must be whole numbers from 0 to 10^18, got \"2\"", r -> r.tensor("g")
                        .getAsJsonArray("shape").set(0, new JsonPrimitive("2"))),
                change(UNREAD + "tensor 'g': shape [4294967296, 4294967296] has more than 2^63 elements",
                        r -> r.tensor("g").add("shape", SyntheticRecording.numbers(1L << 32, 1L << 32))),
                change(UNREAD + "tensor 'g' has 24 bytes, its shape [576460752303423488, 8] of F32 needs another number",
                        r -> r.tensor("g").add("shape", SyntheticRecording.numbers(1L << 59, 8))),
                change(UNREAD + "tensor 'g' has 24 bytes, its shape [2, 3] of F64 needs another number",
                        r -> r.tensor("g").addProperty("dtype", "F64")),
                change(UNREAD + "tensor 'g' begins at 40 and ends at 36", r -> offsets(r, "g", 40, 36)),
                change(UNREAD + "tensor 'g' begins at 8, the one before it ends at 12", r -> offsets(r, "g", 8, 32)),
                change(UNREAD + "tensor 'g' begins at 16, the one before it ends at 12", r -> offsets(r, "g", 16, 40)),
                change(UNREAD + "tensor 'sgd/s2/w' begins at 100, the one before it ends at 48", r -> offsets(r, "sgd/s2/w", 100, 112)),
                change(UNREAD + "tensors end at 48, the file has 60 bytes of data", r -> r.header.remove("sgd/s2/w")));
    }

    private static Stream<Arguments> changesOfMetadata() {
        return Stream.of(
                change(UNREAD + "metadata is no JSON object", r -> r.header.add("__metadata__", new JsonArray())),
                change(UNREAD + "metadata 'torch' is no text", r -> r.metadata.addProperty("torch", 2)),
                change(NONE + "metadata has no torch, and a recording needs torch, path, steps, all_steps, cases",
                        r -> r.header.remove("__metadata__")),
                change(NONE + "metadata has no all_steps, and a recording needs torch, path, steps, all_steps, cases",
                        r -> r.metadata.remove("all_steps")),
                change(NONE + "all_steps must be whole numbers from 1 to 1000000, got '-2'",
                        r -> r.metadata.addProperty("all_steps", "-2")),
                change(NONE + "all_steps must be whole numbers from 1 to 1000000, got '2000000000'",
                        r -> r.metadata.addProperty("all_steps", "2000000000")),
                change(NONE + "steps must be whole numbers from 1 to 2, got '3'", r -> r.metadata.addProperty("steps", "1,3")),
                change(NONE + "steps must be whole numbers from 1 to 2, got ''", r -> r.metadata.addProperty("steps", "")),
                change(NONE + "steps must rise, got 1 after 2", r -> r.metadata.addProperty("steps", "2,1")),
                change(NONE + "learning_rate_factors is not JSON at line 1 column 6 path $.2",
                        r -> r.metadata.addProperty("learning_rate_factors", "{\"2\":NaN}")),
                change(NONE + "learning_rate_factors must be finite numbers from 0 on, got -1.0",
                        r -> r.metadata.addProperty("learning_rate_factors", "{\"2\":-1}")),
                change(NONE + "learning_rate_factors must be finite numbers from 0 on, got Infinity",
                        r -> r.metadata.addProperty("learning_rate_factors", "{\"2\":1e999}")),
                change(NONE + "learning_rate_factors must be finite numbers from 0 on, got \"1\"",
                        r -> r.metadata.addProperty("learning_rate_factors", "{\"2\":\"1\"}")),
                change(NONE + "steps of learning_rate_factors must be whole numbers from 1 to 1000000, got '-2'",
                        r -> r.metadata.addProperty("learning_rate_factors", "{\"-2\":1}")),
                change(NONE + "cases must be a list of at least one, got []", r -> r.metadata.addProperty("cases", "[]")),
                change(NONE + "cases is not JSON", r -> r.metadata.addProperty("cases", "[")),
                change(NONE + "two cases are named 'sgd'", r -> r.metadata.addProperty("cases", "[" + r.sgd + "," + r.sgd + "]")),
                change(NONE + "case 1 is no JSON object", r -> r.metadata.addProperty("cases", "[1]")));
    }

    private static Stream<Arguments> changesOfCases() {
        return Stream.of(
                change(NONE + "case 1 needs a text for case", r -> r.sgd.remove("case")),
                change(NONE + "case 1 'sgd' needs a text for optimizer", r -> r.sgd.add("optimizer", JsonNull.INSTANCE)),
                change(NONE + "case 1 'sgd' needs a list for shape", r -> r.sgd.addProperty("shape", 3)),
                change(NONE + "case 1 'sgd' needs args", r -> r.sgd.remove("args")),
                change(NONE + "case 1 'sgd': states must be different names, got 1", r -> r.sgd.getAsJsonArray("states").add(1)),
                change(NONE + "case 1 'sgd': states must be different names, got \"a\"", r -> {
                    r.sgd.getAsJsonArray("states").add("a");
                    r.sgd.getAsJsonArray("states").add("a");
                }),
                change(NONE + "case 1 'sgd': shape [4294967296, 4294967296] has more than 2^63 elements",
                        r -> r.sgd.add("shape", SyntheticRecording.numbers(1L << 32, 1L << 32))),
                change(NONE + "case 'sgd': has 4294967296 elements, at most 2147483639 can be compared",
                        r -> r.sgd.add("shape", SyntheticRecording.numbers(1L << 32))),
                change(NONE + "case 'sgd': argument lr is no finite number: null", r -> r.arguments().add("lr", JsonNull.INSTANCE)),
                change(NONE + "case 'sgd': argument lr is no finite number: \"NaN\"", r -> r.arguments().addProperty("lr", "NaN")),
                change(NONE + "case 'sgd': argument nesterov is neither true nor false: 1", r -> r.arguments().addProperty("nesterov", 1)),
                change(NONE + "case 'sgd': no tensor 'g2'", r -> r.sgd.addProperty("grads", "g2")),
                change(NONE + "case 'sgd': tensor 'w0' must be F32 of 4 elements, got F32 of 3",
                        r -> r.sgd.add("shape", SyntheticRecording.numbers(4))),
                change(NONE + "case 'sgd': tensor 'g' must be F32 of 9 elements, got F32 of 6",
                        r -> r.metadata.addProperty("all_steps", "3")),
                change(NONE + "case 'sgd': tensor 'w0' must be F32 of 3 elements, got I32 of 3",
                        r -> r.tensor("w0").addProperty("dtype", "I32")),
                change(NONE + "case 'sgd': no tensor 'sgd/s1/momentum_buffer'", r -> {
                    r.arguments().addProperty("momentum", 0.9);
                    r.sgd.getAsJsonArray("states").add("momentum_buffer");
                }),
                change(NONE + "case 'sgd': momentum_buffer has 2 elements, expected 3", r -> {
                    r.arguments().addProperty("momentum", 0.9);
                    r.sgd.getAsJsonArray("states").add("momentum_buffer");
                    r.add("sgd/s1/momentum_buffer", new float[2], 2);
                    r.add("sgd/s2/momentum_buffer", new float[2], 2);
                }));
    }

    private static Arguments change(String sentence, Consumer<SyntheticRecording> change) {
        return Arguments.of(sentence, change);
    }

    private static void offsets(SyntheticRecording recording, String tensor, long from, long to) {
        recording.tensor(tensor).add("data_offsets", SyntheticRecording.numbers(from, to));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("changes")
    void whatIsMalformedIsRefusedWithItsReason(String sentence, Consumer<SyntheticRecording> change) {
        String refusal = refusal(new SyntheticRecording().with(change).bytes());
        assertTrue(refusal.startsWith(sentence), () -> refusal + "\nexpected: " + sentence);
    }

    @Test
    void aHeaderThatIsNoHeaderIsRefusedWithItsReason() {
        SyntheticRecording r = new SyntheticRecording();
        assertEquals(UNREAD + "has 3 bytes, at least 8 are needed", refusal(new byte[3]));
        assertEquals(UNREAD + "header does not begin with {", refusal(new byte[8]));
        assertEquals(UNREAD + "header does not begin with {", refusal(r.bytes(" {}")));
        assertEquals(UNREAD + "header of 100 bytes ends beyond the file, which has 9", refusal(length(100, 1)));
        assertEquals(UNREAD + "header of 18446744073709551615 bytes ends beyond the file, which has 8", refusal(length(-1, 0)));
        assertEquals(UNREAD + "header of 9000000 bytes is too long, at most 8388608 are read", refusal(length(9_000_000, 9_000_000)));
        assertEquals(UNREAD + "header is not text in UTF-8", refusal(length(2, 0, '{', 0xff)));
        assertEquals(UNREAD + "header is not JSON at line 1 column 2 path $.", refusal(r.bytes("{")));
        assertTrue(refusal(r.bytes("{} {}")).startsWith(UNREAD + "header is not JSON"));
        assertTrue(refusal(r.bytes("{\"a\":{},\"a\":{}}")).startsWith(UNREAD + "header is not JSON: 'a' stands twice in an object"));
        assertTrue(refusal(r.bytes("{\"a\":" + "[".repeat(100_000))).startsWith(UNREAD + "header is not JSON"));
        assertTrue(refusal(r.bytes("{\"a\":NaN}")).startsWith(UNREAD + "header is not JSON"));
        assertTrue(refusal(r.bytes("{'a':1}")).startsWith(UNREAD + "header is not JSON"));
    }

    @Test
    void namesFromTheFileStayShortAndOnOneLine() {
        String name = "\n\u001b[31m\u202e" + "x".repeat(1000);
        String refusal = refusal(new SyntheticRecording().with(r -> r.header.add(name, new JsonArray())).bytes());
        assertTrue(refusal.startsWith(UNREAD + "tensor '??[31m?xxx"), refusal);
        assertTrue(refusal.length() < 250, refusal);
        assertEquals(1, refusal.lines().count());
    }

    @Test
    void aFileThatEndsEarlyIsRefusedWhereverItEnds() throws IOException {
        byte[] whole = new SyntheticRecording().bytes();
        for (int length = 0; length < whole.length; length++) {
            assertTrue(refusal(Arrays.copyOf(whole, length)).startsWith(UNREAD), "of length " + length);
        }
        assertTrue(refusal(Arrays.copyOf(whole, whole.length + 1)).startsWith(UNREAD + "tensors end at 60, the file has 61"));
    }

    @Test
    void aFlippedBitIsRefusedOrCompared() throws IOException {
        byte[] whole = new SyntheticRecording().bytes();
        Random random = new Random(1);
        int compared = 0;
        for (int at = 0; at < whole.length; at++) {
            byte[] flipped = whole.clone();
            flipped[at] ^= (byte) (1 << random.nextInt(8));
            try {
                // To run all that can be compared would take long.
                if (choose(flipped).size() == 1 && ++compared % RUN == 0) {
                    compare(flipped);
                }
            } catch (IOException | UncheckedIOException e) {
                assertTrue(e.getMessage().contains(folder.toString()), () -> e + "");
            }
        }
        assertTrue(compared >= 30, compared + " were compared");
    }

    private static byte[] length(long length, int more, int... bytes) {
        ByteBuffer file = ByteBuffer.allocate(Long.BYTES + bytes.length + more).order(ByteOrder.LITTLE_ENDIAN).putLong(length);
        for (int x : bytes) {
            file.put((byte) x);
        }
        return file.array();
    }

    /** The sentence without the file's name. */
    private String refusal(byte[] bytes) {
        String sentence = assertThrows(IOException.class, () -> {
            try {
                compare(bytes);
            } catch (UncheckedIOException e) {
                throw e.getCause();
            }
        }).getMessage();
        String name = file() + ": ";
        assertTrue(sentence.startsWith(name), sentence);
        return sentence.substring(name.length());
    }

    private Path file() {
        return folder.resolve("r.safetensors");
    }

    /** Opens a file; which of its cases can be compared. */
    private Comparison choose(byte[] bytes) throws IOException {
        Files.write(file(), bytes);
        try (Recording recording = Recording.open(file())) {
            return Comparison.of(recording);
        }
    }

    /** What the only case came to; without differences if it was skipped. */
    private Compared compare(byte[] bytes) throws IOException {
        Files.write(file(), bytes);
        try (Recording recording = Recording.open(file())) {
            Comparison comparison = Comparison.of(recording);
            assertEquals(1, comparison.size() + comparison.skipped().size());
            return comparison.size() == 1 ? comparison.run(_ -> {}).getFirst() : new Compared("", "", true, 0, 0, List.of());
        }
    }
}
