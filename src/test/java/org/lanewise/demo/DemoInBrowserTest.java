package org.lanewise.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** What the page's scripts make of the data, in the Chromium that {@code -Dlanewise.test.browser} names. */
@EnabledIfSystemProperty(named = "lanewise.test.browser", matches = ".+")
class DemoInBrowserTest {
    private static final int PLOTS = 3 + 2 + 2 * 2 + 1;

    @TempDir
    private Path directory;

    @Test
    void everyPlotIsDrawnAndWalksCanBePlayed() throws Exception {
        String page = show();
        assertEquals(PLOTS, page.split("class=\"main-svg\"").length / 3);
        assertEquals(2, page.split("<button>Play</button>", -1).length - 1);
        assertTrue(page.contains("step 300 of 300"));
    }

    @Test
    void withReducedMotionNothingPlays() throws Exception {
        String page = show("--force-prefers-reduced-motion");
        assertEquals(2, page.split("<button hidden=\"\">Play</button>", -1).length - 1);
        assertTrue(page.contains("step 300 of 300"));
    }

    /** The document after its scripts, which must not have failed. */
    private String show(String... flags) throws IOException, InterruptedException {
        var nowhere = new PrintWriter(new StringWriter());
        assertEquals(0, Demo.run(new Timing(1, 1, 1, false), Ranks::of, nowhere, nowhere, "--epochs", "1", "--out",
                directory.toString()));
        List<String> command = new ArrayList<>(List.of(System.getProperty("lanewise.test.browser"), "--headless", "--no-sandbox",
                "--disable-gpu", "--enable-logging=stderr", "--user-data-dir=" + directory.resolve("profile"),
                "--virtual-time-budget=5000"));
        command.addAll(List.of(flags));
        command.addAll(List.of("--dump-dom", directory.resolve("index.html").toUri().toString()));
        Path shown = directory.resolve("shown.html"), log = directory.resolve("log.txt");
        Process browser = new ProcessBuilder(command).redirectOutput(shown.toFile()).redirectError(log.toFile()).start();
        try {
            assertTrue(browser.waitFor(2, TimeUnit.MINUTES), "the browser hangs");
        } finally {
            browser.destroyForcibly().waitFor();
        }
        assertEquals(List.of(), Files.readAllLines(log).stream().filter(line -> line.contains("CONSOLE")).toList());
        return Files.readString(shown);
    }
}
