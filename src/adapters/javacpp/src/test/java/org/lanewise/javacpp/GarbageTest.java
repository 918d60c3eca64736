package org.lanewise.javacpp;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.stream.DoubleStream;
import org.bytedeco.pytorch.SequentialImpl;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lanewise.Optimizer;
import org.lanewise.rule.Adam;

/** Steps allocate what JavaCPP's own calls do, and nothing else. */
class GarbageTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int STEPS = 1_000;

    /** Bytes for each run, once that is at most so many, else those of the last within 30 seconds. */
    private static double allocated(Runnable run, double most) {
        long deadline = System.nanoTime() + 30_000_000_000L;
        double allocated;
        do {
            long before = THREADS.getCurrentThreadAllocatedBytes();
            for (int k = 0; k < STEPS; k++) {
                run.run();
            }
            allocated = (THREADS.getCurrentThreadAllocatedBytes() - before) / (double) STEPS;
        } while (allocated > most && System.nanoTime() < deadline);
        return allocated;
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aStepAllocatesAsMuchAsAskingPyTorchForTheAddresses(boolean moves) {
        SequentialImpl model = Models.MLP.make();
        try (TorchStore store = moves ? TorchStore.of(model) : TorchStore.wrap(model)) {
            Optimizer optimizer = Optimizer.of(new Adam(1e-3), store.store());
            Models.MLP.backward(model);
            Tensor parameter = model.named_parameters().get("fc1.weight"), gradient = parameter.mutable_grad();
            Runnable addresses = () -> {
                parameter.data_ptr().address();
                gradient.data_ptr().address();
            };
            double least = DoubleStream.generate(() -> allocated(addresses, Double.MAX_VALUE)).limit(20).min().orElseThrow();
            double calls = least * store.store().tensors().size();
            double steps = allocated(optimizer::step, calls);
            assertTrue(steps <= calls, () -> steps + " bytes for each step, JavaCPP's calls alone " + calls);
        }
    }
}
