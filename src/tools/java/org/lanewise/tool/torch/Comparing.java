package org.lanewise.tool.torch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.function.Consumer;

/** What can be compared of a file, and what cannot. */
public interface Comparing {
    /**
     * A case that is not compared.
     *
     * @param name what the file calls it
     * @param reason what is missing
     */
    record Skipped(String name, String reason) {}

    /** What the rows of a table are of. */
    String kind();

    /** What is meant by numbers that are nearly the same, as a sentence. */
    String nearness();

    /** The cases without a counterpart. */
    List<Skipped> skipped();

    /** Number of comparisons. */
    int size();

    /**
     * Compares all that has a counterpart, side by side.
     *
     * @param each is told of each that has been compared, from any thread
     * @return what they came to, in the order of the file
     * @throws java.io.UncheckedIOException if the file cannot be read
     */
    List<Compared> run(Consumer<Compared> each);

    /** How one of them is compared. */
    interface One<T> {
        /** Throws if the file cannot be read. */
        Compared run(T chosen) throws IOException;
    }

    /** Compares these, side by side, as {@link #run(Consumer)} says. */
    static <T> List<Compared> sideBySide(List<T> chosen, One<T> one, Consumer<Compared> each) {
        return chosen.parallelStream().map(which -> {
            try {
                Compared compared = one.run(which);
                each.accept(compared);
                return compared;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }).toList();
    }
}
