package org.lanewise.torchfile;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.lanewise.torch.SavedTraining;
import org.lanewise.torchfile.ZipDirectory.Entry;

/** Files of PyTorch, cut and changed at random; checksums of the changed pickles are right, so that the pickle machine meets them. */
final class FuzzedFiles {
    private static final List<String> NAMES = List.of("nadam.pt", "sgd_plain.pt", "adamw_two_groups.pt", "adafactor.pt");
    private static final String OPCODES = "NKMJGXc}])(taesubRQqrhj.\u0088\u0089\u008a\u0085\u0086\u0087";
    /** What reading may allocate for each byte, and for classes and messages that are made when they are first needed. */
    private static final long ALLOCATED_PER_BYTE = 300, ALLOCATED = 4_000_000;

    private final List<byte[]> files = new ArrayList<>();
    private final List<Map<String, byte[]>> entries = new ArrayList<>();

    FuzzedFiles() throws IOException {
        for (String name : NAMES) {
            byte[] file = Files214.bytes(name);
            // Classes are loaded here, which allocates too.
            Files214.read(file);
            files.add(file);
            Map<String, byte[]> all = new HashMap<>();
            for (Entry entry : new ZipDirectory(MemorySegment.ofArray(file)).entries().values()) {
                all.put(entry.name(), entry.bytes().toArray(ValueLayout.JAVA_BYTE));
            }
            entries.add(all);
        }
    }

    /** Reads so many files; returns how many were refused. */
    long run(long seed, long count) {
        Thread thread = Thread.currentThread();
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long refused = 0;
        for (long k = 0; k < count; k++) {
            Random random = new Random(seed + k);
            byte[] bytes = random.nextInt(4) == 0 ? changed(files.get(random.nextInt(files.size())), random) : withChangedPickle(random);
            long before = threads.getThreadAllocatedBytes(thread.threadId());
            try {
                Files214.read(bytes);
                SavedTraining training = SavedTraining.of(TorchFile.read(MemorySegment.ofArray(bytes)), SavedTraining.Settings.NONE);
                assertTrue(training.describe().size() + training.tensors().size() > 0, "something was read");
            } catch (IOException e) {
                refused++;
                assertTrue(e.getMessage().length() > 10, () -> "no reason");
            } catch (Throwable e) {
                throw new AssertionError("seed " + (seed + k), e);
            }
            long allocated = threads.getThreadAllocatedBytes(thread.threadId()) - before;
            long seedOfThis = seed + k;
            assertTrue(allocated <= ALLOCATED + ALLOCATED_PER_BYTE * bytes.length,
                    () -> "seed " + seedOfThis + ": " + allocated + " bytes allocated for a file of " + bytes.length);
        }
        return refused;
    }

    private byte[] withChangedPickle(Random random) {
        Map<String, byte[]> all = new HashMap<>(entries.get(random.nextInt(entries.size())));
        String pickle = all.keySet().stream().filter(name -> name.endsWith(".pkl")).findFirst().orElseThrow();
        all.put(pickle, random.nextInt(4) == 0 ? opcodes(random) : changed(all.get(pickle), random));
        return Files214.file(all);
    }

    private static byte[] opcodes(Random random) {
        byte[] opcodes = new byte[random.nextInt(200)];
        for (int i = 0; i < opcodes.length; i++) {
            opcodes[i] = (byte) (random.nextInt(4) == 0 ? random.nextInt(256) : OPCODES.charAt(random.nextInt(OPCODES.length())));
        }
        return Files214.pickle(new String(opcodes, StandardCharsets.ISO_8859_1) + ".");
    }

    /** Some bytes changed, left out, doubled or moved, or the end cut off. */
    private static byte[] changed(byte[] original, Random random) {
        byte[] bytes = original.clone();
        for (int changes = random.nextInt(1, 5); changes > 0; changes--) {
            int at = random.nextInt(bytes.length), length = Math.min(random.nextInt(1, 20), bytes.length - at);
            switch (random.nextInt(6)) {
                case 0 -> bytes[at] = (byte) random.nextInt(256);
                case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(Byte.SIZE));
                case 2 -> bytes[at] = (byte) OPCODES.charAt(random.nextInt(OPCODES.length()));
                case 3 -> bytes = Arrays.copyOf(bytes, Math.max(1, at));
                case 4 -> System.arraycopy(bytes, at, bytes, random.nextInt(bytes.length - length + 1), length);
                default -> Arrays.fill(bytes, at, at + length, (byte) (random.nextBoolean() ? 0xff : 0));
            }
        }
        return bytes;
    }
}
