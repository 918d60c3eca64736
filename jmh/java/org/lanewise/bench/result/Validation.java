package org.lanewise.bench.result;

import java.util.List;
import java.util.regex.Pattern;
import org.lanewise.tool.Machine;
import org.lanewise.tool.Printable;

/**
 * Refuses what {@code bench} and {@code peers} cannot have written: numbers that no clock gives, and texts that would be markup in a
 * document or commands to a terminal.
 */
final class Validation {
    private static final Pattern NAME = Pattern.compile("[\\w-]{1,64}");
    private static final int LONGEST = 200;
    /** All names of rules in one argument have some 300 characters. */
    private static final int LONGEST_ARGUMENT = 10_000;
    private static final int MOST_TEXTS = 1_000;

    /** More than any machine has. */
    private static final int MOST_PROCESSORS = 1 << 16, MOST_BITS = 1 << 16;
    private static final int MOST_FORKS = 100;
    private static final int MOST_PARAMETERS = 1 << 30;
    /** Some 200,000 parameters in a cycle, and a quarter of an hour. */
    private static final double LEAST_NANOS = 1e-6, MOST_NANOS = 1e12;
    private static final int MOST_BYTES_MOVED = 100_000;
    private static final int MOST_OPERATIONS = 1_000;
    /** A terabyte in a step. */
    private static final double MOST_BYTES = 1e12;
    /** Of a text that is refused. */
    private static final int SHOWN = 80;

    private Validation() {}

    /** Throws {@link IllegalArgumentException}, which names the field, unless all is in order. */
    static void require(Results results) {
        require(results.format() == Results.FORMAT, "format", Results.FORMAT + ", which this version reads", results.format());
        machine(results.machine());
        settings(results.settings());
        for (int i = 0; i < results.rows().size(); i++) {
            row("rows[" + i + "]", results.rows().get(i));
        }
        for (int i = 0; i < results.latencies().size(); i++) {
            latency("latencies[" + i + "]", results.latencies().get(i));
        }
    }

    /** The same for first steps. */
    static void require(StartResults results) {
        require(results.format() == Results.FORMAT, "format", Results.FORMAT + ", which this version reads", results.format());
        machine(results.machine());
        settings(results.settings());
        for (int i = 0; i < results.starts().size(); i++) {
            start("starts[" + i + "]", results.starts().get(i));
        }
        for (int i = 0; i < results.spreads().size(); i++) {
            spread("spreads[" + i + "]", results.spreads().get(i));
        }
    }

    private static void start(String at, Start start) {
        require(start != null, at, "an object", start);
        name(at + ".way", start.way());
        range(at + ".n", start.n(), 1, MOST_PARAMETERS);
        range(at + ".jvms", start.jvms(), 1, MOST_FORKS);
        double[] numbers = {start.make(), start.again(), start.first(), start.tenth(), start.hundredth(), start.thousand(), start.full(),
            start.slowest()};
        String[] names = {"make", "again", "first", "tenth", "hundredth", "thousand", "full", "slowest"};
        for (int k = 0; k < numbers.length; k++) {
            range(at + "." + names[k], numbers[k], 0, MOST_NANOS);
        }
        range(at + ".nanos", start.nanos(), LEAST_NANOS, MOST_NANOS);
        require(start.curve() != null && start.curve().size() <= MOST_TEXTS, at + ".curve", "a list of at most " + MOST_TEXTS + " points",
                start.curve() == null ? null : start.curve().size());
        for (int k = 0; k < start.curve().size(); k++) {
            Start.Point point = start.curve().get(k);
            String name = at + ".curve[" + k + "]";
            require(point != null, name, "an object", point);
            range(name + ".millis", point.millis(), LEAST_NANOS, MOST_NANOS);
            range(name + ".nanos", point.nanos(), LEAST_NANOS, MOST_NANOS);
        }
    }

    private static void spread(String at, StepSpread spread) {
        require(spread != null, at, "an object", spread);
        name(at + ".way", spread.way());
        range(at + ".n", spread.n(), 1, MOST_PARAMETERS);
        percentiles(at + ".steps", spread.steps());
        percentiles(at + ".machine", spread.machine());
    }

    private static void percentiles(String at, StepSpread.Percentiles times) {
        require(times != null, at, "an object", times);
        range(at + ".p50", times.p50(), LEAST_NANOS, MOST_NANOS);
        range(at + ".p99", times.p99(), LEAST_NANOS, MOST_NANOS);
        range(at + ".p999", times.p999(), LEAST_NANOS, MOST_NANOS);
        range(at + ".max", times.max(), LEAST_NANOS, MOST_NANOS);
    }

    private static void machine(Machine machine) {
        texts("machine.flags", machine.flags(), LONGEST);
        texts("machine.caches", machine.caches(), LONGEST);
        text("machine.cpu", machine.cpu(), LONGEST);
        text("machine.os", machine.os(), LONGEST);
        text("machine.jvm", machine.jvm(), LONGEST);
        text("machine.date", machine.date(), LONGEST);
        require(machine.cpu().matches(".*[A-Za-z0-9].*"), "machine.cpu", "a name with a letter or digit", machine.cpu());
        range("machine.cores", machine.cores(), 0, MOST_PROCESSORS);
        range("machine.preferredBits", machine.preferredBits(), 0, MOST_BITS);
    }

    private static void settings(Results.Settings settings) {
        texts("settings.command", settings.command(), LONGEST_ARGUMENT);
        range("settings.forks", settings.forks(), 1, MOST_FORKS);
        range("settings.warmUpMillis", settings.warmUpMillis(), 0, Integer.MAX_VALUE);
        range("settings.iterations", settings.iterations(), 0, Integer.MAX_VALUE);
        range("settings.iterationMillis", settings.iterationMillis(), 0, Integer.MAX_VALUE);
        range("settings.seconds", settings.seconds(), 0, Integer.MAX_VALUE);
    }

    private static void row(String at, Row row) {
        require(row != null, at, "an object", row);
        key(at, row.rule(), row.form(), row.storage(), row.width(), row.n());
        range(at + ".threads", row.threads(), 1, MOST_PROCESSORS);
        range(at + ".nsPerElement", row.nsPerElement(), LEAST_NANOS, MOST_NANOS);
        range(at + ".error", row.error(), 0, MOST_NANOS);
        range(at + ".bytesPerElement", row.bytesPerElement(), 1, MOST_BYTES_MOVED);
        range(at + ".roots", row.roots(), 0, MOST_OPERATIONS);
        range(at + ".divisions", row.divisions(), 0, MOST_OPERATIONS);
        range(at + ".bytesAllocatedPerStep", row.bytesAllocatedPerStep() == null ? Double.NaN : row.bytesAllocatedPerStep(), 0,
                MOST_BYTES);
    }

    private static void latency(String at, Latency latency) {
        require(latency != null, at, "an object", latency);
        key(at, latency.rule(), latency.form(), latency.storage(), latency.width(), latency.n());
        range(at + ".p50", latency.p50(), LEAST_NANOS, MOST_NANOS);
        range(at + ".p99", latency.p99(), LEAST_NANOS, MOST_NANOS);
        range(at + ".p999", latency.p999(), LEAST_NANOS, MOST_NANOS);
        range(at + ".max", latency.max(), LEAST_NANOS, MOST_NANOS);
    }

    private static void key(String at, String rule, Stepper form, String storage, int width, int n) {
        name(at + ".rule", rule);
        name(at + ".form", form == null ? null : form.id());
        name(at + ".storage", storage);
        range(at + ".width", width, 0, MOST_BITS);
        range(at + ".n", n, 1, MOST_PARAMETERS);
    }

    private static void name(String at, String name) {
        require(name != null && NAME.matcher(name).matches(), at, "a name of letters, digits, _ and -", name);
    }

    private static void range(String at, long number, long least, long most) {
        require(number >= least && number <= most, at, "from " + least + " to " + most, number);
    }

    /** NaN stands for what was not measured. */
    private static void range(String at, double number, double least, double most) {
        require(Double.isNaN(number) || number >= least && number <= most, at, "from " + least + " to " + most, number);
    }

    private static void texts(String at, List<String> texts, int longest) {
        require(texts != null && texts.size() <= MOST_TEXTS, at, "a list of at most " + MOST_TEXTS + " texts",
                texts == null ? null : texts.size());
        texts.forEach(one -> text(at, one, longest));
    }

    private static void text(String at, String text, int longest) {
        require(text != null && text.length() <= longest && Printable.is(text), at,
                "a line of at most " + longest + " characters that can be seen", text);
    }

    private static void require(boolean holds, String at, String expected, Object got) {
        if (!holds) {
            String shown = Printable.of(String.valueOf(got));
            throw new IllegalArgumentException(at + " must be " + expected + ", got "
                    + (got instanceof String ? "'" + shown.substring(0, Math.min(shown.length(), SHOWN)) + "'" : shown));
        }
    }
}
