package org.lanewise.tool.torch;

import java.io.IOException;
import java.util.Map;
import java.util.function.Supplier;
import org.lanewise.Rule;
import org.lanewise.rule.Adadelta;
import org.lanewise.rule.Adafactor;
import org.lanewise.rule.Adagrad;
import org.lanewise.rule.Adam;
import org.lanewise.rule.AdamW;
import org.lanewise.rule.Adamax;
import org.lanewise.rule.Asgd;
import org.lanewise.rule.NAdam;
import org.lanewise.rule.RAdam;
import org.lanewise.rule.RmsProp;
import org.lanewise.rule.Rprop;
import org.lanewise.rule.Sgd;

/** Which rule, with which options, follows an optimizer of {@code torch.optim}. */
final class Counterparts {
    private static final Map<String, Supplier<Derived>> STEP = Map.of("step", Derived.step());
    private static final Map<String, String> MOMENTS = Map.of("exp_avg", "m", "exp_avg_sq", "v", "max_exp_avg_sq", "vMax");

    /** PyTorch adds squares as floats, in an order that follows the width of its kernels; a vector has no sums in its state. */
    private static final Tolerance SUMS = new Tolerance(2e-6, 0);
    /** What that makes of parameters. */
    static final Tolerance STEPS_OF_SUMS = new Tolerance(1e-6, 1e-6);
    /** The root that PyTorch divides by at least if it is given none. */
    private static final double FLOAT_EPSILON = 0x1p-23;
    /** Stands for no learning rate in Hugging Face's Adafactor. */
    private static final double NO_RATE = 0.01;

    private Counterparts() {}

    /**
     * The counterpart of a case.
     *
     * @param c the case
     * @return what to step and what to compare
     * @throws NoCounterpartException if Lanewise has no such optimizer, option or state, or the recording says what is not known here
     * @throws IOException if an argument is none that PyTorch can have
     */
    static Counterpart of(OptimizerCase c) throws NoCounterpartException, IOException {
        if (!c.others().isEmpty()) {
            throw new NoCounterpartException("what its " + Text.quoted(c.others().iterator().next()) + " means is not known");
        }
        Arguments a = c.arguments();
        Counterpart counterpart;
        try {
            counterpart = of(c.optimizer(), a);
        } catch (IllegalArgumentException e) {
            throw new NoCounterpartException("its arguments are refused: " + e.getMessage());
        }
        a.requireNoOther();
        for (String state : c.states()) {
            if (!counterpart.has(state)) {
                throw new NoCounterpartException("no counterpart of its state " + Text.quoted(state));
            }
        }
        return counterpart;
    }

    private static Counterpart of(String optimizer, Arguments a) throws NoCounterpartException, IOException {
        return switch (optimizer) {
            case "SGD" -> follow(new Sgd(a.number("lr")).withMomentum(a.number("momentum")).withDampening(a.number("dampening"))
                    .withWeightDecay(a.number("weight_decay")).withNesterov(a.flag("nesterov")), a, Map.of("momentum_buffer", "b"));
            case "Adam", "AdamW" -> follow(adam(optimizer, a), a, MOMENTS);
            case "NAdam" -> follow(new NAdam(a.number("lr")).withBetas(a.number("betas", 0), a.number("betas", 1))
                    .withEpsilon(a.number("eps")).withWeightDecay(a.number("weight_decay"))
                    .withDecoupledWeightDecay(a.flag("decoupled_weight_decay")).withMomentumDecay(a.number("momentum_decay")), a, MOMENTS,
                    Map.of("step", Derived.step(), "mu_product", Derived.muProduct(a.number("betas", 0), a.number("momentum_decay"))));
            case "RAdam" -> follow(new RAdam(a.number("lr")).withBetas(a.number("betas", 0), a.number("betas", 1))
                    .withEpsilon(a.number("eps")).withWeightDecay(a.number("weight_decay"))
                    .withDecoupledWeightDecay(a.flag("decoupled_weight_decay")), a, MOMENTS);
            case "Adamax" -> follow(new Adamax(a.number("lr")).withBetas(a.number("betas", 0), a.number("betas", 1))
                    .withEpsilon(a.number("eps")).withWeightDecay(a.number("weight_decay")), a, Map.of("exp_avg", "m", "exp_inf", "u"));
            case "Adagrad" -> follow(new Adagrad(a.number("lr")).withLearningRateDecay(a.number("lr_decay"))
                    .withWeightDecay(a.number("weight_decay")).withInitialAccumulator(a.number("initial_accumulator_value"))
                    .withEpsilon(a.number("eps")), a, Map.of("sum", "sum"));
            case "RMSprop" -> follow(new RmsProp(a.number("lr")).withAlpha(a.number("alpha")).withEpsilon(a.number("eps"))
                    .withWeightDecay(a.number("weight_decay")).withMomentum(a.number("momentum")).withCentered(a.flag("centered")), a,
                    Map.of("square_avg", "v", "grad_avg", "gAvg", "momentum_buffer", "b"));
            case "Adadelta" -> follow(new Adadelta(a.number("lr")).withRho(a.number("rho")).withEpsilon(a.number("eps"))
                    .withWeightDecay(a.number("weight_decay")), a, Map.of("square_avg", "v", "acc_delta", "vMove"));
            case "Rprop" -> follow(new Rprop(a.number("lr")).withEtas(a.number("etas", 0), a.number("etas", 1))
                    .withSteps(a.number("step_sizes", 0), a.number("step_sizes", 1)), a, Map.of("prev", "gPrev", "step_size", "s"));
            case "ASGD" -> follow(new Asgd(a.number("lr")).withLambda(a.number("lambd")).withAlpha(a.number("alpha"))
                    .withT0(a.number("t0")).withWeightDecay(a.number("weight_decay")), a, Map.of("ax", "wAvg"),
                    Map.of("step", Derived.step(), "eta", Derived.eta(a.number("lambd"), a.number("alpha")),
                            "mu", Derived.mu(a.number("t0"))));
            case "Adafactor" -> adafactor(a);
            case "transformers.Adafactor" -> huggingFacesAdafactor(a);
            case "SparseAdam" -> throw new NoCounterpartException("no rule steps sparse rows");
            default -> throw new NoCounterpartException("no rule follows the optimizer " + Text.quoted(optimizer));
        };
    }

    private static Counterpart follow(Rule rule, Arguments a, Map<String, String> states) throws NoCounterpartException, IOException {
        return follow(rule, a, states, STEP);
    }

    private static Counterpart follow(Rule rule, Arguments a, Map<String, String> states, Map<String, Supplier<Derived>> derived)
            throws NoCounterpartException, IOException {
        return new Counterpart(rule, a.flag("maximize"), true, states, derived, Map.of());
    }

    /** In PyTorch 2.14.1 AdamW is Adam with an option. */
    private static Rule adam(String optimizer, Arguments a) throws NoCounterpartException, IOException {
        boolean decoupled = a.flag("decoupled_weight_decay") || optimizer.equals("AdamW");
        return decoupled
                ? new AdamW(a.number("lr")).withBetas(a.number("betas", 0), a.number("betas", 1)).withEpsilon(a.number("eps"))
                        .withWeightDecay(a.number("weight_decay")).withAmsgrad(a.flag("amsgrad"))
                : new Adam(a.number("lr")).withBetas(a.number("betas", 0), a.number("betas", 1)).withEpsilon(a.number("eps"))
                        .withWeightDecay(a.number("weight_decay")).withAmsgrad(a.flag("amsgrad"));
    }

    private static Counterpart adafactor(Arguments a) throws NoCounterpartException, IOException {
        Rule rule = new Adafactor(a.number("lr")).withBeta2Decay(a.number("beta2_decay"))
                .withEpsilons(a.number("eps", 0, FLOAT_EPSILON), a.number("eps", 1)).withClippingThreshold(a.number("d"))
                .withWeightDecay(a.number("weight_decay"));
        return new Counterpart(rule, a.flag("maximize"), true,
                Map.of("variance", "columnVariance", "row_var", "rowVariance", "col_var", "columnVariance"), STEP,
                Map.of(Recording.PARAMETERS, STEPS_OF_SUMS, "row_var", SUMS, "col_var", SUMS));
    }

    private static Counterpart huggingFacesAdafactor(Arguments a) throws NoCounterpartException, IOException {
        boolean takesRates = a.isGiven("lr");
        Rule rule = new Adafactor(takesRates ? a.number("lr") : NO_RATE).withBeta2Decay(a.number("decay_rate"))
                .withEpsilons(a.number("eps", 0), a.number("eps", 1)).withAddedEpsilon(true)
                .withClippingThreshold(a.number("clip_threshold")).withWeightDecay(a.number("weight_decay")).withRelativeDecay(true)
                .withRelativeStep(a.flag("relative_step")).withScaleParameter(a.flag("scale_parameter"));
        if (a.flag("warmup_init")) {
            throw new NoCounterpartException("no counterpart of its argument warmup_init");
        }
        return new Counterpart(rule, a.flag("maximize"), takesRates,
                Map.of("exp_avg_sq", "columnVariance", "exp_avg_sq_row", "rowVariance", "exp_avg_sq_col", "columnVariance"), STEP,
                Map.of(Recording.PARAMETERS, STEPS_OF_SUMS, "exp_avg_sq", SUMS, "exp_avg_sq_row", SUMS, "exp_avg_sq_col", SUMS));
    }
}
