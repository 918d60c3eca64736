package org.lanewise.tool.torch;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.lanewise.tool.Printable;

/** Which cases of a recording have a counterpart and are compared, and which are not. */
public final class Comparison implements Comparing {
    private final Recording recording;
    private final List<Chosen> chosen = new ArrayList<>();
    private final List<Skipped> skipped = new ArrayList<>();

    /** A case that is compared, and with what. */
    record Chosen(OptimizerCase c, Counterpart counterpart) {
        @Override
        public String toString() {
            return c.name();
        }
    }

    private Comparison(Recording recording) {
        this.recording = recording;
    }

    /**
     * Finds the counterparts, and checks that the recording has what a comparison needs.
     *
     * @param recording what was recorded; stays open
     * @return what can be compared
     * @throws IOException if a tensor is missing or another one than it must be; the message names the file
     */
    public static Comparison of(Recording recording) throws IOException {
        Comparison comparison = new Comparison(recording);
        for (OptimizerCase c : recording.cases()) {
            try {
                Counterpart counterpart = comparison.counterpart(c);
                comparison.requireRates(counterpart);
                recording.require(c);
                comparison.chosen.add(new Chosen(c, counterpart));
            } catch (NoCounterpartException e) {
                comparison.skipped.add(new Skipped(Printable.of(c.name()), e.getMessage()));
            }
        }
        return comparison;
    }

    private Counterpart counterpart(OptimizerCase c) throws NoCounterpartException, IOException {
        try {
            return Counterparts.of(c);
        } catch (IOException e) {
            throw recording.refused(new IOException("case " + Text.quoted(c.name()) + ": " + e.getMessage(), e));
        }
    }

    private void requireRates(Counterpart counterpart) throws NoCounterpartException {
        try {
            for (double factor : recording.learningRateFactors()) {
                counterpart.rule().requireLearningRate(counterpart.rule().learningRate() * factor);
            }
        } catch (IllegalArgumentException e) {
            throw new NoCounterpartException("a learning rate is refused: " + e.getMessage());
        }
    }

    @Override
    public String kind() {
        return "optimizer";
    }

    @Override
    public String nearness() {
        return "nearly: parameters to 1e-6 of themselves plus 1e-6, states with sums of squares in them to 2e-6. PyTorch adds these as "
                + "floats, in an order that follows the width of its kernels.";
    }

    @Override
    public List<Skipped> skipped() {
        return List.copyOf(skipped);
    }

    @Override
    public int size() {
        return chosen.size();
    }

    /** The cases that are compared. */
    List<Chosen> chosen() {
        return List.copyOf(chosen);
    }

    /** Runs one of them. */
    Compared run(Chosen one) throws IOException {
        return Replay.run(recording, one.c(), one.counterpart());
    }

    @Override
    public List<Compared> run(Consumer<Compared> each) {
        return Comparing.sideBySide(chosen, this::run, each);
    }
}
