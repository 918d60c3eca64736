package org.lanewise.tool.torch;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/**
 * How near training steps that clip by Lanewise's norm must be to those that clip by PyTorch's, which is a sum of floats. To first order,
 * with {@code u = 2^-24}, half the distance of floats at 1, and {@code C} the largest norm:
 *
 * <ul>
 * <li>PyTorch adds the squares of a tensor of {@code n} elements in 8 lanes, then those of the norms of {@code k} tensors. That makes at
 *     most {@code n/8 + 8} and {@code k} roundings of sums without cancellation, of which roots halve the error, and two roots. Lanewise
 *     rounds its norm once: the norms differ by {@code N = (n/16 + 4 + k/2 + 3) u} of themselves.</li>
 * <li>Each makes a factor of its norm in three roundings and multiplies in one: gradients differ by {@code d = N + 8 u}, and they are at
 *     most {@code C}.</li>
 * <li>A mean of gradients differs by {@code d C}, a sum with momentum {@code mu} by {@code d C / (1 - mu)}, a mean or sum of squares by
 *     {@code 2 d} of itself.</li>
 * <li>A quotient of a gradient, or of a mean of them, and the root of a mean of squares is at most {@code Q}: 1 for Adagrad,
 *     {@code 1 / sqrt(1 - alpha)} for RMSprop, {@code (1 - b1) / sqrt((1 - b2) (1 - b1^2 / b2))} for AdamW by the inequality of Cauchy and
 *     Schwarz. Numerator and root both differ by {@code d}, so it differs by {@code 2 Q d}. Where weight decay is added to gradients,
 *     {@code d} of a gradient can be more of the sum; twice as much holds while decay is not larger than the root.</li>
 * <li>A parameter moves by the learning rate times that in each of {@code T} steps, and all that is kept is rounded about twice in each:
 *     {@code 2 T u} of numbers below 1, or of themselves.</li>
 * </ul>
 */
final class OwnNorm {
    /** What the norms are named in a comparison. */
    static final String NORMS = "norms";
    /** All of it in short. */
    static final String SENTENCE = "own norm: clipped by Lanewise's norm, PyTorch's being a sum of floats. Norms must be equal to some "
            + "2^-20 of themselves, and numbers to what follows from that: see OwnNorm in src/tools.";

    private static final double U = 0x1p-24;
    private static final int LANES = 8;
    private static final int FACTOR_ROUNDINGS = 8;

    private final double ofNorms;
    private final double ofGradients;
    private final double ofRoundings;
    private final Map<String, Tolerance> tolerances;

    private OwnNorm(int largest, int tensors, int steps, TrainingCase c) throws NoCounterpartException, IOException {
        ofNorms = (largest / (2.0 * LANES) + LANES / 2.0 + tensors / 2.0 + 3) * U;
        ofGradients = ofNorms + FACTOR_ROUNDINGS * U;
        ofRoundings = 2 * steps * U;
        tolerances = tolerances(c, steps);
    }

    /** What holds for a case. */
    static OwnNorm of(TrainingRecording recording, TrainingCase c) throws NoCounterpartException, IOException {
        int largest = 0;
        for (String tensor : recording.tensors()) {
            largest = Math.max(largest, recording.start(tensor).length);
        }
        return new OwnNorm(largest, recording.tensors().size(), recording.origin().steps(), c);
    }

    private Map<String, Tolerance> tolerances(TrainingCase c, int steps) throws NoCounterpartException, IOException {
        Arguments a = new Arguments(c.arguments());
        double change = ofGradients + ofRoundings, limit = c.clipNorm();
        Tolerance squares = new Tolerance(2 * change, 0);
        return switch (c.optimizer()) {
            case "AdamW" -> {
                double b1 = a.number("betas", 0), b2 = a.number("betas", 1);
                double quotient = (1 - b1) / Math.sqrt((1 - b2) * (1 - b1 * b1 / b2));
                yield with(moved(a, steps, 2 * quotient), Map.of("exp_avg", new Tolerance(0, change * limit), "exp_avg_sq", squares));
            }
            case "SGD" -> {
                double sum = limit / (1 - a.number("momentum"));
                yield with(moved(a, steps, sum), Map.of("momentum_buffer", new Tolerance(0, change * sum)));
            }
            case "RMSprop" -> {
                double sum = 4 / Math.sqrt(1 - a.number("alpha")) / (1 - a.number("momentum"));
                yield with(moved(a, steps, sum), Map.of("momentum_buffer", new Tolerance(0, change * sum), "square_avg", squares));
            }
            case "Adagrad" -> with(moved(a, steps, 4), Map.of("sum", squares));
            default -> throw new NoCounterpartException("how much the norm matters to " + Text.quoted(c.optimizer()) + " is not known");
        };
    }

    /** Of parameters, and of their average. */
    private Tolerance moved(Arguments a, int steps, double ofStep) throws NoCounterpartException, IOException {
        return new Tolerance(ofRoundings, steps * a.number("lr") * ofStep * ofGradients + ofRoundings);
    }

    private static Map<String, Tolerance> with(Tolerance parameters, Map<String, Tolerance> states) {
        Map<String, Tolerance> all = new HashMap<>(states);
        all.put(Recording.PARAMETERS, parameters);
        all.put(TrainingRecording.AVERAGE, parameters);
        return all;
    }

    /** How near the norms themselves must be. */
    Tolerance ofNorms() {
        return new Tolerance(ofNorms, 0);
    }

    /** How near parameters or a state must be; the number of steps is the same. */
    Tolerance tolerance(String what) {
        return tolerances.getOrDefault(what, Tolerance.BITS);
    }
}
