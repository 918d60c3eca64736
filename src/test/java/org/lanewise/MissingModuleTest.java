package org.lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** On the class path, without the flag that adds the vector module. */
@Tag("slow")
class MissingModuleTest {
    private static final String SENTENCE = "throws java.lang.IllegalStateException: the module jdk.incubator.vector is missing: "
            + "start java with --add-modules jdk.incubator.vector";

    /** All that need vectors; more may be added, none may fail otherwise. */
    private static final Set<String> NEED_VECTORS = Set.of("Optimizer.of", "OptimizerBuilder.build", "Reductions.of",
            "Reductions.ofGradients", "Reductions.ofParameters", "Width.isSupported", "Width.preferred", "Width.supported",
            "verify.Equivalence.of", "verify.Equivalence.org.lanewise.verify.Equivalence");

    @Test
    void everyPublicCallSaysWhichModuleIsMissingOrDoesNotNeedIt() throws Exception {
        List<String> lines = ChildJvm.run(List.of("-cp", ChildJvm.CLASSES + File.pathSeparator + ChildJvm.TEST_CLASSES,
                EveryPublicCall.class.getName(), ChildJvm.CLASSES.toString())).lines().toList();
        assertEquals(List.of(), lines.stream().filter(line -> line.contains("Error")).toList());
        Set<String> refused = lines.stream().filter(line -> line.endsWith(SENTENCE))
                .map(line -> line.substring("org.lanewise.".length(), line.indexOf('['))).collect(Collectors.toCollection(TreeSet::new));
        assertEquals(new TreeSet<>(NEED_VECTORS), refused);
        assertTrue(lines.stream().noneMatch(line -> line.contains("jdk/incubator")), lines::toString);
    }
}
