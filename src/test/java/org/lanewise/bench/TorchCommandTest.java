package org.lanewise.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lanewise.tool.ExitCode;
import org.lanewise.tool.torch.SyntheticRecording;
import org.lanewise.tool.torch.SyntheticTraining;

class TorchCommandTest {
    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void whatIsEqualIsSaidInTheLastLine() throws IOException {
        assertEquals(ExitCode.OK, run("torch", new SyntheticRecording().in(folder).toString()), err::toString);
        assertTrue(out.toString().matches("(?s)optimizer +compared +cases +tensors +elements +differing +worst ulps +where\\R"
                + "SGD +bits +1 +2 +6 +0 +0\\R.*"), out::toString);
        assertTrue(out.toString().contains("PyTorch 2.14.1, path single: 2 steps, recorded after 1, 2."), out::toString);
        assertEquals("torch: 2 tensors, 0 differences, 0 skipped", lastLine());
    }

    @Test
    void aDifferenceIsNamedAndExitsWith1() throws IOException {
        SyntheticRecording r = new SyntheticRecording().with("sgd/s1/w", 0, 0.95000005f).with("sgd/s2/w", 2, -0f);
        assertEquals(ExitCode.FAILED, run("torch", r.in(folder).toString()), err::toString);
        assertTrue(out.toString().contains("w[0] after step 1 of sgd is 3f733333 (0.95), PyTorch has 3f733334 (0.95000005)\n"),
                out::toString);
        assertTrue(out.toString().matches("(?s).*SGD +bits +1 +2 +6 +2 +[\\d,]{13} +w\\[2\\] after step 2 of sgd\\R.*"), out::toString);
        assertEquals("torch: 2 tensors, 2 differences, 0 skipped", lastLine());
    }

    @Test
    void aFileOfAnotherPathIsComparedAllTheSameAndThePathIsNamed() throws IOException {
        SyntheticRecording r = new SyntheticRecording().with(one -> one.metadata.addProperty("path", "fused, 1 thread"));
        assertEquals(ExitCode.OK, run("torch", r.in(folder).toString()), err::toString);
        assertTrue(out.toString().contains(", path fused, 1 thread: "), out::toString);
    }

    @Test
    void aFileOfWhichNothingIsComparedExitsWith3() throws IOException {
        SyntheticRecording r = new SyntheticRecording().with(one -> one.sgd.addProperty("optimizer", "Muon"));
        assertEquals(ExitCode.NOT_SHOWN, run("torch", r.in(folder).toString()), err::toString);
        assertTrue(out.toString().contains("skipped sgd: no rule follows the optimizer 'Muon'"), out::toString);
        assertEquals("torch: 0 tensors, 0 differences, 1 skipped", lastLine());
    }

    @Test
    void aMalformedFileIsRefusedWithNameAndReason() throws IOException {
        Path file = Files.write(folder.resolve("half"), new byte[5]);
        assertEquals(ExitCode.FILE, run("torch", file.toString()));
        assertEquals(file + ": cannot be read: has 5 bytes, at least 8 are needed", err.toString().strip());
        assertEquals("", out.toString());
    }

    @Test
    void theResultIsWrittenAsJson() throws IOException {
        Path json = folder.resolve("r.json");
        SyntheticRecording r = new SyntheticRecording().with("sgd/s1/w", 0, Float.NaN);
        assertEquals(ExitCode.FAILED, run("torch", r.in(folder).toString(), "--json", json.toString()), err::toString);
        JsonObject written = JsonParser.parseString(Files.readString(json)).getAsJsonObject();
        assertEquals(2, written.get("tensors").getAsInt());
        assertEquals(1, written.get("differences").getAsInt());
        JsonObject found = written.getAsJsonArray("cases").get(0).getAsJsonObject().getAsJsonArray("differing").get(0).getAsJsonObject();
        assertEquals("w", found.get("tensor").getAsString());
        assertEquals("3f733333 (0.95)", found.get("ours").getAsString());
        assertTrue(found.get("ulps").isJsonNull());
    }

    @Test
    void aJsonFileThatCannotBeWrittenIsNamedBeforeTheWork() throws IOException {
        Path json = folder.resolve("none/r.json");
        assertEquals(ExitCode.FILE, run("torch", new SyntheticRecording().in(folder).toString(), "--json", json.toString()));
        assertEquals("--json " + json + ": its directory does not exist or is not writable", err.toString().strip());
        assertEquals("", out.toString());
    }

    @Test
    void wholeTrainingStepsAreComparedByBitsAndWithTheirOwnNormNearly() throws IOException {
        assertEquals(ExitCode.OK, run("torch", SyntheticTraining.in(folder, "adagrad/all").toString()), err::toString);
        assertTrue(out.toString().matches("(?s)training step +compared +cases +tensors .*"
                + "\\Rall, PyTorch's norm +bits +1 +60 .*\\Rall, own norm +nearly +1 +61 .*\\Rown norm: clipped by .*"), out::toString);
        assertEquals("torch: 121 tensors, 0 differences, 0 skipped", lastLine());
    }

    @Test
    void schedulesAndScalesAreComparedToo() throws IOException {
        Path json = folder.resolve("r.json");
        assertEquals(ExitCode.OK, run("torch", "src/test/resources/goldens/schedules214.json", "--json", json.toString()), err::toString);
        assertTrue(out.toString().matches("(?s)case +compared +values +differing +worst\\R"
                + "torch.StepLR step_size=30 gamma=0.1 +bits +106 +0 +0\\R.*"), out::toString);
        assertTrue(lastLine().matches("torch: \\d{4} values, 0 differences, 0 skipped"), lastLine());
        assertTrue(JsonParser.parseString(Files.readString(json)).getAsJsonObject().getAsJsonArray("cases").size() > 40);
        assertEquals(ExitCode.OK, run("torch", "src/test/resources/goldens/scaler214.json"), err::toString);
    }

    @Test
    void aScheduleThatDiffersIsNamedAndExitsWith1() throws IOException {
        Path file = Files.writeString(folder.resolve("s.json"), """
                [{"name": "torch.StepLR", "args": {"step_size": 1}, "base": 1.0, "k": [0], "lr": ["0x1.8p+0"]}]""");
        assertEquals(ExitCode.FAILED, run("torch", file.toString()), err::toString);
        assertTrue(out.toString().startsWith("torch.StepLR step_size=1 differs, most at k 0: 1.0, theirs 1.5"), out::toString);
        assertEquals("torch: 1 values, 1 differences, 0 skipped", lastLine());
        assertEquals(ExitCode.NOT_SHOWN, run("torch", Files.writeString(file, "[]").toString()));
    }

    private int run(String... args) {
        return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), args);
    }

    private String lastLine() {
        return out.toString().strip().lines().reduce((_, last) -> last).orElseThrow();
    }
}
