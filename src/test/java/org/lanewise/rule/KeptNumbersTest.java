package org.lanewise.rule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lanewise.scalar.FallingRate;
import org.lanewise.scalar.MomentumSchedule;
import org.lanewise.tool.torch.Arguments;
import org.lanewise.tool.torch.NoCounterpartException;
import org.lanewise.tool.torch.OptimizerCase;
import org.lanewise.tool.torch.Recorded;
import org.lanewise.tool.torch.Recording;

/** Numbers that PyTorch 2.14.1 keeps for its next step are those that rules compute. */
class KeptNumbersTest {
    @ParameterizedTest
    @ValueSource(strings = {"torch214_single_f32", "torch214_changing_f32"})
    void theNumbersOfAsgdAreThoseThatPyTorchKeeps(String file) throws IOException, NoCounterpartException {
        try (Recording recording = open(file)) {
            for (OptimizerCase c : cases(recording, "ASGD")) {
                Arguments a = c.arguments();
                Asgd rule = new Asgd(a.number("lr")).withLambda(a.number("lambd")).withAlpha(a.number("alpha")).withT0(a.number("t0"));
                for (int step : recording.recordedSteps()) {
                    double rate = rule.learningRate() * recording.learningRateFactor(step);
                    float eta = FallingRate.eta(step + 1, rate, rule.lambda(), rule.alpha());
                    assertEquals(recording.recorded(c, step, "eta"), new Recorded.Scalar(eta), c + " " + step);
                    float mu = FallingRate.mu(step + 1, rule.t0());
                    assertEquals(recording.recorded(c, step, "mu"), new Recorded.Scalar(mu), c + " " + step);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"torch214_single_f32", "torch214_changing_f32"})
    void theProductOfNAdamIsTheOneThatPyTorchKeeps(String file) throws IOException, NoCounterpartException {
        try (Recording recording = open(file)) {
            for (OptimizerCase c : cases(recording, "NAdam")) {
                Arguments a = c.arguments();
                MomentumSchedule schedule = new MomentumSchedule(a.number("betas", 0), a.number("momentum_decay"));
                for (int step : recording.recordedSteps()) {
                    assertEquals(recording.recorded(c, step, "mu_product"), new Recorded.Scalar(schedule.product(step)), c + " " + step);
                }
            }
        }
    }

    private static Recording open(String file) throws IOException {
        return Recording.open(Path.of("src/test/resources/goldens/" + file + ".safetensors"));
    }

    private static List<OptimizerCase> cases(Recording recording, String optimizer) {
        List<OptimizerCase> cases = recording.cases().stream().filter(c -> c.optimizer().equals(optimizer)).toList();
        assertFalse(cases.isEmpty(), optimizer);
        return cases;
    }
}
