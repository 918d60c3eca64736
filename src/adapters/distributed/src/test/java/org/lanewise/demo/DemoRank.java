package org.lanewise.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.lanewise.ParameterStore;
import org.lanewise.ParameterStoreBuilder;
import org.lanewise.StepReport;
import org.lanewise.Tensor;
import org.lanewise.distributed.Communicator;
import org.lanewise.distributed.ShardedOptimizer;

/** One of the processes that the demo's {@code --ranks} starts. */
final class DemoRank {
    private DemoRank() {}

    /**
     * Trains with the other ranks and writes how it went.
     *
     * @param args folder, number of training images, epochs and seed
     */
    public static void main(String[] args) throws IOException {
        Path folder = Path.of(args[0]);
        try (Communicator communicator = Communicator.mpi()) {
            var training = new RankTraining(ImagesFile.read(folder, Integer.parseInt(args[1])), communicator.size(),
                    Integer.parseInt(args[2]), Long.parseLong(args[3]));
            Files.write(Ranks.course(folder, communicator.rank()), run(training, communicator).lines());
        }
    }

    /** The network has its numbers on the heap, a rank in native memory. */
    private static RankTraining.Course run(RankTraining training, Communicator communicator) {
        Network network = training.network();
        try (ParameterStore store = likeThatOf(network);
                ShardedOptimizer optimizer = ShardedOptimizer.of(communicator, WholeOptimizer.builder(store, training.totalSteps()))) {
            return training.run(network, batch -> {
                StepReport report = optimizer.step(() -> {
                    network.gradient(training.share(batch, communicator.rank()));
                    for (Tensor tensor : store.tensors()) {
                        tensor.gradient().copyFrom(network.store().tensor(tensor.name()).gradient().array(),
                                network.store().tensor(tensor.name()).gradient().arrayOffset());
                    }
                });
                for (Tensor tensor : store.tensors()) {
                    tensor.parameter().copyTo(network.store().tensor(tensor.name()).parameter().array(),
                            network.store().tensor(tensor.name()).parameter().arrayOffset());
                }
                return report;
            });
        }
    }

    private static ParameterStore likeThatOf(Network network) {
        ParameterStoreBuilder builder = ParameterStore.builder().nativeMemory();
        network.store().tensors().forEach(tensor -> builder.tensor(tensor.name(), tensor.shape()));
        ParameterStore store = builder.build();
        for (Tensor tensor : network.store().tensors()) {
            store.tensor(tensor.name()).parameter().copyFrom(tensor.parameter().array(), tensor.parameter().arrayOffset());
        }
        return store;
    }
}
