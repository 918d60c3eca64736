package org.lanewise.rule;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.lanewise.Rule;

/**
 * What only a rule's author can know, one line each. {@link RuleContract} says what is made of it, and fails where something is missing.
 */
final class Facts<R extends Rule> {
    private final R plain;
    private final List<Held<R>> states = new ArrayList<>();
    private final Map<R, String> defaults = new LinkedHashMap<>();
    private final List<HyperparameterRange> ranges = new ArrayList<>();
    private final List<Convergence> convergence = new ArrayList<>();
    private final Map<String, Published> published = new LinkedHashMap<>();
    private final Map<String, FrameworkFormula> formulas = new LinkedHashMap<>();
    private final List<R> alsoNormalizing = new ArrayList<>();
    private Predicate<R> normalizing = _ -> false;
    private Function<R, Set<String>> idle = _ -> Set.of();
    private Optional<Hostile> hostile = Optional.empty();
    private boolean isLinear;
    private boolean rests = true;

    /** Of a rule with learning rate 1 and nothing else, with which ranges are tried where not said otherwise. */
    Facts(R plain) {
        this.plain = plain;
    }

    /** A state that the rule has with any option. */
    void state(Held<R> state) {
        states.add(state);
    }

    /**
     * Defaults.
     *
     * @param source whence they are
     * @param spelledOut {@code new R(0.5)} with all that was left out
     */
    void defaults(String source, R spelledOut) {
        defaults.put(spelledOut, source);
    }

    /** The range of some numbers. */
    void range(Range range, String... names) {
        range(plain, range, names);
    }

    /** The same, tried with these other hyperparameters. */
    void range(R with, Range range, String... names) {
        Stream.of(names).forEach(name -> ranges.add(new HyperparameterRange(with, name, range)));
    }

    /** Learning rate, betas, epsilon and decay as Adam has them. */
    void rangesOfAdamsKind() {
        range(Range.FROM_0, "learningRate", "epsilon", "weightDecay");
        range(Range.FRACTION, "beta1", "beta2");
    }

    /** Options that change nothing as long as the others are as in a rule; their {@code @param} says so. */
    void idle(Function<R, Set<String>> options) {
        idle = options;
    }

    /** See {@link Hostile}, for gradients of zero that leave the parameter. */
    void hostile(R rule, double tiny, Hostile.Left infinite, Hostile.Left nan) {
        hostile(rule, Hostile.START, tiny, infinite, nan);
    }

    /** See {@link Hostile}. */
    void hostile(R rule, float zero, double tiny, Hostile.Left infinite, Hostile.Left nan) {
        hostile = Optional.of(new Hostile(rule, zero, tiny, infinite, nan));
    }

    /** Steps to a minimum with a constant learning rate. */
    void converges(R rule, Objective objective, int steps) {
        convergence.add(new Convergence(rule, objective, steps, Convergence.Schedule.CONSTANT, Convergence.NEAR));
    }

    /** The same on each objective. */
    void converges(R rule, int wellConditioned, int illConditioned, int rosenbrock) {
        converges(rule, Objective.WELL_CONDITIONED, wellConditioned);
        converges(rule, Objective.ILL_CONDITIONED, illConditioned);
        converges(rule, Objective.ROSENBROCK, rosenbrock);
    }

    /** Steps to a minimum with a learning rate that falls to 0. */
    void convergesFalling(R rule, Objective objective, int steps) {
        approaches(rule, objective, steps, Convergence.NEAR);
    }

    /** The same for a rule that gets no nearer than this in bearable time; a comment says why. */
    void approaches(R rule, Objective objective, int steps, double near) {
        convergence.add(new Convergence(rule, objective, steps, Convergence.Schedule.LINEAR_TO_ZERO, near));
    }

    /** The same on each objective. */
    void convergesFalling(R rule, int wellConditioned, int illConditioned, int rosenbrock) {
        convergesFalling(rule, Objective.WELL_CONDITIONED, wellConditioned);
        convergesFalling(rule, Objective.ILL_CONDITIONED, illConditioned);
        convergesFalling(rule, Objective.ROSENBROCK, rosenbrock);
    }

    /** Cases that leave nothing of the gradients' size: powers of two in them change nothing. */
    void normalizing(Predicate<R> cases) {
        normalizing = cases;
    }

    /** Another rule that does. */
    void normalizing(R rule) {
        alsoNormalizing.add(rule);
    }

    /** Powers of two in parameters and gradients are in the result. */
    void linear() {
        isLinear = true;
    }

    /** Even without decay a parameter does not stay where it is if gradients and states are zero. */
    void neverRests() {
        rests = false;
    }

    /** Numbers that a framework publishes in its own tests, by row of src/docs/compatibility.md. */
    void published(String row, Published numbers) {
        published.put(row, numbers);
    }

    /** The formula of a framework that publishes none, by row of src/docs/compatibility.md. */
    void formula(String row, FrameworkFormula formula) {
        formulas.put(row, formula);
    }

    List<Held<R>> states() {
        return states;
    }

    Map<R, String> defaults() {
        return defaults;
    }

    List<HyperparameterRange> ranges() {
        return ranges;
    }

    Set<String> idle(R rule) {
        return idle.apply(rule);
    }

    Hostile hostile() {
        return hostile.orElseThrow(() -> new AssertionError("say facts.hostile(...): what zero, tiny, infinite and NaN gradients leave"));
    }

    List<Convergence> convergence() {
        return convergence;
    }

    /** {@return those of the cases and others} */
    List<R> normalizing(List<R> cases) {
        return Stream.concat(cases.stream().filter(normalizing), alsoNormalizing.stream()).toList();
    }

    boolean isLinear() {
        return isLinear;
    }

    boolean rests() {
        return rests;
    }

    Map<String, Published> published() {
        return published;
    }

    Map<String, FrameworkFormula> formulas() {
        return formulas;
    }
}
