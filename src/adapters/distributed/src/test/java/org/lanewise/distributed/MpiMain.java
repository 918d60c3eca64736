package org.lanewise.distributed;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;
import org.lanewise.Average;
import org.lanewise.Group;
import org.lanewise.Optimizer;
import org.lanewise.OptimizerBuilder;
import org.lanewise.ParameterStore;
import org.lanewise.Rule;
import org.lanewise.Tensor;
import org.lanewise.rule.AdamW;
import org.lanewise.tool.RuleTable;

/** What {@code mpirun} starts in tests: prints lines that begin with the rank. */
final class MpiMain {
    static final Model MODEL = Model.of(new long[] {70, 90}, new long[] {5}, new long[] {33, 1_000}, new long[] {17});

    /** Steps from one checkpoint of a training to the next. */
    static final int SAVED_EVERY = 3;

    private MpiMain() {}

    public static void main(String[] args) throws Exception {
        try (Communicator communicator = Communicator.mpi()) {
            print(communicator, "process " + ProcessHandle.current().pid());
            switch (args[0]) {
                case "rules" -> {
                    for (int k = 1; k < args.length; k++) {
                        rule(communicator, RuleTable.firstOfEach().get(args[k]));
                    }
                }
                case "differ" -> differ(communicator);
                case "throw" -> throwInMiddle(communicator);
                case "train" -> train(communicator, Path.of(args[1]), Integer.parseInt(args[2]));
                case "train and wait" -> {
                    train(communicator, Path.of(args[1]), Integer.parseInt(args[2]));
                    TimeUnit.MINUTES.sleep(1);
                }
                default -> throw new IllegalArgumentException(args[0]);
            }
        }
    }

    private static void print(Communicator communicator, String text) {
        System.out.println("rank " + communicator.rank() + ": " + text);
        System.out.flush();
    }

    static Session session(Rule rule) {
        return Session.of(MODEL, builder -> builder.rule(rule).group(Group.matching("*bias").withLearningRateFactor(0.5)).clipNorm(1)
                .average(Average.ema(0.9)));
    }

    private static void rule(Communicator communicator, Rule rule) {
        Session session = session(rule);
        try (ParameterStore store = session.model().store();
                ShardedOptimizer optimizer = ShardedOptimizer.of(communicator, session.told().apply(Optimizer.builder(store)))) {
            session.run(optimizer, communicator, 50);
            print(communicator, rule.getClass().getSimpleName() + " " + checksum(store));
        }
    }

    static String checksum(ParameterStore store) {
        CRC32C sum = new CRC32C();
        for (Tensor tensor : store.tensors()) {
            sum.update(tensor.parameter().segment().asByteBuffer());
        }
        return Long.toHexString(sum.getValue());
    }

    private static void differ(Communicator communicator) {
        try (ParameterStore store = MODEL.store()) {
            OptimizerBuilder told = Optimizer.builder(store).rule(new AdamW(communicator.rank() == 1 ? 0.02 : 0.01));
            ShardedOptimizer.of(communicator, told).close();
        }
    }

    private static void throwInMiddle(Communicator communicator) {
        try (ParameterStore store = MODEL.store();
                ShardedOptimizer optimizer = ShardedOptimizer.of(communicator, Optimizer.builder(store).rule(new AdamW(0.01)))) {
            for (int k = 0; k < 10; k++) {
                optimizer.step(() -> {
                    if (communicator.rank() == 1 && optimizer.steps() == 5) {
                        throw new UnsupportedOperationException("the loss of rank 1 is wrong");
                    }
                });
            }
        }
    }

    /** All ranks have the same gradients, so that any power of two of them leaves the same bits. */
    private static void train(Communicator communicator, Path folder, int steps) throws IOException {
        Session session = session(new AdamW(0.01));
        try (ParameterStore store = session.model().store();
                ShardedOptimizer optimizer = ShardedOptimizer.of(communicator, session.told().apply(Optimizer.builder(store)))) {
            ShardedCheckpoint checkpoint = ShardedCheckpoint.of(optimizer, folder);
            print(communicator, checkpoint.loadLatest() ? "loaded step " + optimizer.steps() : "starts");
            while (optimizer.steps() < steps) {
                optimizer.step(() -> gradients(session, store, optimizer.steps()));
                if (optimizer.steps() % SAVED_EVERY == 0) {
                    checkpoint.save();
                    print(communicator, saved(optimizer.steps()));
                }
            }
            print(communicator, "trained " + checksum(store));
        }
    }

    /** What a rank prints after it has saved. */
    static String saved(long step) {
        return "step " + step + " is saved";
    }

    static void gradients(Session session, ParameterStore store, long step) {
        session.model().reducedGradients(store, 1, step, Reduction.MEAN);
    }
}
