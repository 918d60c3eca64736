package org.lanewise.demo;

import java.io.PrintWriter;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Shows how far the demo is: a moving bar on a terminal, elsewhere one line for each finished task. */
final class Progress {
    private static final int REFRESH_MILLIS = 100;

    private final boolean terminal;
    private final PrintWriter lines;

    /** The progress of one task. */
    interface Bar extends AutoCloseable {
        void step();

        @Override
        void close();
    }

    private Progress(boolean terminal, PrintWriter lines) {
        this.terminal = terminal;
        this.lines = lines;
    }

    /** On the terminal if the process has one, else as lines. */
    static Progress onTerminalOr(PrintWriter lines) {
        return new Progress(System.console() != null && System.console().isTerminal(), lines);
    }

    Bar start(String task, long steps) {
        return terminal ? movingBar(task, steps) : line(task);
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
            public void step() {
                bar.step();
            }

            @Override
            public void close() {
                bar.close();
            }
        };
    }

    private Bar line(String task) {
        return new Bar() {
            @Override
            public void step() {}

            @Override
            public void close() {
                lines.printf("%s: done%n", task);
                lines.flush();
            }
        };
    }
}
