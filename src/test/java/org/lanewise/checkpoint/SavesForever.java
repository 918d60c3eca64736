package org.lanewise.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.lanewise.Optimizer;
import org.lanewise.ParameterStore;
import org.lanewise.Width;
import org.lanewise.rule.Adam;

/** A program: goes on from a file if there is one, and then steps and saves until it is killed, and prints the step of each saved file. */
final class SavesForever {
    private static final int SIZE = 50_000;

    private SavesForever() {}

    static Optimizer optimizer() {
        return Optimizer.of(new Adam(0.1), ParameterStore.builder().tensor("w", SIZE).build(), Width.SCALAR);
    }

    public static void main(String[] args) throws IOException {
        Path file = Path.of(args[0]);
        Optimizer optimizer = optimizer();
        if (Files.exists(file)) {
            Checkpoint.of(optimizer).load(file);
        }
        while (true) {
            optimizer.step();
            optimizer.store().tensor("w").gradient().fill(optimizer.steps() % 7 - 3);
            Checkpoint.of(optimizer).save(file);
            System.out.println(optimizer.steps());
        }
    }
}
