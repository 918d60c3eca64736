package org.lanewise.checkpoint;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.lanewise.Average;
import org.lanewise.Group;
import org.lanewise.LossScaler;
import org.lanewise.Optimizer;
import org.lanewise.OptimizerBuilder;
import org.lanewise.ParameterStore;
import org.lanewise.ParameterStoreBuilder;
import org.lanewise.Storage;
import org.lanewise.Width;
import org.lanewise.rule.Adafactor;
import org.lanewise.rule.AdamW;
import org.lanewise.rule.Nesterov;
import org.lanewise.schedule.Schedule;

/** A program: goes on with a training from its file for some steps, and prints all bits. */
final class GoesOn {
    static final List<String> TRAININGS = List.of("everything", "plain", "factored");
    static final int STEPS = 4;

    private GoesOn() {}

    public static void main(String[] args) throws IOException {
        Optimizer optimizer = optimizer(args[0], true);
        Checkpoint.of(optimizer).load(Path.of(args[1]));
        Trainings.step(optimizer, STEPS);
        System.out.println(Trainings.bits(optimizer));
    }

    static Optimizer optimizer(String training, boolean inNativeMemory) {
        ParameterStoreBuilder builder = Trainings.tensors(ParameterStore.builder());
        ParameterStore store = (inNativeMemory ? builder.nativeMemory() : builder.states(Storage.F32)).build();
        OptimizerBuilder optimizer = Optimizer.builder(store);
        return switch (training) {
            case "everything" -> optimizer.rule(new AdamW(0.1).withAmsgrad(true)).group(Group.noDecay()).average(Average.ema(0.9))
                    .schedule(Schedule.warmUp(3).thenCosine(20)).lossScaler(new LossScaler().withGrowthInterval(3)).clipNorm(1).build();
            case "plain" -> optimizer.rule(new Nesterov(0.1, 0.9)).width(inNativeMemory ? Width.SCALAR : Width.preferred()).build();
            default -> optimizer.rule(new Adafactor(0.1)).build();
        };
    }
}
