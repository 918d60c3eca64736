package org.lanewise.execution;

import java.util.Arrays;
import java.util.List;
import org.lanewise.access.KernelAccess;
import org.lanewise.kernel.Kernel;
import org.lanewise.staging.StagedKernels;

/** Runs the loops of a {@link Pass}, with kernels of its own. */
final class PassWorker implements Work.Worker {
    private final Pass pass;
    private final Presence presence;
    private final Followers followers;
    private final Followers.Worker follower;
    private final Pass.Run[] runs;
    private final int[] firstParts;
    private final int lanes;
    private final int[] groups;
    private final StepNumbers[] numbers;
    private final Kernel[] kernels;

    /** For tensors that missed steps, and how many these missed for which each kernel is prepared; none before there is one. */
    private Kernel[] others = {};
    private long[] othersMissed = {};
    private double[] othersPrevious = {};

    /** Whether faster kernels may come. */
    private boolean advances = true;

    PassWorker(Pass pass) {
        this.pass = pass;
        this.presence = pass.presence;
        this.followers = pass.followers;
        this.follower = pass.followers.worker();
        this.runs = pass.runs;
        this.firstParts = Arrays.stream(runs).mapToInt(Pass.Run::firstPart).toArray();
        this.lanes = pass.lanes;
        List<Pass.KernelPlan> plans = pass.kernels();
        this.groups = plans.stream().mapToInt(Pass.KernelPlan::group).toArray();
        this.numbers = plans.stream().map(plan -> pass.updates.get(plan.group()).numbers()).toArray(StepNumbers[]::new);
        this.kernels = plans.stream().map(pass::splice).toArray(Kernel[]::new);
    }

    /** Makes the kernels of a group again. */
    void make(int group) {
        for (int k = 0; k < kernels.length; k++) {
            if (groups[k] == group) {
                kernels[k] = pass.splice(pass.kernels().get(k));
                if (others.length > 0) {
                    others[k] = pass.splice(pass.kernels().get(k));
                }
            }
        }
        advances = true;
    }

    void prepare() {
        if (advances) {
            advances = StagedKernels.advance(kernels) | StagedKernels.advance(others);
        }
        for (int k = 0; k < kernels.length; k++) {
            numbers[k].prepare(kernels[k]);
        }
        if (presence.isApart()) {
            if (others.length == 0) {
                others = pass.kernels().stream().map(pass::splice).toArray(Kernel[]::new);
                advances = true;
                othersMissed = new long[others.length];
                othersPrevious = new double[others.length];
            }
            Arrays.fill(othersMissed, -1);
        }
        if (followers.isActive()) {
            follower.prepare();
        }
    }

    @Override
    public void run(int phase, int first, int end) {
        int part = first;
        for (int k = first == 0 ? 0 : Segments.last(firstParts, first); part < end; k++) {
            Pass.Run run = runs[k];
            int endHere = Math.min(end, run.endPart());
            int to = endHere == run.endPart() ? run.stretch().length() : (endHere - run.firstPart()) * Pass.BLOCK;
            run(run, (part - run.firstPart()) * Pass.BLOCK, to);
            part = endHere;
        }
    }

    private void run(Pass.Run run, int from, int to) {
        if (!followers.isActive()) {
            if (run.kernel() >= 0 && !presence.isApart()) {
                run.stretch().run(kernels[run.kernel()], from, to, lanes);
            } else {
                update(run, from, to);
            }
            return;
        }
        for (int i = from; i < to; i += Pass.BLOCK) {
            int end = Math.min(i + Pass.BLOCK, to);
            if (pass.updatesNow()) {
                update(run, i, end);
            }
            follower.run(run.follow(), run.byTensor(), i, end);
        }
    }

    /** By kernel, or, where tensors differ, by tensor, each with a kernel prepared for it. */
    private void update(Pass.Run run, int from, int to) {
        boolean apart = presence.isApart();
        Segments pieces = apart ? run.byTensor() : run.byKernel();
        for (int k = pieces.find(from); k < pieces.count() && pieces.from()[k] < to; k++) {
            int kernel = pieces.kernel()[k], tensor = pieces.tensor()[k];
            if (kernel >= 0 && !(apart && presence.isAbsent(tensor))) {
                run.stretch().run(apart ? kernel(kernel, tensor) : kernels[kernel],
                        Math.max(from, pieces.from()[k]), Math.min(to, pieces.to()[k]), lanes);
            }
        }
    }

    private Kernel kernel(int number, int tensor) {
        long missed = presence.missed(tensor);
        double previous = presence.previousLearningRate(tensor, numbers[number]);
        Kernel kernel = kernels[number];
        if (missed > 0 || previous != numbers[number].previousLearningRate()) {
            kernel = others[number];
            if (missed != othersMissed[number] || previous != othersPrevious[number]) {
                numbers[number].prepare(kernel, missed, previous);
                othersMissed[number] = missed;
                othersPrevious[number] = previous;
            }
        }
        if (presence.hasScales()) {
            KernelAccess.get().gradientScale(kernel, numbers[number].signed(presence.scale(tensor)));
        }
        return kernel;
    }
}
