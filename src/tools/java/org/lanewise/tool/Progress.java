package org.lanewise.tool;

import java.io.PrintWriter;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Shows how far a tool is and how long it will take: a moving bar on a terminal, elsewhere a line now and then and one at the end. */
public final class Progress {
    private static final int REFRESH_MILLIS = 100;
    private static final long NANOS_BETWEEN_LINES = 10_000_000_000L;
    /** Lines become rarer in a long task: one for each twentieth of the time so far. */
    private static final int SHARE_BETWEEN_LINES = 20;

    private final boolean terminal;
    private final PrintWriter lines;

    /** The progress of one task. */
    public interface Bar extends AutoCloseable {
        /** One step of the task is done. */
        default void step() {
            step(1);
        }

        /** Some steps of the task are done; any thread may say so. */
        void step(long steps);

        /** What the next step does. */
        void next(String what);

        @Override
        void close();
    }

    private Progress(boolean terminal, PrintWriter lines) {
        this.terminal = terminal;
        this.lines = lines;
    }

    /** On the terminal if the process has one, else as lines. */
    public static Progress onTerminalOr(PrintWriter lines) {
        return new Progress(System.console() != null && System.console().isTerminal(), lines);
    }

    /** As lines, wherever the process runs. */
    static Progress asLines(PrintWriter lines) {
        return new Progress(false, lines);
    }

    /** Begins a task of so many steps. */
    public Bar start(String task, long steps) {
        return terminal ? new MovingBar(task, steps) : new Lines(task, steps, lines);
    }

    private static final class MovingBar implements Bar {
        private final ProgressBar bar;

        MovingBar(String task, long steps) {
            bar = new ProgressBarBuilder()
                    .setTaskName(String.format(Locale.ROOT, "%-17s", task))
                    .setInitialMax(steps)
                    .setStyle(ProgressBarStyle.ASCII)
                    .setUpdateIntervalMillis(REFRESH_MILLIS)
                    .build();
        }

        @Override
        public void step(long n) {
            bar.stepBy(n);
        }

        @Override
        public void next(String what) {
            bar.setExtraMessage(" " + what);
        }

        @Override
        public void close() {
            bar.close();
        }
    }

    private static final class Lines implements Bar {
        private final String task;
        private final long steps;
        private final PrintWriter lines;
        private final long start = System.nanoTime();
        private long nextLine = NANOS_BETWEEN_LINES;
        private long done;
        private String next = "";

        Lines(String task, long steps, PrintWriter lines) {
            this.task = task;
            this.steps = steps;
            this.lines = lines;
        }

        @Override
        public synchronized void step(long n) {
            done += n;
            long passed = System.nanoTime() - start;
            if (passed >= nextLine) {
                nextLine = passed + Math.max(NANOS_BETWEEN_LINES, passed / SHARE_BETWEEN_LINES);
                lines.println(line(task, done, steps, passed, next));
                lines.flush();
            }
        }

        @Override
        public synchronized void next(String what) {
            next = what;
        }

        @Override
        public void close() {
            lines.println(task + ": done");
            lines.flush();
        }
    }

    /** How far a task is after so many nanoseconds; in the first hundredth of it nobody knows how long it will take. */
    static String line(String task, long done, long steps, long passed, String last) {
        long percent = 100 * done / steps;
        String left = percent == 0 ? "" : ", about " + Units.seconds(Math.round(passed / 1e9 / done * (steps - done))) + " left";
        return String.format(Locale.ROOT, "%s: %d %%%s%s", task, percent, left, last.isEmpty() ? "" : "; last " + last);
    }
}
