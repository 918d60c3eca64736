package org.lanewise;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.lanewise.execution.Crew;
import org.lanewise.execution.Followers;
import org.lanewise.execution.Pipeline;
import org.lanewise.execution.Presence;
import org.lanewise.schedule.Schedule;
import org.lanewise.splicer.GradientForm;

/** What a builder was told. */
record OptimizerOptions(ParameterStore store, Width width, Optional<Rule> rule, List<Group> groups, Map<String, Schedule> schedules,
        Clipping clipping, NonFinite nonFinite, Optional<LossScaler> lossScaler, Optional<Average> average,
        Optional<DoubleUnaryOperator> globalNorm, boolean clearsGradients, boolean writesGradientsBack, boolean accumulates,
        int parallelism, long leastShared, boolean maximize, boolean flushSubnormals, long steps,
        double previousLearningRate) {
    void requireThatTheyGoTogether() {
        if (rule.isEmpty() && groups.isEmpty()) {
            throw new IllegalArgumentException("an optimizer needs a rule or a group with one, got none");
        }
        if (lossScaler.isPresent() && (nonFinite == NonFinite.REFUSE || nonFinite == NonFinite.SANITISE)) {
            throw new IllegalArgumentException(
                    "a loss scaler skips steps whose gradients are not finite, so it does not go together with " + nonFinite);
        }
        refuse(clearsGradients && writesGradientsBack, "gradients cannot be both cleared and written back");
        refuse(accumulates && writesGradientsBack, "gradients that are accumulated cannot be written back: there are several");
        if (globalNorm.isPresent() && !clipping.isGlobal()) {
            throw new IllegalArgumentException("a global norm of your own needs clipping by the global norm, got " + clipping);
        }
    }

    private static void refuse(boolean refused, String message) {
        if (refused) {
            throw new IllegalArgumentException(message);
        }
    }

    /** How steps are run. */
    Pipeline.Settings pipelineSettings(Optional<Crew> crew) {
        Presence presence = new Presence(store.tensors().size(), clipping.form() == Clipping.Form.TENSOR_NORM);
        Followers.Settings followers = new Followers.Settings(average.map(Average::forms).orElse(Set.of()),
                average.isPresent() && average.get().takesPartAlways(), clearsGradients && !accumulates,
                writesGradientsBack ? Optional.of(gradientForm(false)) : Optional.empty());
        return new Pipeline.Settings(presence, followers, accumulates, clearsGradients, gradientForm(false), crew, leastShared,
                width.vectorBits(), width.bits() / Float.SIZE);
    }

    /** What loops make of gradients as they load them. */
    GradientForm gradientForm(boolean maximize) {
        return new GradientForm(maximize || accumulates || lossScaler.isPresent() || clipping.needsNorm(),
                nonFinite == NonFinite.SANITISE, clipping.form() == Clipping.Form.VALUE);
    }

    float bound() {
        return (float) clipping.limit();
    }

    /** Whether steps need the norm of the gradients. */
    boolean measures() {
        return clipping.needsNorm() || lossScaler.isPresent() || nonFinite == NonFinite.SKIP || nonFinite == NonFinite.REFUSE;
    }

    /** Options that are on. */
    String text() {
        List<String> on = new ArrayList<>();
        schedules.forEach((name, schedule) -> on.add(name + " by " + schedule));
        if (clipping.form() != Clipping.Form.NONE) {
            on.add(clipping.toString());
        }
        if (nonFinite != NonFinite.PROPAGATE) {
            on.add("gradients not finite: " + nonFinite);
        }
        average.ifPresent(each -> on.add(each.toString()));
        on.addAll(Stream.of(maximize ? "maximizes" : "", flushSubnormals ? "flushes subnormals" : "",
                clearsGradients ? "clears gradients" : "", writesGradientsBack ? "writes gradients back" : "",
                accumulates ? "accumulates" : "", parallelism == 1 ? "" : parallelism + " threads")
                .filter(each -> !each.isEmpty()).toList());
        return on.stream().map(each -> ", " + each).collect(Collectors.joining());
    }
}
