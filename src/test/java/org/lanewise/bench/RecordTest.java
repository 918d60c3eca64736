package org.lanewise.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lanewise.tool.ExitCode;

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
        assertEquals(0, record(file, "--steps", "12", "--record", "1,5,12", "--rates", "3:0.5,7:2", "--seed", "7", "SGD(momentum=0.9)",
                "SGD(lr=0.1, weight_decay=0.01)", "Adagrad(lr_decay=0.1)", "Adadelta", "Rprop", "RMSprop(momentum=0.5)").code());
        StringWriter out = new StringWriter(), err = new StringWriter();
        int code = Main.run(new PrintWriter(out, true), new PrintWriter(err, true), "torch", file.toString());
        assertEquals(ExitCode.OK, code, () -> err + "\n" + out);
        assertTrue(out.toString().endsWith(", 0 differences, 0 skipped\n"), out::toString);
        assertTrue(out.toString().contains(", path single, 1 thread"), out::toString);
    }

    @Test
    void whatCannotBeRecordedIsOneSentence() throws Exception {
        Path doubles = folder.resolve("doubles.npy");
        Files.write(doubles, "\u0093NUMPY\u0001\u0000F\0{'descr': '<f8', 'fortran_order': False, 'shape': (1, 1), }            \n12345678"
                .getBytes(StandardCharsets.ISO_8859_1));
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
            assertTrue(run.code() != 0 && run.text().strip().endsWith(wrong.getKey()), run::toString);
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
