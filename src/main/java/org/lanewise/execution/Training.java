package org.lanewise.execution;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.lanewise.staging.Loops;

/** The groups of an optimizer, and what is done to them from step to step. */
public final class Training {
    private final Pipeline.Settings settings;
    private final Presence presence;
    private List<SteppedGroup> groups = List.of();
    private GroupSteps[] steps = {};
    private List<Member> members = List.of();
    private final Loops loops = new Loops();
    private Pipeline pipeline;
    private Optional<Measures> ofAll = Optional.empty();
    private final Optional<Scaling> scaling;

    /**
     * Without groups; to be used once it has some.
     *
     * @param settings how things are done
     * @param factorOfTensor what gradients of a tensor are multiplied by; empty unless each tensor is clipped by its own norm
     */
    public Training(Pipeline.Settings settings, Optional<Factor> factorOfTensor) {
        this.settings = settings;
        this.presence = settings.presence();
        this.scaling = factorOfTensor.isPresent() ? Optional.of(new Scaling(presence, factorOfTensor.get())) : Optional.empty();
    }

    /**
     * Adds groups; if that fails nothing has changed.
     *
     * @param claims the planes they need
     * @param allocated these planes
     * @param placed all tensors of the store
     * @return this
     */
    public Training add(Claims claims, List<States> allocated, List<PlacedTensor> placed) {
        List<Member> all = new ArrayList<>(members);
        all.addAll(claims.members(allocated, placed, groups.size()));
        all = byIndex(all, placed.size());
        List<SteppedGroup> more = new ArrayList<>(groups);
        more.addAll(claims.groups());
        loops.begin();
        try {
            pipeline = new Pipeline(settings, more, all, loops);
        } finally {
            Loops.end();
        }
        for (GroupSteps each : steps) {
            each.restart();
        }
        groups = more;
        members = all;
        steps = new GroupSteps[groups.size()];
        for (int k = 0; k < steps.length; k++) {
            steps[k] = groups.get(k).steps();
        }
        return this;
    }

    /** In the order of the tensors' numbers in the store, which has so many. */
    private static List<Member> byIndex(List<Member> members, int tensors) {
        Member[] places = new Member[tensors];
        for (Member member : members) {
            places[member.index()] = member;
        }
        List<Member> sorted = new ArrayList<>();
        for (Member member : places) {
            if (member != null) {
                sorted.add(member);
            }
        }
        return sorted;
    }

    /**
     * The groups.
     *
     * @return in the order in which they were added
     */
    public List<SteppedGroup> groups() {
        return groups;
    }

    /**
     * The tensors of all groups.
     *
     * @return by their numbers in the store
     */
    public List<Member> members() {
        return members;
    }

    /**
     * What runs the loops.
     *
     * @return another one after groups were added
     */
    public Pipeline pipeline() {
        return pipeline;
    }

    /**
     * What measures gradients: the pipeline, unless it has a part of them only.
     *
     * @return asked in each step that needs it
     */
    public Measures measures() {
        return ofAll.isPresent() ? ofAll.get() : pipeline;
    }

    /**
     * Has gradients measured together with those that other processes have.
     *
     * @param ofAll measures all
     */
    public void measureBy(Measures ofAll) {
        this.ofAll = Optional.of(ofAll);
    }

    /**
     * Finds the numbers of a step; nothing else has changed after that.
     *
     * @param step its number
     * @throws IllegalArgumentException if a rule refuses one
     */
    public void find(long step) {
        for (GroupSteps each : steps) {
            each.find(step);
        }
    }

    /**
     * Takes the numbers that were found.
     *
     * @param step number of the step
     * @param scale what gradients are multiplied by
     * @param bound what their magnitude is limited to
     */
    public void take(long step, float scale, float bound) {
        for (GroupSteps each : steps) {
            each.take(step);
            each.numbers().gradients(scale, bound);
        }
        pipeline.followers().gradients(scale, bound);
    }

    /** What gradients of some norm are multiplied by. */
    public interface Factor {
        /**
         * Gives the factor.
         *
         * @param norm of all gradients or those of a tensor
         * @return at most 1, or {@code NaN}
         */
        float of(double norm);
    }

    /**
     * Norm of all gradients.
     *
     * @param taken what they are multiplied by first
     * @return at least 0, infinite or {@code NaN}
     */
    public double norm(double taken) {
        return Math.sqrt(measures().sumOfSquares()) * taken;
    }

    /**
     * Finds the norm of each tensor's gradients, and what these are multiplied by.
     *
     * @param taken what they are multiplied by first
     * @return the norm of all
     */
    public double norms(double taken) {
        Scaling scales = scaling.orElseThrow();
        scales.begin(taken);
        measures().sumsOfSquares(scales);
        return Math.sqrt(scales.total) * taken;
    }

    /** Finds what the gradients of each tensor are multiplied by. */
    private static final class Scaling implements NormPass.OfTensor {
        final Presence presence;
        final Factor factor;
        double taken, total;
        float smallest;

        Scaling(Presence presence, Factor factor) {
            this.presence = presence;
            this.factor = factor;
        }

        void begin(double taken) {
            this.taken = taken;
            total = 0;
            smallest = 1;
        }

        @Override
        public void accept(int tensor, double sumOfSquares) {
            if (!presence.isAbsent(tensor)) {
                float own = factor.of(Math.sqrt(sumOfSquares) * taken);
                presence.scale(tensor, (float) (own * taken));
                total += sumOfSquares;
                smallest = Math.min(smallest, own);
            }
        }
    }

    /**
     * The smallest factor of a tensor that {@link #norms} found.
     *
     * @return at most 1, or {@code NaN}
     */
    public float smallestFactor() {
        return scaling.orElseThrow().smallest;
    }

    /**
     * Waits until loops run at full speed.
     *
     * @param nanos how long at most
     * @param measures whether steps need norms
     * @param byTensor whether these are those of tensors
     * @return the loops
     */
    public Loops warmUp(long nanos, boolean measures, boolean byTensor) {
        if (measures) {
            pipeline.makeMeasuring(byTensor);
        }
        loops.await(nanos);
        return loops;
    }

    /**
     * In what tensors differ.
     *
     * @return the same object every time
     */
    public Presence presence() {
        return presence;
    }

    /** Notes that the step was done. */
    public void done() {
        for (int k = 0; k < groups.size() && presence.differs(); k++) {
            List<Integer> tensors = groups.get(k).tensors();
            for (int t = 0; t < tensors.size(); t++) {
                presence.end(tensors.get(t), steps[k].numbers());
            }
        }
        for (GroupSteps each : steps) {
            each.done();
        }
    }

    /**
     * The group of a tensor.
     *
     * @param tensor its number in the store
     * @return index of the group, -1 if the tensor is in none
     */
    public int groupOf(int tensor) {
        for (int k = 0; k < groups.size(); k++) {
            if (groups.get(k).tensors().contains(tensor)) {
                return k;
            }
        }
        return -1;
    }
}
