package org.lanewise.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lanewise.tool.ExitCode;

/** Checkpoints are shown, compared and converted there and back. */
class CheckpointCommandTest {
    private static final Path GOLDENS = Path.of("src/test/resources/goldens/checkpoints214");

    @TempDir
    private Path folder;

    private static String run(int code, Object... args) {
        StringWriter out = new StringWriter(), err = new StringWriter();
        String[] words = new String[args.length + 1];
        words[0] = "checkpoint";
        for (int k = 0; k < args.length; k++) {
            words[k + 1] = args[k].toString();
        }
        assertEquals(code, Main.run(new PrintWriter(out, true), new PrintWriter(err, true), words), () -> err + "\n" + out);
        return out.toString() + err;
    }

    @Test
    void aFileIsShownWithTensorsRulesAndSteps() {
        String shown = run(ExitCode.OK, GOLDENS.resolve("adamw_two_groups.pt"));
        assertTrue(shown.matches("(?s)tensor +type +shape +elements +norm +\\|x\\| +not finite\n.*"), shown);
        assertTrue(shown.matches("(?s).*\nstate\\.layer\\.weight\\.exp_avg_sq +F32 +\\[5, 3\\] +15 +[0-9.e-]+ +[0-9.e-]+ +0\n.*"), shown);
        assertTrue(shown.contains("group 1 of AdamW: AdamW[learningRate=0.005, ") && shown.contains(", 1 tensor, steps: 7\n"), shown);
        assertTrue(shown.endsWith("checkpoint: 8 tensors, 62 elements, 0 not finite\n"), shown);
    }

    @ParameterizedTest
    @ValueSource(strings = {"adamw.pt", "adamw_two_groups.pt", "sgd.pt", "asgd.pt", "nadam.pt", "rmsprop.pt", "adafactor.pt"})
    void aFileIsConvertedThereAndBack(String name) throws IOException {
        Path there = folder.resolve("a.safetensors"), back = folder.resolve("back.pt"), again = folder.resolve("b.safetensors");
        run(ExitCode.OK, GOLDENS.resolve(name), "--to", there);
        run(ExitCode.OK, there, "--to", back);
        run(ExitCode.OK, back, "--to", again);
        String compared = run(ExitCode.OK, GOLDENS.resolve(name), back);
        assertTrue(compared.contains(", 0 different\n"), compared);
        if (!name.equals("sgd.pt") && !name.equals("adafactor.pt")) {
            assertTrue(run(ExitCode.OK, GOLDENS.resolve(name), there).contains(", 0 different\n"), "in both formats");
        }
        String same = run(ExitCode.OK, there, again);
        assertTrue(same.contains(", 0 different\n"), same);
        assertTrue(run(ExitCode.OK, there).contains("group rest of 2 tensors: {\"class\":\"org.lanewise.rule.")
                || name.contains("groups"));
    }

    @Test
    void differencesAreNamed() {
        String compared = run(ExitCode.FAILED, GOLDENS.resolve("adamw.pt"), GOLDENS.resolve("sgd.pt"));
        assertTrue(compared.contains("only in the first") && compared.contains("only in the second"), compared);
        assertTrue(compared.matches("(?s).*\nlayer\\.weight +15 +15 +[0-9.]+ +index 0 on\n.*"), compared);
    }

    @Test
    void whatCannotBeReadIsOneSentence() throws IOException {
        Path broken = Files.writeString(folder.resolve("broken.pt"), "PK nothing");
        assertTrue(run(ExitCode.FILE, broken).contains("broken.pt: cannot be read as a file of torch.save: has no end of a zip"));
        assertTrue(run(ExitCode.FILE, GOLDENS.resolve("sgd.pt"), "--to", folder.resolve("x.npz")).contains("must end with .safetensors"));
        assertTrue(run(ExitCode.FILE, GOLDENS.resolve("sgd.pt"), "--to", folder.resolve("x.pt")).contains("already"));
    }
}
