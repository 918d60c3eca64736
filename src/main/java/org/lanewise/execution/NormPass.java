package org.lanewise.execution;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.lanewise.reduction.BlockReducer;
import org.lanewise.reduction.Sum;
import org.lanewise.storage.MemoryPlane;

/**
 * Sums of the squares of gradients: of each tensor, or, if only their total is asked for, of neighbours that a store owns in one go. A
 * part is a block of a reducer, whose sum depends on its numbers alone; sums are added in the order of parts, whoever computed them.
 */
public final class NormPass implements Work {
    private final int vectorBits;
    private final boolean vectors;
    private final boolean sanitised;
    private final Presence presence;
    private final Part[] parts;
    private final double[] sums;
    private final Sum sum = new Sum();
    private final List<Reducing> workers = new ArrayList<>();

    /** Elements {@code from} to {@code to - 1} of a stretch that starts at {@code member}'s tensor. */
    private record Part(Stretch stretch, Class<? extends MemoryPlane> storage, int tensor, boolean owned, int from, int to) {}

    /**
     * Plans the sums.
     *
     * @param members the tensors
     * @param byTensor whether each tensor has a sum of its own
     * @param presence which tensors are left out, if by tensor
     * @param vectorBits width of the vectors
     * @param vectors whether to use vectors, or plain Java loops
     * @param sanitised whether numbers that are not finite count as zero
     */
    public NormPass(List<Member> members, boolean byTensor, Presence presence, int vectorBits, boolean vectors, boolean sanitised) {
        this.vectorBits = vectorBits;
        this.vectors = vectors;
        this.sanitised = sanitised;
        this.presence = presence;
        List<Part> all = new ArrayList<>();
        for (int first = 0; first < members.size();) {
            List<Member> run = byTensor ? members.subList(first, first + 1)
                    : Member.runOfGradients(members, first);
            Member start = run.getFirst();
            MemoryPlane gradient = start.tensor().gradient();
            for (Stretch stretch : Stretch.of(BlockReducer.planes(gradient), byTensor ? start.tensor().shape().size()
                    : Member.length(run))) {
                for (int from = 0; from < stretch.length(); from += BlockReducer.BLOCK) {
                    all.add(new Part(stretch, gradient.getClass(), start.index(), start.tensor().owned(), from,
                            Math.min(from + BlockReducer.BLOCK, stretch.length())));
                }
            }
            first += run.size();
        }
        this.parts = all.toArray(Part[]::new);
        this.sums = new double[parts.length];
    }

    @Override
    public void prepare() {}

    @Override
    public int parts(int phase) {
        return parts.length;
    }

    @Override
    public Worker worker() {
        Reducing worker = new Reducing();
        workers.add(worker);
        return worker;
    }

    /** One thread's own: a reducer for each part, the same for planes of one storage. */
    private final class Reducing implements Worker {
        private final BlockReducer[] reducers = new BlockReducer[parts.length];

        Reducing() {
            Map<Class<? extends MemoryPlane>, BlockReducer> made = new HashMap<>();
            for (int k = 0; k < parts.length; k++) {
                Class<? extends MemoryPlane> storage = parts[k].storage();
                if (!made.containsKey(storage)) {
                    made.put(storage, new BlockReducer(storage, vectorBits, vectors, sanitised));
                }
                reducers[k] = made.get(storage);
            }
        }

        @Override
        public void run(int phase, int first, int end) {
            for (int k = first; k < end; k++) {
                Part part = parts[k];
                sums[k] = presence.isAbsent(part.tensor()) ? 0
                        : reducers[k].sumOfSquares(part.stretch().planes(), part.from(), part.to());
            }
        }
    }

    /**
     * How many gradients are infinite or {@code NaN}, on this thread.
     *
     * @return at least 0; of the tensors that are not left out
     */
    public long nonFiniteCount() {
        long count = 0;
        for (int k = 0; k < parts.length; k++) {
            count += nonFiniteCount(k);
        }
        return count;
    }

    private long nonFiniteCount(int k) {
        Part part = parts[k];
        return presence.isAbsent(part.tensor()) ? 0
                : workers.getFirst().reducers[k].nonFiniteCount(part.stretch().planes(), part.from(), part.to());
    }

    /**
     * A gradient.
     *
     * @param tensor number of its tensor in the store
     * @param index its index in the tensor
     * @param value its value
     */
    public record Found(int tensor, long index, float value) {}

    /**
     * The first gradient that is infinite or {@code NaN}, of a pass by tensor.
     *
     * @return empty if all are finite
     */
    public Optional<Found> firstNonFinite() {
        for (int k = 0; k < parts.length; k++) {
            Part part = parts[k];
            int end = nonFiniteCount(k) > 0 ? part.to() : part.from();
            for (int i = part.from(); i < end; i++) {
                float x = part.stretch().planes()[0].get(i);
                if (!Float.isFinite(x)) {
                    return Optional.of(new Found(part.tensor(), part.stretch().start() + i, x));
                }
            }
        }
        return Optional.empty();
    }

    /**
     * The sum over all tensors, once all parts were done.
     *
     * @return at least 0, infinite or {@code NaN}
     */
    public double total() {
        sum.clear();
        for (double part : sums) {
            sum.add(part);
        }
        return sum.value();
    }

    /** What is to be done with the sum of each tensor. */
    public interface OfTensor {
        /**
         * Takes a sum.
         *
         * @param tensor number of the tensor in the store
         * @param sumOfSquares sum of the squares of its gradients
         */
        void accept(int tensor, double sumOfSquares);
    }

    /**
     * Gives the sum of each tensor that has elements, once all parts were done by tensor.
     *
     * @param each is given them in their order
     */
    public void forEach(OfTensor each) {
        for (int k = 0; k < parts.length;) {
            int tensor = parts[k].tensor();
            sum.clear();
            for (; k < parts.length && parts[k].tensor() == tensor; k++) {
                sum.add(sums[k]);
            }
            each.accept(tensor, sum.value());
        }
    }

    @Override
    public void readGradients(List<MemoryPlane> gradients) {
        for (Part part : parts) {
            if (!part.owned()) {
                for (int k = 0; k < part.stretch().planes().length; k++) {
                    part.stretch().replace(k, gradients.get(part.tensor()));
                }
            }
        }
    }
}
