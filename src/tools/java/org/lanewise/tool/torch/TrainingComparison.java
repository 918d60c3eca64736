package org.lanewise.tool.torch;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.lanewise.tool.Printable;

/**
 * Which training steps of a recording have a counterpart and are compared. Those that clip by a norm are so twice: by bits with the norms
 * that PyTorch had, and nearly with Lanewise's.
 */
public final class TrainingComparison implements Comparing {
    private final TrainingRecording recording;
    private final List<Chosen> chosen = new ArrayList<>();
    private final List<Skipped> skipped = new ArrayList<>();

    /** A case that is compared, with what, and how nearly if it is with Lanewise's own norm of the gradients. */
    record Chosen(TrainingCase c, Counterpart counterpart, Optional<OwnNorm> ownNorm) {
        /** What it is an example of. */
        String group() {
            return Text.shortened(c.feature()) + (ownNorm.isPresent() ? ", own norm" : c.clipsNorm() ? ", PyTorch's norm" : "");
        }

        @Override
        public String toString() {
            return c.name() + (ownNorm.isPresent() ? ", own norm" : "");
        }
    }

    private TrainingComparison(TrainingRecording recording) {
        this.recording = recording;
    }

    /**
     * Finds the counterparts.
     *
     * @param recording what was recorded; stays open
     * @return what can be compared
     * @throws IOException if an argument is none that PyTorch can have; the message names the file
     */
    public static TrainingComparison of(TrainingRecording recording) throws IOException {
        TrainingComparison comparison = new TrainingComparison(recording);
        for (TrainingCase c : recording.cases()) {
            try {
                Counterpart counterpart = c.counterpart(comparison.states(c));
                comparison.chosen.add(new Chosen(c, counterpart, Optional.empty()));
                if (c.clipsNorm()) {
                    comparison.chosen.add(new Chosen(c, counterpart, Optional.of(OwnNorm.of(recording, c))));
                }
            } catch (NoCounterpartException e) {
                comparison.skipped.add(new Skipped(Printable.of(c.name()), e.getMessage()));
            } catch (IOException e) {
                throw recording.refused(new IOException("case " + Text.quoted(c.name()) + ": " + e.getMessage(), e));
            }
        }
        return comparison;
    }

    /** States of the rule that were recorded of any tensor. */
    private List<String> states(TrainingCase c) {
        Set<String> states = new TreeSet<>();
        recording.tensors().forEach(tensor -> states.addAll(recording.recorded(c, tensor)));
        states.remove(Recording.PARAMETERS);
        if (c.averages()) {
            states.remove(TrainingRecording.AVERAGE);
        }
        return List.copyOf(states);
    }

    @Override
    public String kind() {
        return "training step";
    }

    @Override
    public String nearness() {
        return OwnNorm.SENTENCE;
    }

    @Override
    public List<Skipped> skipped() {
        return List.copyOf(skipped);
    }

    @Override
    public int size() {
        return chosen.size();
    }

    /** What is compared. */
    List<Chosen> chosen() {
        return List.copyOf(chosen);
    }

    /** Runs one of them in some places. */
    Compared run(Chosen one, List<Place> places) throws IOException {
        return TrainingReplay.run(recording, one, places);
    }

    @Override
    public List<Compared> run(Consumer<Compared> each) {
        return Comparing.sideBySide(chosen, one -> run(one, Place.all()), each);
    }
}
