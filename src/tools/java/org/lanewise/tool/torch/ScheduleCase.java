package org.lanewise.tool.torch;

import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.lanewise.schedule.Schedule;
import org.lanewise.tool.torch.ComparedNumbers.Nearness;

/** What a schedule of PyTorch or transformers computed: rates, and perhaps momenta, after some numbers of steps. */
final class ScheduleCase {
    private static final List<String> KNOWN = List.of("name", "args", "base", "k", "lr", "momentum", "metric");

    private final String name;
    private final String description;
    private final Arguments arguments;
    private final double base;
    private final long[] k;
    private final double[] rates;
    private final double[] momenta;
    private final double[] metrics;

    ScheduleCase(String name, String description, Arguments arguments, JsonObject c) throws NoCounterpartException, IOException {
        for (String other : c.keySet()) {
            if (!KNOWN.contains(other)) {
                throw new NoCounterpartException("what its " + Text.quoted(other) + " means is not known");
            }
        }
        this.name = name;
        this.description = description.strip();
        this.arguments = arguments;
        if (!(c.get("base") instanceof JsonPrimitive number && number.isNumber() && number.getAsDouble() > 0)) {
            throw new IOException("base must be a number above 0, got " + Text.shortened(String.valueOf(c.get("base"))));
        }
        base = number.getAsDouble();
        k = Numbers.whole("k", NumbersFile.array("k", c.get("k"))).stream().mapToLong(Long::longValue).toArray();
        rates = series(c, "lr");
        momenta = c.has("momentum") ? series(c, "momentum") : new double[0];
        metrics = c.has("metric") ? NumbersFile.hexes("metric", c.get("metric")) : new double[0];
    }

    private double[] series(JsonObject c, String what) throws IOException {
        double[] numbers = NumbersFile.hexes(what, c.get(what));
        if (numbers.length != k.length) {
            throw new IOException(what + " must be as many numbers as k, " + k.length + ", got " + numbers.length);
        }
        return numbers;
    }

    String name() {
        return name;
    }

    Arguments arguments() {
        return arguments;
    }

    double base() {
        return base;
    }

    double[] metrics() {
        return metrics;
    }

    boolean hasMomenta() {
        return momenta.length > 0;
    }

    /** The rates and, if there are any, the momenta. */
    List<ComparedNumbers> compare() throws NoCounterpartException, IOException {
        ScheduleCounterpart counterpart;
        try {
            counterpart = name.startsWith("torch.") ? TorchSchedules.of(this) : TransformersSchedules.of(this);
        } catch (IllegalArgumentException e) {
            throw new NoCounterpartException("its arguments are refused: " + e.getMessage());
        }
        arguments.requireNoOther();
        List<ComparedNumbers> compared = new ArrayList<>();
        compared.add(compare(description, counterpart.nearness(), counterpart.rate(), base, rates));
        if (hasMomenta()) {
            Schedule momentum = counterpart.momentum()
                    .orElseThrow(() -> new NoCounterpartException("no counterpart of its momentum"));
            compared.add(compare(description + ", momentum", counterpart.nearness(), momentum, 1, momenta));
        }
        return compared;
    }

    private ComparedNumbers compare(String what, Nearness nearness, Schedule schedule, double from, double[] theirs) {
        double[] ours = new double[k.length];
        for (int i = 0; i < ours.length; i++) {
            ours[i] = schedule.at(k[i] + 1, from);
        }
        return ComparedNumbers.of(what, nearness, from, "k", k, ours, theirs);
    }
}
