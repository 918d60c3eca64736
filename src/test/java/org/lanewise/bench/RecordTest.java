package org.lanewise.bench;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lanewise.tool.ExitCode;
import org.lanewise.tool.torch.OptimizerCase;
import org.lanewise.tool.torch.Recorded;
import org.lanewise.tool.torch.Recording;

/** The script that records, where {@code -Dlanewise.test.python=python3} names a Python with torch and numpy. */
class RecordTest {
    private static final String PYTHON = System.getProperty("lanewise.test.python");
    private static final Path SCRIPT = Path.of("src/docs/torch/record.py").toAbsolutePath();

    @TempDir
    private Path folder;

    /** What a program has printed to both streams, and its exit code. */
    private record Run(int code, String text) {}

    @Test
    void whatIsRecordedIsCompared() throws Exception {
        Path file = folder.resolve("r.safetensors");
        Run run = record(file, "--steps", "12", "--record", "1,5,12", "--rates", "3:0.5,7:2", "--seed", "7", "SGD(momentum=0.9)",
                "SGD(lr=0.1, weight_decay=0.01)", "Adagrad(lr_decay=0.1)", "Adadelta", "Rprop", "RMSprop(momentum=0.5, centered=True)",
                "Adam(betas=(0.5, 0.9), amsgrad=True)", "AdamW", "NAdam", "RAdam(betas=(0.9, 0.9))", "Adamax", "ASGD(t0=3)", "Adafactor");
        assertEquals(0, run.code(), run::text);
        String out = compare(file, ExitCode.OK);
        assertTrue(out.endsWith(", 0 differences, 0 skipped\n"), out);
        assertTrue(out.contains(", path single, 1 thread"), out);
    }

    @Test
    void gradientsAndStartCanBeGiven() throws Exception {
        Path gradients = npy("g.npy", "2, 1, 3", 1, 2, 3, 4, 5, 6), start = npy("w.npy", "1, 3", 0.5f, -0.5f, 0);
        Path file = folder.resolve("r.safetensors");
        Run run = record(file, "--gradients", gradients.toString(), "--start", start.toString(), "SGD(lr=0.5)", "Muon");
        assertEquals(0, run.code(), run::text);
        assertTrue(compare(file, ExitCode.OK).contains("skipped Muon: "));
        try (Recording recording = Recording.open(file)) {
            OptimizerCase c = recording.cases().getFirst();
            assertEquals(List.of(1L, 3L), c.shape());
            assertArrayEquals(new float[] {4, 5, 6}, recording.gradient(c, 2));
            assertArrayEquals(new float[] {0.5f - 2.5f, -0.5f - 3.5f, -4.5f},
                    ((Recorded.Floats) recording.recorded(c, 2, Recording.PARAMETERS)).values());
        }
    }

    private static String compare(Path file, int expected) {
        StringWriter out = new StringWriter(), err = new StringWriter();
        int code = Main.run(new PrintWriter(out, true), new PrintWriter(err, true), "torch", file.toString());
        assertEquals(expected, code, () -> err + "\n" + out);
        return out.toString();
    }

    /** An array as numpy writes it. */
    private Path npy(String name, String shape, float... values) throws IOException {
        byte[] header = ("{'descr': '<f4', 'fortran_order': False, 'shape': (" + shape + "), }\n").getBytes(StandardCharsets.ISO_8859_1);
        ByteBuffer file = ByteBuffer.allocate(10 + header.length + values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        file.put("\u0093NUMPY\u0001\0".getBytes(StandardCharsets.ISO_8859_1)).putShort((short) header.length).put(header);
        for (float value : values) {
            file.putFloat(value);
        }
        return Files.write(folder.resolve(name), file.array());
    }

    @Test
    void whatCannotBeRecordedIsOneSentence() throws Exception {
        Path doubles = npy("doubles.npy", "1, 1", 1, 2);
        Files.writeString(doubles, Files.readString(doubles, StandardCharsets.ISO_8859_1).replace("<f4", "<f8"),
                StandardCharsets.ISO_8859_1);
        Path file = folder.resolve("r.safetensors");
        for (Map.Entry<String, List<String>> wrong : Map.of(
                "has no optimizer 'Adm'", List.of("Adm"),
                "must be a name and options by name, as Adam(lr=0.01), got 'Adam(0.1)'", List.of("Adam(0.1)"),
                "Adam: foreach is what --path says", List.of("Adam(foreach=True)"),
                "Adam.__init__() got an unexpected keyword argument 'beta'", List.of("Adam(beta=0.1)"),
                "Invalid learning rate: -1", List.of("Adam(lr=-1)"),
                "Rprop has no fused path", List.of("--path", "fused", "Rprop"),
                "--record 60 is after the last step, 50", List.of("--record", "60", "Adam"),
                "Adam is given twice", List.of("Adam", "Adam"),
                "must be STEP:FACTOR with a finite factor from 0 on, got '3:nan'", List.of("--rates", "3:nan", "Adam"),
                "must hold float32 numbers, got float64", List.of("--gradients", doubles.toString(), "Adam")).entrySet()) {
            Run run = record(file, wrong.getValue().toArray(String[]::new));
            assertTrue(run.code() != 0 && run.text().contains(wrong.getKey()), run::toString);
            assertTrue(!run.text().contains("Traceback"), run::text);
        }
        assertTrue(Files.notExists(file));
    }

    @Test
    void aPythonWithoutTorchIsToldWhatIsMissing() throws Exception {
        Path empty = Files.createFile(folder.resolve("empty.py"));
        assumeTrue(run("python3", "-I", empty.toString()).code() == 0, "not run: there is no python3");
        // Without site-packages.
        Run run = run("python3", "-I", "-S", SCRIPT.toString(), "--help");
        assertTrue(run.code() == 1 && run.text().strip().endsWith("; run it with the Python that has your PyTorch, and numpy"),
                run::toString);
        assertEquals(1, run.text().lines().count(), run::text);
    }

    private static Run record(Path file, String... args) throws IOException, InterruptedException {
        assumeTrue(PYTHON != null, "not run: -Dlanewise.test.python names no Python with torch and numpy");
        List<String> command = new ArrayList<>(List.of(PYTHON, SCRIPT.toString(), file.toString()));
        command.addAll(List.of(args));
        return run(command.toArray(String[]::new));
    }

    private static Run run(String... command) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Run(process.waitFor(), text);
        } catch (IOException e) {
            return new Run(-1, e.getMessage());
        }
    }
}
