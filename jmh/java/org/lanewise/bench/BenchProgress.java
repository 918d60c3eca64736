package org.lanewise.bench;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.lanewise.bench.plan.Cell;

/** Shows how far a run is and how long it will take: a moving bar on a terminal, elsewhere a line now and then. */
final class BenchProgress implements AutoCloseable {
    private static final long NANOS_BETWEEN_LINES = 30_000_000_000L;

    private final PrintWriter lines;
    private final long total;
    private final ProgressBar bar;
    private final long start = System.nanoTime();
    private long begun;
    private long lastLine = start;

    BenchProgress(PrintWriter lines, long total) {
        this.lines = lines;
        this.total = total;
        boolean terminal = System.console() != null && System.console().isTerminal();
        this.bar = terminal ? new ProgressBarBuilder().setTaskName("measuring").setInitialMax(total).setStyle(ProgressBarStyle.ASCII)
                .setUpdateIntervalMillis(500).build() : null;
        if (bar == null) {
            lines.printf(Locale.ROOT, "%,d JVMs to run%n", total);
            lines.flush();
        }
    }

    /** A cell is about to be measured once. */
    void next(Cell cell) {
        if (bar != null) {
            bar.stepTo(begun);
            bar.setExtraMessage(cell.toString());
        } else if (System.nanoTime() - lastLine >= NANOS_BETWEEN_LINES) {
            lastLine = System.nanoTime();
            Duration left = Duration.ofNanos((long) ((double) (lastLine - start) / begun * (total - begun)));
            lines.printf(Locale.ROOT, "%,d of %,d, about %d min %02d s left; now %s%n", begun, total, left.toMinutes(),
                    left.toSecondsPart(), cell);
            lines.flush();
        }
        begun++;
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.stepTo(begun);
            bar.close();
        }
    }
}
