package org.lanewise.bench.result;

import java.util.List;
import java.util.regex.Pattern;
import org.lanewise.tool.Machine;

/**
 * Refuses what {@code bench} and {@code peers} cannot have written: numbers that no clock gives, and texts that would be markup in a
 * document or commands to a terminal.
 */
final class Validation {
    private static final Pattern NAME = Pattern.compile("[\\w-]{1,64}");
    private static final int LONGEST = 200;
    /** Of a text that is refused. */
    private static final int SHOWN = 80;

    private Validation() {}

    /** Throws {@link IllegalArgumentException}, which names the field, unless all is in order. */
    static void require(Results results) {
        require(results.format() >= 0 && results.format() <= Results.FORMAT, "format", "a number up to " + Results.FORMAT
                + ", which this version reads", results.format());
        machine(results.machine());
        settings(results.settings());
        for (int i = 0; i < results.rows().size(); i++) {
            row("rows[" + i + "]", results.rows().get(i));
        }
        for (int i = 0; i < results.latencies().size(); i++) {
            latency("latencies[" + i + "]", results.latencies().get(i));
        }
    }

    private static void machine(Machine machine) {
        texts("machine.flags", machine.flags());
        texts("machine.caches", machine.caches());
        text("machine.cpu", machine.cpu());
        text("machine.os", machine.os());
        text("machine.jvm", machine.jvm());
        text("machine.date", machine.date());
        require(machine.cpu().matches(".*[A-Za-z0-9].*"), "machine.cpu", "a name with a letter or digit", machine.cpu());
        require(machine.cores() >= 0, "machine.cores", "a number of processors", machine.cores());
    }

    private static void settings(Results.Settings settings) {
        require(settings.command() != null && !settings.command().contains(null), "settings.command", "a list of texts",
                settings.command());
        require(settings.forks() >= 1, "settings.forks", "1 or more", settings.forks());
        require(settings.seconds() >= 0, "settings.seconds", "0 or more", settings.seconds());
    }

    private static void row(String at, Row row) {
        require(row != null, at, "an object", row);
        key(at, row.rule(), row.form(), row.storage(), row.width(), row.n());
        require(row.threads() >= 1, at + ".threads", "1 or more", row.threads());
        positive(at + ".nsPerElement", row.nsPerElement());
        require(!(row.error() < 0), at + ".error", "0 or more", row.error());
        positive(at + ".bytesPerElement", row.bytesPerElement());
        require(row.roots() >= 0, at + ".roots", "0 or more", row.roots());
        require(row.divisions() >= 0, at + ".divisions", "0 or more", row.divisions());
        require(row.bytesAllocatedPerStep() == null || row.bytesAllocatedPerStep() >= 0, at + ".bytesAllocatedPerStep", "0 or more",
                row.bytesAllocatedPerStep());
    }

    private static void latency(String at, Latency latency) {
        require(latency != null, at, "an object", latency);
        key(at, latency.rule(), latency.form(), latency.storage(), latency.width(), latency.n());
        positive(at + ".p50", latency.p50());
        positive(at + ".p99", latency.p99());
        positive(at + ".p999", latency.p999());
        positive(at + ".max", latency.max());
    }

    private static void key(String at, String rule, Stepper form, String storage, int width, int n) {
        name(at + ".rule", rule);
        name(at + ".form", form == null ? null : form.id());
        name(at + ".storage", storage);
        require(width >= 0, at + ".width", "0 or more", width);
        require(n >= 1, at + ".n", "1 or more", n);
    }

    private static void name(String at, String name) {
        require(name != null && NAME.matcher(name).matches(), at, "a name of letters, digits, _ and -", name);
    }

    /** NaN stands for what was not measured. */
    private static void positive(String at, double number) {
        require(Double.isNaN(number) || number > 0 && number < Double.POSITIVE_INFINITY, at, "positive and finite", number);
    }

    private static void texts(String at, List<String> texts) {
        require(texts != null, at, "a list of texts", texts);
        texts.forEach(one -> text(at, one));
    }

    private static void text(String at, String text) {
        require(text != null && text.length() <= LONGEST && text.chars().noneMatch(Character::isISOControl), at,
                "a line of at most " + LONGEST + " characters", text);
    }

    private static void require(boolean holds, String at, String expected, Object got) {
        if (!holds) {
            String shown = String.valueOf(got).replaceAll("\\p{Cntrl}", "?");
            throw new IllegalArgumentException(at + " must be " + expected + ", got "
                    + (got instanceof String ? "'" + shown.substring(0, Math.min(shown.length(), SHOWN)) + "'" : shown));
        }
    }
}
