package org.lanewise.tool.torch;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.lanewise.Average;
import org.lanewise.Clipping;
import org.lanewise.Group;
import org.lanewise.OptimizerBuilder;
import org.lanewise.schedule.Schedule;

/**
 * Training steps with one thing, or with nearly all, around the update of an optimizer.
 *
 * @param name what the recording calls it
 * @param optimizer PyTorch's name
 * @param feature what is done around the update
 * @param arguments of the optimizer, those at their defaults too
 * @param clipNorm largest norm of the gradients
 * @param clipValue largest magnitude of a gradient
 * @param emaDecay decay of the average
 */
record TrainingCase(String name, String optimizer, String feature, JsonObject arguments, double clipNorm, double clipValue,
        double emaDecay) {
    /** Stepped by half the learning rate and without weight decay where there are groups. */
    static final String GROUPED = "fc.bias";
    /** Without a gradient in every third step where tensors are frozen. */
    static final String FROZEN = "embed";

    private static final int FROZEN_EVERY = 3;
    private static final String ALL = "all";
    private static final Set<String> FEATURES =
            Set.of("plain", "groups", "frozen", "clip_value", "clip_norm", "ema", "swa", "schedule", ALL);
    private static final Set<String> IN_ALL = Set.of("groups", "frozen", "clip_norm", "ema", "schedule");
    private static final Set<String> KNOWN =
            Set.of("case", "optimizer", "feature", "args", "clip_norm", "clip_value", "ema_decay");

    /** What PyTorch has where nothing is given. */
    private static final Map<String, Map<String, Object>> DEFAULTS = Map.of(
            "AdamW", Map.of("eps", 1e-8, "amsgrad", false),
            "SGD", Map.of("dampening", 0.0),
            "RMSprop", Map.of("alpha", 0.99, "eps", 1e-8, "centered", false),
            "Adagrad", Map.of("lr_decay", 0.0, "initial_accumulator_value", 0.0, "eps", 1e-10));

    /** Reads what a recording says of a case. */
    static TrainingCase of(int index, JsonElement value) throws IOException {
        String what = "case " + (index + 1);
        if (!(value instanceof JsonObject c) || !(c.get("args") instanceof JsonObject given)) {
            throw new IOException(what + " is no JSON object with args");
        }
        for (String key : KNOWN) {
            if (!c.has(key)) {
                throw new IOException(what + " needs " + key);
            }
        }
        String optimizer = text(what, c, "optimizer");
        JsonObject arguments = given.deepCopy();
        DEFAULTS.getOrDefault(optimizer, Map.of()).forEach((name, number) -> {
            if (!arguments.has(name)) {
                arguments.add(name, number instanceof Boolean flag ? new JsonPrimitive(flag) : new JsonPrimitive((Double) number));
            }
        });
        return new TrainingCase(text(what, c, "case"), optimizer, text(what, c, "feature"), arguments, number(what, c, "clip_norm"),
                number(what, c, "clip_value"), number(what, c, "ema_decay"));
    }

    private static String text(String what, JsonObject c, String key) throws IOException {
        if (c.get(key) instanceof JsonPrimitive text && text.isString()) {
            return text.getAsString();
        }
        throw new IOException(what + " needs a text for " + key + ", got " + Text.shortened(c.get(key).toString()));
    }

    private static double number(String what, JsonObject c, String key) throws IOException {
        if (c.get(key) instanceof JsonPrimitive number && number.isNumber() && Double.isFinite(number.getAsDouble())) {
            return number.getAsDouble();
        }
        throw new IOException(what + " needs a finite number for " + key + ", got " + Text.shortened(c.get(key).toString()));
    }

    /** What steps it. */
    Counterpart counterpart(List<String> states) throws NoCounterpartException, IOException {
        if (!FEATURES.contains(feature)) {
            throw new NoCounterpartException("what its feature " + Text.quoted(feature) + " means is not known");
        }
        if (!DEFAULTS.containsKey(optimizer)) {
            throw new NoCounterpartException("defaults of the optimizer " + Text.quoted(optimizer) + " are not known");
        }
        return Counterparts.of(new OptimizerCase(name, optimizer, List.of(), "", "", arguments, states, Set.of()));
    }

    private boolean has(String what) {
        return feature.equals(what) || feature.equals(ALL) && IN_ALL.contains(what);
    }

    /** Whether there are norms of the gradients. */
    boolean clipsNorm() {
        return has("clip_norm");
    }

    /** Whether there is an average. */
    boolean averages() {
        return has("ema") || has("swa");
    }

    /** Whether a tensor has a gradient in a step, counted from 1. */
    boolean hasGradient(String tensor, int step) {
        return !(has("frozen") && tensor.equals(FROZEN) && step % FROZEN_EVERY == 0);
    }

    /** Has an optimizer do what is done around the update. */
    void describe(OptimizerBuilder builder) {
        if (has("groups")) {
            builder.group(Group.matching(GROUPED).withWeightDecay(0).withLearningRateFactor(0.5));
        }
        if (has("schedule")) {
            builder.schedule(Schedule.linear(0.1, 1, 10).inChain());
        }
        if (has("clip_value")) {
            builder.clip(Clipping.byValue(clipValue));
        }
        if (has("clip_norm")) {
            builder.clip(Clipping.byNorm(clipNorm));
        }
        if (averages()) {
            builder.average(has("swa") ? Average.swa() : Average.ema(emaDecay));
        }
    }
}
