package org.lanewise.tool.torch;

import com.google.gson.JsonArray;
import java.io.IOException;
import org.lanewise.LossScaler;
import org.lanewise.tool.torch.ComparedNumbers.Nearness;

/** What {@code torch.amp.GradScaler} did: for each step whether it found infinity or NaN, and its scale and tracker afterwards. */
final class ScalerCase {
    static final String ROWS = "rows_found_inf_scale_tracker";

    private ScalerCase() {}

    static ComparedNumbers compare(String name, Arguments a, JsonArray rows) throws NoCounterpartException, IOException {
        LossScaler scaler = scaler(a);
        double[] ours = new double[2 * rows.size()], theirs = new double[ours.length];
        long[] steps = new long[ours.length];
        LossScaler.State state = scaler.initial();
        for (int i = 0; i < ours.length; i += 2) {
            JsonArray row = NumbersFile.array("a row", rows.get(i / 2));
            if (row.size() != 3) {
                throw new IOException("a row must be found, scale and tracker, got " + Text.shortened(row.toString()));
            }
            JsonArray whole = new JsonArray();
            whole.add(row.get(0));
            whole.add(row.get(2));
            var foundAndTracker = Numbers.whole("found and tracker", whole);
            state = scaler.next(state, foundAndTracker.getFirst() != 0);
            ours[i] = state.scale();
            theirs[i] = NumbersFile.hex("scale", row.get(1));
            ours[i + 1] = state.growthTracker();
            theirs[i + 1] = foundAndTracker.getLast();
            steps[i] = steps[i + 1] = i / 2 + 1;
        }
        return ComparedNumbers.of(name, Nearness.BITS, scaler.initialScale(), "step", steps, ours, theirs);
    }

    private static LossScaler scaler(Arguments a) throws NoCounterpartException, IOException {
        LossScaler defaults = new LossScaler();
        double scale = a.numberOr("init_scale", defaults.initialScale());
        double growth = a.numberOr("growth_factor", defaults.growthFactor());
        double backoff = a.numberOr("backoff_factor", defaults.backoffFactor());
        long interval = a.wholeOr("growth_interval", defaults.growthInterval());
        a.requireNoOther();
        try {
            // PyTorch has no floor.
            return defaults.withFloor(0).withInitialScale((float) scale).withFactors(growth, backoff)
                    .withGrowthInterval(Math.toIntExact(interval));
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new NoCounterpartException("its arguments are refused: " + e.getMessage());
        }
    }
}
