package org.lanewise.tool;

import java.io.PrintWriter;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Shows how far a tool is: a moving bar on a terminal, elsewhere a line every ten seconds and one at the end. */
public final class Progress {
    private static final int REFRESH_MILLIS = 100;
    private static final long NANOS_BETWEEN_LINES = 10_000_000_000L;

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

    /** Begins a task of so many steps. */
    public Bar start(String task, long steps) {
        return terminal ? movingBar(task, steps) : line(task, steps);
    }

    private static Bar movingBar(String task, long steps) {
        ProgressBar bar = new ProgressBarBuilder()
                .setTaskName(String.format("%-17s", task))
                .setInitialMax(steps)
                .setStyle(ProgressBarStyle.ASCII)
                .setUpdateIntervalMillis(REFRESH_MILLIS)
                .hideEta()
                .build();
        return new Bar() {
            @Override
            public void step(long n) {
                bar.stepBy(n);
            }

            @Override
            public void close() {
                bar.close();
            }
        };
    }

    private Bar line(String task, long steps) {
        return new Bar() {
            private long done;
            private long lastLine = System.nanoTime();

            @Override
            public synchronized void step(long n) {
                done += n;
                if (System.nanoTime() - lastLine >= NANOS_BETWEEN_LINES) {
                    lastLine = System.nanoTime();
                    lines.printf("%s: %d %%%n", task, 100 * done / steps);
                    lines.flush();
                }
            }

            @Override
            public void close() {
                lines.printf("%s: done%n", task);
                lines.flush();
            }
        };
    }
}
