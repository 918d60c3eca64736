package org.lanewise.execution;

import static org.lanewise.execution.PlacedTensor.GRADIENT;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.lanewise.kernel.Kernel;
import org.lanewise.splicer.Fusion;
import org.lanewise.splicer.Layout;
import org.lanewise.staging.LaterKernel;
import org.lanewise.storage.MemoryPlane;

/**
 * A kernel of each group over its tensors, and what follows an update. Neighbours that a store owns are run through in one go, so that
 * small tensors of one group cost no call each. A part is a block of at most {@value #BLOCK} elements. Planes of the same layouts share a
 * kernel.
 */
public final class Pass implements Work {
    /**
     * Elements per call of a kernel. So few that even one large tensor calls the kernel often: C2 compiles it from its normal entry, not by
     * on-stack replacement, and the JVM can stop between calls.
     */
    static final int BLOCK = 1 << 14;

    /** Elements of a piece, on the average, from which on it is worth it to do what follows in the update's loop. */
    private static final int SHORTEST_PIECE = 512;

    final List<Update> updates;
    final Presence presence;
    final Followers followers;
    final Run[] runs;
    final boolean hasFinePieces;
    final int lanes;
    private final List<KernelPlan> kernels = new ArrayList<>();
    private final Map<List<Object>, Integer> kernelNumbers = new HashMap<>();
    private PassWorker[] workers = {};
    private final int parts;
    private boolean updatesNow = true;

    /**
     * How a group is updated.
     *
     * @param numbers of its steps
     * @param splicing how its kernels are made and run
     * @param written the kernel that its rule gave; empty if this pass does not update it
     */
    public record Update(StepNumbers numbers, Splicing splicing, Optional<Kernel> written) {}

    /** A kernel to be made for each worker; its {@code own} planes may be followed by that of the average. */
    record KernelPlan(int group, List<Layout> layouts, int own) {}

    /** A stretch, its pieces by kernel and by tensor, and what follows, from part {@code firstPart} to {@code endPart - 1}. */
    record Run(Stretch stretch, Segments byKernel, Segments byTensor, Followers.Place follow, int tensor, boolean owned, int firstPart,
            int endPart) {
        /** The kernel that updates all of it; -1 if there is none or there are several. */
        int kernel() {
            return byKernel.count() == 1 ? byKernel.kernel()[0] : -1;
        }

        /** Whether pieces are long enough to do what follows too: 5,000 tensors of 20 in two groups took 46 instead of 35 ns each. */
        boolean isCoarse() {
            return byKernel.count() == 1 || (long) byKernel.count() * SHORTEST_PIECE <= stretch.length();
        }
    }

    /**
     * Plans the loops.
     *
     * @param updates how each group is updated
     * @param members the tensors, by their numbers in the store
     * @param presence in what they differ
     * @param followers what follows an update
     * @param lanes elements of a vector; 1 to run plain loops only
     */
    public Pass(List<Update> updates, List<Member> members, Presence presence, Followers followers, int lanes) {
        this.updates = new ArrayList<>(updates);
        this.presence = presence;
        this.followers = followers;
        this.lanes = lanes;
        List<Run> all = new ArrayList<>();
        int part = 0;
        for (int first = 0; first < members.size();) {
            List<Member> run = Member.run(members, first);
            for (Stretch stretch : Stretch.of(run.getFirst().planesAndAverage(), Member.length(run))) {
                Segments byTensor = segments(run, stretch);
                int firstPart = part;
                part += Math.ceilDiv(stretch.length(), BLOCK);
                all.add(new Run(stretch, byTensor.merged(), byTensor, followers.place(run.getFirst(), stretch),
                        run.getFirst().index(), run.getFirst().tensor().owned(), firstPart, part));
            }
            first += run.size();
        }
        this.runs = all.toArray(new Run[0]);
        this.hasFinePieces = hasPieces(false);
        this.parts = part;
    }

    /** Whether there is a stretch of coarse pieces, or one of fine ones. */
    boolean hasPieces(boolean coarse) {
        for (Run run : runs) {
            if (run.isCoarse() == coarse) {
                return true;
            }
        }
        return false;
    }

    /** The tensors of a run, as far as they lie in one of its stretches. */
    private Segments segments(List<Member> run, Stretch stretch) {
        List<Layout> layouts = stretch.layouts();
        int most = run.size(), count = 0;
        Segments pieces = new Segments(new int[most], new int[most], new int[most], new int[most]);
        long start = 0;
        for (Member member : run) {
            long end = start + member.tensor().length();
            long from = Math.max(start, stretch.start()), to = Math.min(end, stretch.start() + stretch.length());
            if (from < to) {
                pieces.from()[count] = (int) (from - stretch.start());
                pieces.to()[count] = (int) (to - stretch.start());
                pieces.kernel()[count] = kernel(member, layouts);
                pieces.tensor()[count++] = member.index();
            }
            start = end;
        }
        return pieces.first(count);
    }

    /** Number of the kernel of a member's group for planes of these layouts; -1 if the group has none. */
    private int kernel(Member member, List<Layout> layouts) {
        if (updates.get(member.group()).written().isEmpty()) {
            return -1;
        }
        List<Object> key = List.of(member.group(), layouts);
        Integer number = kernelNumbers.putIfAbsent(key, kernels.size());
        if (number != null) {
            return number;
        }
        kernels.add(new KernelPlan(member.group(), layouts, layouts.size() - (member.average().isPresent() ? 1 : 0)));
        return kernels.size() - 1;
    }

    Kernel splice(KernelPlan plan) {
        Update update = updates.get(plan.group());
        return update.splicing().splice(update.written().orElseThrow(), plan.layouts().subList(0, plan.own()));
    }

    /** A kernel that does besides what follows; empty if it cannot. */
    Optional<LaterKernel> fuse(KernelPlan plan, Fusion fusion) {
        Update update = updates.get(plan.group());
        int planes = fusion.average().isPresent() ? plan.layouts().size() : plan.own();
        return update.splicing().fuse(update.written().orElseThrow(), plan.layouts().subList(0, planes), fusion);
    }

    boolean updatesNow() {
        return updatesNow;
    }

    List<KernelPlan> kernels() {
        return kernels;
    }

    /**
     * Updates a group by another rule from now on.
     *
     * @param group its number
     * @param splicing how its kernels are made and run
     * @param written the kernel that the rule gave
     */
    public void update(int group, Splicing splicing, Kernel written) {
        updates.set(group, new Update(updates.get(group).numbers(), splicing, Optional.of(written)));
        for (PassWorker worker : workers) {
            worker.make(group);
        }
    }

    /**
     * Whether tensors are updated, or only what follows is done.
     *
     * @param updates true at first
     */
    public void updates(boolean updates) {
        this.updatesNow = updates;
    }

    @Override
    public void prepare() {
        for (PassWorker worker : workers) {
            worker.prepare();
        }
    }

    @Override
    public int parts(int phase) {
        return parts;
    }

    @Override
    public Worker worker() {
        PassWorker worker = new PassWorker(this);
        workers = Arrays.copyOf(workers, workers.length + 1);
        workers[workers.length - 1] = worker;
        return worker;
    }

    @Override
    public void readGradients(List<MemoryPlane> gradients) {
        for (Run run : runs) {
            if (!run.owned()) {
                run.stretch().replace(GRADIENT, gradients.get(run.tensor()));
                run.follow().gradients().replace(GRADIENT, gradients.get(run.tensor()));
            }
        }
    }
}
