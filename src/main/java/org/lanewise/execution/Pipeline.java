package org.lanewise.execution;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.lanewise.kernel.Kernel;
import org.lanewise.splicer.GradientForm;
import org.lanewise.staging.Loops;
import org.lanewise.storage.MemoryPlane;

/** All that is done to the tensors of an optimizer: norms, look-aheads, updates and what follows them. */
public final class Pipeline implements Measures {
    private final Settings settings;
    private final Loops loops;
    private final Optional<Crew> crew;
    private final List<Member> members;
    private final Execution[] updates;
    private final List<Optional<TensorPass>> tensorPasses = new ArrayList<>();
    private final Followers followers;
    private final Pass pass;
    private final Optional<Pass> ahead;
    private final Optional<Execution> lookAhead;
    private final Optional<Accumulation> accumulation;
    private Optional<Measuring> norm = Optional.empty();
    private Optional<Measuring> norms = Optional.empty();

    /** Where gradients are since they moved: norms are planned when they are first asked for. */
    private List<MemoryPlane> moved = List.of();

    /**
     * How things are done.
     *
     * @param presence in what tensors differ
     * @param followers what follows an update
     * @param accumulates whether gradients are added to sums, which steps then read
     * @param clears whether gradients are set to zero as they are added
     * @param form what is made of gradients as they are loaded
     * @param crew who does it; empty for the thread that asks, alone
     * @param leastShared bytes that a step has to move before a crew does it
     * @param vectorBits width of the vectors
     * @param lanes elements of a vector; 1 to run plain loops only
     */
    public record Settings(Presence presence, Followers.Settings followers, boolean accumulates, boolean clears, GradientForm form,
            Optional<Crew> crew, long leastShared, int vectorBits, int lanes) {}

    /**
     * What is done to a group.
     *
     * @param numbers of its steps
     * @param splicing how its kernels are made and run
     * @param loops the measures in their order, then the update
     * @param lookAhead what moves parameters to where the next gradient is taken; empty for rules without it
     * @param wholeTensors whether the loops need to know of whole tensors
     */
    public record Group(StepNumbers numbers, Splicing splicing, List<Loop> loops, Optional<Kernel> lookAhead, boolean wholeTensors) {
        /** The kernel that updates elements without knowing of whole tensors. */
        Optional<Kernel> update() {
            return wholeTensors ? Optional.empty() : Optional.of(loops.getLast().written());
        }
    }

    private record Measuring(NormPass pass, Execution execution) {}

    /**
     * Plans everything.
     *
     * @param settings how
     * @param groups what is done to each group
     * @param members the tensors of all groups, by their numbers in the store
     * @param loops notes the loops of what is made later
     */
    public Pipeline(Settings settings, List<SteppedGroup> groups, List<Member> members, Loops loops) {
        this.settings = settings;
        this.loops = loops;
        this.crew = settings.crew().isPresent() && bytes(members) >= settings.leastShared() ? settings.crew() : Optional.empty();
        this.accumulation = settings.accumulates() ? Optional.of(new Accumulation(settings, crew, members)) : Optional.empty();
        this.members = accumulation.isPresent() ? accumulation.get().members() : members;
        List<Pass.Update> written = new ArrayList<>(), aheads = new ArrayList<>();
        boolean looksAhead = false;
        for (int k = 0; k < groups.size(); k++) {
            Group group = groups.get(k).loops();
            written.add(new Pass.Update(group.numbers(), group.splicing(), group.update()));
            aheads.add(new Pass.Update(group.numbers(), group.splicing(), group.lookAhead()));
            looksAhead |= group.lookAhead().isPresent();
            tensorPasses.add(tensorPass(group, k));
        }
        this.followers = new Followers(settings.followers(), settings.presence(), settings.vectorBits(), settings.lanes());
        this.pass = new Pass(written, this.members, settings.presence(), followers, settings.lanes());
        this.updates = updates();
        this.ahead = looksAhead ? Optional.of(passAhead(aheads)) : Optional.empty();
        this.lookAhead = looksAhead ? Optional.of(execution(ahead.orElseThrow())) : Optional.empty();
    }

    /** What follows an update is done in the pass, for tensors of other passes too. */
    private Execution[] updates() {
        List<Execution> all = new ArrayList<>();
        for (Optional<TensorPass> each : tensorPasses) {
            if (each.isPresent()) {
                all.add(execution(each.get()));
            }
        }
        all.add(execution(pass));
        return all.toArray(new Execution[0]);
    }

    private Pass passAhead(List<Pass.Update> aheads) {
        Followers none = new Followers(Followers.Settings.NONE, settings.presence(), settings.vectorBits(), settings.lanes());
        return new Pass(aheads, members, settings.presence(), none, settings.lanes());
    }

    private Optional<TensorPass> tensorPass(Group group, int number) {
        if (!group.wholeTensors()) {
            return Optional.empty();
        }
        List<Member> own = new ArrayList<>();
        for (Member member : members) {
            if (member.group() == number) {
                own.add(member);
            }
        }
        return Optional.of(new TensorPass(group.splicing(), group.numbers(), group.loops(), own, settings.presence(),
                Execution.threads(crew)));
    }

    private Execution execution(Work work) {
        return new Execution(work, crew);
    }

    /** Bytes that a step moves, about: each number is read, and all but gradients are written. */
    private static long bytes(List<Member> members) {
        long bytes = 0;
        for (Member member : members) {
            long planes = PlacedTensor.FIRST_STATE + member.states().states().kinds().size();
            bytes += member.tensor().length() * (1 + 2 * planes) * Float.BYTES;
        }
        return bytes;
    }

    /**
     * Whether a group looks ahead.
     *
     * @return true if {@link #lookAhead} is to be called before each update
     */
    public boolean looksAhead() {
        return lookAhead.isPresent();
    }

    /** Moves parameters to where gradients are to be taken. */
    public void lookAhead() {
        lookAhead.orElseThrow().run();
    }

    /** Updates all parameters and states, and does what follows. */
    public void update() {
        for (Execution each : updates) {
            each.run();
        }
        if (followers.spoilsPadding()) {
            members.forEach(Member::clearPadding);
        }
    }

    /** Does what follows an update without it. */
    public void followOnly() {
        pass.updates(false);
        try {
            updates[updates.length - 1].run();
        } finally {
            pass.updates(true);
        }
    }

    /**
     * What follows updates.
     *
     * @return to be told of the step to come
     */
    public Followers followers() {
        return followers;
    }

    @Override
    public double sumOfSquares() {
        Measuring measuring = settings.presence().anyAbsent() ? norms() : norm();
        measuring.execution().run();
        return measuring.pass().total();
    }

    @Override
    public void sumsOfSquares(NormPass.OfTensor each) {
        norms().execution().run();
        norms().pass().forEach(each);
    }

    @Override
    public long nonFiniteCount() {
        return norms().pass().nonFiniteCount();
    }

    @Override
    public Optional<NormPass.Found> firstNonFinite() {
        return norms().pass().firstNonFinite();
    }

    /** Makes what measures gradients, which the first step does otherwise. */
    void makeMeasuring(boolean byTensor) {
        if (byTensor) {
            norms();
        } else {
            norm();
        }
    }

    private Measuring norm() {
        if (norm.isEmpty()) {
            norm = Optional.of(measuring(false));
        }
        return norm.get();
    }

    private Measuring norms() {
        if (norms.isEmpty()) {
            norms = Optional.of(measuring(true));
        }
        return norms.get();
    }

    private Measuring measuring(boolean byTensor) {
        loops.begin();
        try {
            NormPass work = new NormPass(members, byTensor, settings.presence(), settings.vectorBits(), settings.lanes() > 1,
                    settings.form().sanitised());
            if (!moved.isEmpty()) {
                work.readGradients(moved);
            }
            return new Measuring(work, execution(work));
        } finally {
            Loops.end();
        }
    }

    /**
     * Adds gradients to the sums that steps read.
     *
     * @param first whether sums start with these
     * @param weight what they are multiplied by
     */
    public void accumulate(boolean first, float weight) {
        accumulation.orElseThrow().run(first, weight);
    }

    /**
     * Steps a group by another rule from now on, with the same states.
     *
     * @param number number of the group
     * @param group what is done to it
     */
    public void replace(int number, Group group) {
        group.update().ifPresent(written -> pass.update(number, group.splicing(), written));
        group.lookAhead().ifPresent(written -> ahead.orElseThrow().update(number, group.splicing(), written));
        tensorPasses.get(number).ifPresent(each -> each.replace(group.splicing(), group.loops()));
    }

    /**
     * Puts averages in the place of parameters, and back.
     *
     * @param thereAre whether there are averages yet; if not, nothing is done
     * @return what does it
     */
    public AverageSwap swap(boolean thereAre) {
        loops.begin();
        try {
            return new AverageSwap(settings, crew, thereAre ? members : List.of());
        } finally {
            Loops.end();
        }
    }

    /**
     * Reads gradients elsewhere from now on.
     *
     * @param gradients for each tensor of the store, planes of the same class as before
     */
    public void readGradients(List<MemoryPlane> gradients) {
        if (accumulation.isPresent()) {
            accumulation.get().readGradients(gradients);
            return;
        }
        moved = gradients;
        for (Execution each : updates) {
            each.readGradients(gradients);
        }
        lookAhead.ifPresent(each -> each.readGradients(gradients));
        norm.ifPresent(each -> each.pass().readGradients(gradients));
        norms.ifPresent(each -> each.pass().readGradients(gradients));
    }
}
