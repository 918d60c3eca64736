package org.lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.File;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.lanewise.rule.Adam;

/** Rules that change for ever need no more memory for classes than a few of them. */
@Tag("slow")
class KernelMemoryTest {
    /** Makes 768 optimizers, of 512 variants of one kernel, each dropped after its step. */
    static final class Changing {
        private Changing() {}

        public static void main(String[] arguments) {
            int count = 0;
            for (Width width : List.of(Width.BITS_128, Width.BITS_256)) {
                for (int k = 0; k < 384; k++) {
                    Adam rule = new Adam(1e-3).withAmsgrad((k & 1) != 0).withWeightDecay(k & 2).withEpsilonHat((k & 4) != 0);
                    ParameterStoreBuilder builder = ParameterStore.builder().parameters(storage(k & 8)).gradients(storage(k & 16))
                            .states(storage(k & 32));
                    if (k >= 192) {
                        builder.nativeMemory();
                    }
                    try (ParameterStore store = builder.tensor("w", 40).build()) {
                        Optimizer.builder(store).rule(rule).width(width).maximize(k / 64 % 3 == 1).build().step();
                    }
                    count++;
                }
            }
            System.out.println(count);
        }

        private static Storage storage(int bit) {
            return bit == 0 ? Storage.F32 : Storage.BF16;
        }
    }

    /** Kept all, the classes do not fit into 14 MiB; where 16 are kept, 8 MiB suffice. */
    @Test
    void manyVariantsOfOneRuleFitIntoLittleMetaspace() throws Exception {
        assertEquals("768", ChildJvm.run(List.of("-XX:MaxMetaspaceSize=12m", "-XX:TieredStopAtLevel=1", "--add-modules",
                "jdk.incubator.vector", "-cp", ChildJvm.CLASSES + File.pathSeparator + ChildJvm.TEST_CLASSES, Changing.class.getName())));
    }
}
