package org.lanewise.torch;

import static org.lanewise.torch.Follower.ETA;
import static org.lanewise.torch.Follower.MU;
import static org.lanewise.torch.Follower.MU_PRODUCT;
import static org.lanewise.torch.Follower.STEP;
import static org.lanewise.torch.OptionList.requireOff;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
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
import org.lanewise.torchfile.Pickled;

/** The optimizers of {@code torch.optim} that have a rule. Names and order of their options are those of PyTorch 2.14.1. */
final class Followers {
    private static final List<String> STEPS = List.of(STEP);

    /** The root that PyTorch divides by at least if it is given none. */
    private static final double FLOAT_EPSILON = 0x1p-23;
    private static final String DECOUPLED = "decoupled_weight_decay";

    private static final List<Follower<?>> ALL = List.of(
            new Follower<>("SGD", Sgd.class, Followers::sgd, Followers::write, List.of()),
            new Follower<>("Adam", Adam.class, Followers::adam, Followers::write, STEPS),
            new Follower<>("AdamW", AdamW.class, Followers::adamW, Followers::write, STEPS),
            new Follower<>("NAdam", NAdam.class, Followers::nAdam, Followers::write, List.of(STEP, MU_PRODUCT)),
            new Follower<>("RAdam", RAdam.class, Followers::rAdam, Followers::write, STEPS),
            new Follower<>("Adamax", Adamax.class, Followers::adamax, Followers::write, STEPS),
            new Follower<>("Adagrad", Adagrad.class, Followers::adagrad, Followers::write, STEPS),
            new Follower<>("Adadelta", Adadelta.class, Followers::adadelta, Followers::write, STEPS),
            new Follower<>("RMSprop", RmsProp.class, Followers::rmsProp, Followers::write, STEPS),
            new Follower<>("Rprop", Rprop.class, Followers::rprop, Followers::write, STEPS),
            new Follower<>("ASGD", Asgd.class, Followers::asgd, Followers::write, List.of(STEP, ETA, MU)),
            new Follower<>("Adafactor", Adafactor.class, Followers::adafactor, Followers::write, STEPS));

    private Followers() {}

    /** Names of all optimizers. */
    static List<String> names() {
        return ALL.stream().map(Follower::optimizer).toList();
    }

    /** The optimizer of a name. */
    static Follower<?> named(String optimizer) throws IOException {
        return ALL.stream().filter(each -> each.optimizer().equals(optimizer)).findFirst()
                .orElseThrow(() -> new IOException("optimizer must be one of " + names() + ", got '" + optimizer + "'"));
    }

    /** What a rule follows. */
    static Follower<?> of(Rule rule) {
        return ALL.stream().filter(each -> each.type() == rule.getClass()).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("PyTorch has no optimizer for " + rule));
    }

    /**
     * The optimizer that a group is of. Files do not name it, but the options tell most apart.
     *
     * @param options the group's
     * @param states names of states of its parameters
     */
    static Follower<?> find(Options options, Set<String> states) throws IOException {
        for (Map.Entry<String, String> each : Map.of("history_size", "LBFGS", "ns_steps", "Muon", "clip_threshold",
                "transformers' Adafactor").entrySet()) {
            if (options.has(each.getKey())) {
                throw new IOException("no rule follows " + each.getValue() + ", whose options these are: " + options.names());
            }
        }
        if (options.has("betas") && !options.has("weight_decay")) {
            throw new IOException("no rule follows SparseAdam, whose options these are: " + options.names());
        }
        for (Map.Entry<String, String> each : Map.of("dampening", "SGD", "momentum_decay", "NAdam", "lr_decay", "Adagrad", "rho",
                "Adadelta", "centered", "RMSprop", "etas", "Rprop", "lambd", "ASGD", "beta2_decay", "Adafactor").entrySet()) {
            if (options.has(each.getKey())) {
                return named(each.getValue());
            }
        }
        if (!options.has("betas")) {
            throw new IOException("no rule follows an optimizer with options " + options.names());
        }
        if (options.has("amsgrad")) {
            return named(isDecoupled(options) ? "AdamW" : "Adam");
        }
        if (states.contains("exp_inf") || states.contains("exp_avg_sq")) {
            return named(states.contains("exp_inf") ? "Adamax" : "RAdam");
        }
        return named(options.has(DECOUPLED) ? "RAdam" : "Adamax");
    }

    /** Before 2.7 Adam and AdamW had the same options; without weight decay they do the same. */
    private static boolean isDecoupled(Options options) throws IOException {
        if (!options.has(DECOUPLED) && options.number("weight_decay") != 0) {
            throw new IOException("option '" + DECOUPLED + "' is missing, as before PyTorch 2.7: say whether it is Adam or AdamW");
        }
        return options.flag(DECOUPLED);
    }

    private static Sgd sgd(Options a) throws IOException {
        return new Sgd(a.number("lr"), a.number("momentum"), a.number("dampening"), a.number("weight_decay"), a.flag("nesterov"));
    }

    private static void write(Sgd rule, OptionList options) {
        requireOff(rule.learningRateInside() && rule.momentum() != 0, "learningRateInside", rule);
        options.number("momentum", rule.momentum()).number("dampening", rule.dampening()).number("weight_decay", rule.weightDecay())
                .flag("nesterov", rule.nesterov()).maximize().open("foreach").off("differentiable").open("fused");
    }

    private static Adam adam(Options a) throws IOException {
        if (a.flag(DECOUPLED)) {
            throw new IOException("option '" + DECOUPLED + "' must be False for Adam, got True");
        }
        return new Adam(a.number("lr")).withBetas(a.number("betas", 0), a.number("betas", 1)).withEpsilon(a.number("eps"))
                .withWeightDecay(a.number("weight_decay")).withAmsgrad(a.flag("amsgrad"));
    }

    private static void write(Adam rule, OptionList options) {
        requireOff(rule.epsilonHat(), "epsilonHat", rule);
        requireOff(rule.epsilonRoot() != 0, "epsilonRoot", rule);
        requireOff(rule.correctedMaximum() && rule.amsgrad(), "correctedMaximum", rule);
        adam(options, rule.beta1(), rule.beta2(), rule.epsilon(), rule.weightDecay(), rule.amsgrad()).flag(DECOUPLED, false);
    }

    private static OptionList adam(OptionList options, double beta1, double beta2, double epsilon, double weightDecay, boolean amsgrad) {
        return options.pair("betas", beta1, beta2).number("eps", epsilon).number("weight_decay", weightDecay).flag("amsgrad", amsgrad)
                .maximize().open("foreach").off("capturable", "differentiable").open("fused");
    }

    private static AdamW adamW(Options a) throws IOException {
        a.flag(DECOUPLED);
        return new AdamW(a.number("lr")).withBetas(a.number("betas", 0), a.number("betas", 1)).withEpsilon(a.number("eps"))
                .withWeightDecay(a.number("weight_decay")).withAmsgrad(a.flag("amsgrad"));
    }

    private static void write(AdamW rule, OptionList options) {
        requireOff(rule.epsilonHat(), "epsilonHat", rule);
        requireOff(rule.epsilonRoot() != 0, "epsilonRoot", rule);
        requireOff(rule.correctedMaximum() && rule.amsgrad(), "correctedMaximum", rule);
        requireOff(rule.updateClipping(), "updateClipping", rule);
        adam(options, rule.beta1(), rule.beta2(), rule.epsilon(), rule.weightDecay(), rule.amsgrad()).flag(DECOUPLED, true);
    }

    private static NAdam nAdam(Options a) throws IOException {
        return new NAdam(a.number("lr")).withBetas(a.number("betas", 0), a.number("betas", 1)).withEpsilon(a.number("eps"))
                .withWeightDecay(a.number("weight_decay")).withMomentumDecay(a.number("momentum_decay"))
                .withDecoupledWeightDecay(a.flag(DECOUPLED));
    }

    private static void write(NAdam rule, OptionList options) {
        options.pair("betas", rule.beta1(), rule.beta2()).number("eps", rule.epsilon()).number("weight_decay", rule.weightDecay())
                .number("momentum_decay", rule.momentumDecay()).flag(DECOUPLED, rule.decoupledWeightDecay()).maximize().open("foreach")
                .off("capturable", "differentiable");
    }

    private static RAdam rAdam(Options a) throws IOException {
        return new RAdam(a.number("lr")).withBetas(a.number("betas", 0), a.number("betas", 1)).withEpsilon(a.number("eps"))
                .withWeightDecay(a.number("weight_decay")).withDecoupledWeightDecay(a.flag(DECOUPLED));
    }

    private static void write(RAdam rule, OptionList options) {
        options.pair("betas", rule.beta1(), rule.beta2()).number("eps", rule.epsilon()).number("weight_decay", rule.weightDecay())
                .maximize().open("foreach").off("capturable").flag(DECOUPLED, rule.decoupledWeightDecay()).off("differentiable");
    }

    private static Adamax adamax(Options a) throws IOException {
        return new Adamax(a.number("lr")).withBetas(a.number("betas", 0), a.number("betas", 1)).withEpsilon(a.number("eps"))
                .withWeightDecay(a.number("weight_decay"));
    }

    private static void write(Adamax rule, OptionList options) {
        requireOff(rule.epsilonAfterMaximum(), "epsilonAfterMaximum", rule);
        options.pair("betas", rule.beta1(), rule.beta2()).number("eps", rule.epsilon()).number("weight_decay", rule.weightDecay())
                .open("foreach").maximize().off("differentiable", "capturable");
    }

    private static Adagrad adagrad(Options a) throws IOException {
        return new Adagrad(a.number("lr")).withLearningRateDecay(a.number("lr_decay")).withWeightDecay(a.number("weight_decay"))
                .withInitialAccumulator(a.number("initial_accumulator_value")).withEpsilon(a.number("eps"));
    }

    private static void write(Adagrad rule, OptionList options) {
        requireOff(rule.epsilonInRoot(), "epsilonInRoot", rule);
        options.number("lr_decay", rule.learningRateDecay()).number("eps", rule.epsilon()).number("weight_decay", rule.weightDecay())
                .number("initial_accumulator_value", rule.initialAccumulator()).open("foreach").maximize().off("differentiable")
                .open("fused");
    }

    private static Adadelta adadelta(Options a) throws IOException {
        return new Adadelta(a.number("lr")).withRho(a.number("rho")).withEpsilon(a.number("eps"))
                .withWeightDecay(a.number("weight_decay"));
    }

    private static void write(Adadelta rule, OptionList options) {
        options.number("rho", rule.rho()).number("eps", rule.epsilon()).number("weight_decay", rule.weightDecay()).maximize()
                .off("capturable").open("foreach").off("differentiable");
    }

    private static RmsProp rmsProp(Options a) throws IOException {
        return new RmsProp(a.number("lr")).withAlpha(a.number("alpha")).withEpsilon(a.number("eps"))
                .withWeightDecay(a.number("weight_decay")).withMomentum(a.number("momentum")).withCentered(a.flag("centered"));
    }

    private static void write(RmsProp rule, OptionList options) {
        requireOff(rule.epsilonInRoot(), "epsilonInRoot", rule);
        requireOff(rule.initialAccumulator() != 0, "initialAccumulator", rule);
        requireOff(rule.learningRateInside() && rule.momentum() != 0, "learningRateInside", rule);
        requireOff(rule.clampedVariance() && rule.centered(), "clampedVariance", rule);
        options.number("momentum", rule.momentum()).number("alpha", rule.alpha()).number("eps", rule.epsilon())
                .flag("centered", rule.centered()).number("weight_decay", rule.weightDecay()).off("capturable").open("foreach").maximize()
                .off("differentiable");
    }

    private static Rprop rprop(Options a) throws IOException {
        return new Rprop(a.number("lr")).withEtas(a.number("etas", 0), a.number("etas", 1))
                .withSteps(a.number("step_sizes", 0), a.number("step_sizes", 1));
    }

    private static void write(Rprop rule, OptionList options) {
        options.pair("etas", rule.etaMinus(), rule.etaPlus()).pair("step_sizes", rule.minStep(), rule.maxStep()).open("foreach").maximize()
                .off("differentiable", "capturable");
    }

    private static Asgd asgd(Options a) throws IOException {
        return new Asgd(a.number("lr")).withLambda(a.number("lambd")).withAlpha(a.number("alpha")).withT0(a.number("t0"))
                .withWeightDecay(a.number("weight_decay"));
    }

    private static void write(Asgd rule, OptionList options) {
        options.number("lambd", rule.lambda()).number("alpha", rule.alpha()).number("t0", rule.t0())
                .number("weight_decay", rule.weightDecay()).open("foreach").maximize().off("differentiable", "capturable");
    }

    private static Adafactor adafactor(Options a) throws IOException {
        return new Adafactor(a.number("lr")).withBeta2Decay(a.number("beta2_decay"))
                .withEpsilons(a.number("eps", 0, FLOAT_EPSILON), a.number("eps", 1)).withClippingThreshold(a.number("d"))
                .withWeightDecay(a.number("weight_decay"));
    }

    private static void write(Adafactor rule, OptionList options) {
        requireOff(rule.addedEpsilon(), "addedEpsilon", rule);
        requireOff(rule.relativeDecay() && rule.weightDecay() != 0, "relativeDecay", rule);
        requireOff(!rule.scaleParameter(), "a step that is not scaled by the parameters", rule);
        requireOff(!rule.relativeStep(), "a step that is not relative", rule);
        options.number("beta2_decay", rule.beta2Decay());
        if (rule.epsilon1() == FLOAT_EPSILON) {
            options.pairOfNoneAnd("eps", rule.epsilon2());
        } else {
            options.pair("eps", rule.epsilon1(), rule.epsilon2());
        }
        options.number("d", rule.clippingThreshold()).number("weight_decay", rule.weightDecay()).open("foreach").maximize();
    }

    /** Names of all states of some parameters. */
    static Set<String> stateNames(List<Pickled.Dict> states) {
        return states.stream().flatMap(each -> each.entries().keySet().stream())
                .flatMap(key -> Optional.of(key).filter(Pickled.Text.class::isInstance).map(Pickled.Text.class::cast).stream())
                .map(Pickled.Text::value).collect(Collectors.toSet());
    }
}
