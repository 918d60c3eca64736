package org.lanewise.torch;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.lanewise.Rule;
import org.lanewise.rule.Adafactor;
import org.lanewise.snapshot.StateNames;
import org.lanewise.torchfile.Pickled;

/**
 * A rule and the optimizer of PyTorch that it follows.
 *
 * @param <R> the rule
 * @param optimizer name in {@code torch.optim}
 * @param type the rule's class
 * @param reader makes the rule of options
 * @param writer gives its options, in PyTorch's order
 * @param scalars names of PyTorch's numbers that follow from steps and options here
 */
record Follower<R extends Rule>(String optimizer, Class<R> type, Reader<R> reader, Writer<R> writer, List<String> scalars) {
    /** Makes a rule. */
    @FunctionalInterface
    interface Reader<R> {
        /** Of options; throws {@link IllegalArgumentException} if the rule refuses one. */
        R read(Options options) throws IOException;
    }

    /** Names options. */
    @FunctionalInterface
    interface Writer<R> {
        /** Gives each of a rule's options to a list; throws {@link IllegalArgumentException} if it has one that PyTorch lacks. */
        void write(R rule, OptionList options);
    }

    /** Number of steps in which a tensor had a gradient. All optimizers keep it but SGD. */
    static final String STEP = "step";
    /** NAdam's product of momenta. */
    static final String MU_PRODUCT = "mu_product";
    /** ASGD's rate of the next step. */
    static final String ETA = "eta";
    /** Weight of the parameter in ASGD's average in the next step. */
    static final String MU = "mu";

    /** The rule that options describe, and whether it maximizes. */
    Rule rule(Options options) throws IOException {
        try {
            R rule = reader.read(options);
            options.flag("maximize");
            options.requireNoOther();
            return rule;
        } catch (IllegalArgumentException e) {
            throw new IOException(optimizer + " has options that " + type.getSimpleName() + " refuses: " + e.getMessage(), e);
        }
    }

    /** Options of a rule with a learning rate, in PyTorch's order. */
    Map<Pickled.Key, Pickled> options(Rule rule, double learningRate, boolean maximize) {
        OptionList options = new OptionList(learningRate, maximize);
        writer.write(type.cast(rule), options);
        return options.entries();
    }

    boolean countsSteps() {
        return scalars.contains(STEP);
    }

    /** Name of a rule's state in PyTorch for a tensor of this many dimensions; empty if PyTorch does not keep it. */
    Optional<String> torchName(String state, int rank) {
        boolean isComputedAnew = type == Adafactor.class && (state.equals("inverseMean") || rank < 2 && state.equals("rowVariance"));
        return isComputedAnew ? Optional.empty() : Optional.of(StateNames.of(type.getName(), rank < 2).getOrDefault(state, state));
    }

    /** Names in PyTorch of all states of a rule. */
    Set<String> torchNames(Rule rule) {
        return rule.states().stream()
                .flatMap(state -> Stream.of(torchName(state.name(), 1), torchName(state.name(), 2)).flatMap(Optional::stream))
                .collect(Collectors.toSet());
    }

    /** Whether PyTorch keeps a state for tensors of this many dimensions: Adafactor's are others for vectors. */
    static boolean isOf(String torchName, int rank) {
        return switch (torchName) {
            case "row_var", "col_var" -> rank > 1;
            case "variance" -> rank < 2;
            default -> true;
        };
    }
}
