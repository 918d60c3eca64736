package org.lanewise.execution;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.lanewise.access.KernelAccess;
import org.lanewise.kernel.Kernel;
import org.lanewise.splicer.Fusion;
import org.lanewise.staging.LaterKernel;
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

    /** Kernels that do what follows, for each that may; those that cannot are as above. */
    private final List<Fused> fused = new ArrayList<>();
    private final Fused unfused;
    private Fused now;

    /** For tensors that missed steps, and how many these missed for which each kernel is prepared; none before there is one. */
    private Kernel[] others = {};
    private long[] othersMissed = {};
    private double[] othersPrevious = {};

    /** Whether faster kernels may come. */
    private boolean advances = true;

    /** The kernels of a step, what each does besides if it is complete, and what will. */
    private record Fused(Fusion fusion, Kernel[] kernels, boolean[] complete, List<Optional<LaterKernel>> later) {}

    PassWorker(Pass pass) {
        this.pass = pass;
        this.presence = pass.presence;
        this.followers = pass.followers;
        this.follower = pass.followers.worker();
        this.runs = pass.runs;
        this.firstParts = new int[runs.length];
        for (int k = 0; k < runs.length; k++) {
            firstParts[k] = runs[k].firstPart();
        }
        this.lanes = pass.lanes;
        List<Pass.KernelPlan> plans = pass.kernels();
        this.groups = new int[plans.size()];
        this.numbers = new StepNumbers[plans.size()];
        for (int k = 0; k < groups.length; k++) {
            groups[k] = plans.get(k).group();
            numbers[k] = pass.updates.get(groups[k]).numbers();
        }
        this.kernels = splice();
        this.unfused = new Fused(Fusion.NONE, kernels, new boolean[kernels.length], List.of());
        if (pass.hasPieces(true)) {
            for (Fusion each : followers.fusions()) {
                fused.add(fuse(each));
            }
        }
        this.now = unfused;
    }

    private Kernel[] splice() {
        Kernel[] made = new Kernel[groups.length];
        for (int k = 0; k < made.length; k++) {
            made[k] = pass.splice(pass.kernels().get(k));
        }
        return made;
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
        for (int k = 0; k < fused.size(); k++) {
            fused.set(k, fuse(fused.get(k).fusion));
        }
        advances = true;
    }

    void prepare() {
        if (advances) {
            advances = StagedKernels.advance(kernels) | StagedKernels.advance(others);
            for (int k = 0; k < fused.size(); k++) {
                advances |= advance(fused.get(k));
            }
        }
        now = followers.isActive() && pass.updatesNow() && !presence.isApart() ? fused(followers.fusion()) : unfused;
        for (int k = 0; k < kernels.length; k++) {
            numbers[k].prepare(now.kernels[k]);
            if (now.complete[k]) {
                followers.prepare(now.kernels[k]);
                if (pass.hasFinePieces) {
                    numbers[k].prepare(kernels[k]);
                }
            }
        }
        if (presence.isApart()) {
            if (others.length == 0) {
                others = splice();
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

    private Fused fused(Fusion fusion) {
        for (int k = 0; k < fused.size(); k++) {
            if (fused.get(k).fusion == fusion) {
                return fused.get(k);
            }
        }
        return unfused;
    }

    private Fused fuse(Fusion fusion) {
        List<Optional<LaterKernel>> later = new ArrayList<>();
        for (Pass.KernelPlan plan : pass.kernels()) {
            later.add(pass.fuse(plan, fusion));
        }
        Fused made = new Fused(fusion, kernels.clone(), new boolean[kernels.length], later);
        advance(made);
        return made;
    }

    /** Takes faster kernels and those that do what follows, as far as there are any; whether there may be more later. */
    private boolean advance(Fused each) {
        boolean more = false;
        for (int k = 0; k < kernels.length; k++) {
            if (!each.complete[k]) {
                Optional<LaterKernel> later = each.later.get(k);
                each.complete[k] = later.isPresent() && later.get().isReady();
                each.kernels[k] = each.complete[k] ? later.get().make() : kernels[k];
                more |= later.isPresent() && !each.complete[k];
            }
        }
        return more;
    }

    private void run(Pass.Run run, int from, int to) {
        int kernel = run.kernel();
        if (kernel >= 0 && !presence.isApart() && (now.complete[kernel] || !followers.isActive())) {
            run.stretch().run(now.kernels[kernel], from, to, lanes);
            return;
        }
        for (int i = from; i < to; i += Pass.BLOCK) {
            int end = Math.min(i + Pass.BLOCK, to);
            if (presence.isApart()) {
                updateByTensor(run, i, end);
                follow(run, i, end);
            } else {
                updateByKernel(run, i, end);
            }
        }
    }

    private void follow(Pass.Run run, int from, int to) {
        if (followers.isActive()) {
            follower.run(run.follow(), run.byTensor(), from, to);
        }
    }

    private void updateByKernel(Pass.Run run, int from, int to) {
        Segments pieces = run.byKernel();
        boolean isCoarse = run.isCoarse();
        for (int k = pieces.find(from); k < pieces.count() && pieces.from()[k] < to; k++) {
            int kernel = pieces.kernel()[k], first = Math.max(from, pieces.from()[k]), end = Math.min(to, pieces.to()[k]);
            if (kernel >= 0 && pass.updatesNow()) {
                run.stretch().run(isCoarse ? now.kernels[kernel] : kernels[kernel], first, end, lanes);
            }
            if (isCoarse && (kernel < 0 || !now.complete[kernel])) {
                follow(run, first, end);
            }
        }
        if (!isCoarse) {
            follow(run, from, to);
        }
    }

    /** Where tensors differ: each with a kernel prepared for it. */
    private void updateByTensor(Pass.Run run, int from, int to) {
        Segments pieces = run.byTensor();
        for (int k = pieces.find(from); k < pieces.count() && pieces.from()[k] < to && pass.updatesNow(); k++) {
            int kernel = pieces.kernel()[k], tensor = pieces.tensor()[k];
            if (kernel >= 0 && !presence.isAbsent(tensor)) {
                run.stretch().run(kernel(kernel, tensor), Math.max(from, pieces.from()[k]), Math.min(to, pieces.to()[k]), lanes);
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
