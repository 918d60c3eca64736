package org.lanewise.splicer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrowsExactly;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.invoke.MethodHandles;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lanewise.Optimizer;
import org.lanewise.ParameterStore;
import org.lanewise.Rule;
import org.lanewise.Width;
import org.lanewise.kernel.Kernel;
import org.lanewise.kernel.Plane;

/** Classes that {@code -Dlanewise.dump} has written. */
class DumpTest {
    private static final String PROPERTY = "lanewise.dump";

    @TempDir
    private Path folder;

    @AfterEach
    void dumpNothingMore() {
        System.clearProperty(PROPERTY);
    }

    @Test
    void cutsNamesThatAreTooLongForAFile() throws Exception {
        System.setProperty(PROPERTY, folder.resolve("made/here").toString());
        for (Width width : List.of(Width.SCALAR, Width.BITS_128)) {
            for (int states : new int[] {1, 28, 60}) {
                Optimizer.of(new ManyStates(states), ParameterStore.builder().tensor("w", 5).build(), width).step();
            }
        }
        try (Stream<Path> files = Files.list(folder.resolve("made/here"))) {
            List<String> names = files.map(file -> file.getFileName().toString()).toList();
            assertEquals(3, names.size(), names::toString);
            assertTrue(names.stream().allMatch(name -> name.startsWith(ManyStates.class.getName()) && name.endsWith(".class")
                    && name.getBytes(StandardCharsets.UTF_8).length <= 255), names::toString);
        }
    }

    @Test
    void saysWhyNothingCanBeWritten() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "no folder");
        System.setProperty(PROPERTY, file.resolve("below").toString());
        ParameterStore store = ParameterStore.builder().tensor("w", 5).build();
        String message = assertThrowsExactly(IllegalStateException.class, () -> Optimizer.of(new ManyStates(2), store)).getMessage();
        assertTrue(message.startsWith("class spliced from " + ManyStates.Update.class.getName()
                + " is not written to the folder of -Dlanewise.dump=" + file.resolve("below") + ": "), message);
        System.clearProperty(PROPERTY);
        Optimizer.of(new ManyStates(2), store).step();
    }

    private record ManyStates(int count) implements Rule {
        @Override
        public double learningRate() {
            return 0.1;
        }

        @Override
        public List<State> states() {
            return IntStream.range(0, count).mapToObj(i -> new State("s" + i)).toList();
        }

        @Override
        public Kernel kernel() {
            return new Update(this);
        }

        private static final class Update extends Kernel {
            Update(ManyStates rule) {
                super(MethodHandles.lookup());
            }

            @Override
            public void vector(Plane[] planes, int from, int to) {}

            @Override
            public void scalar(Plane[] planes, int from, int to) {}
        }
    }
}
