package org.lanewise.distributed.shard;

import java.util.Locale;

/** Has all ranks say what they are about to do, so that those that do another thing are told so instead of waiting for each other. */
public final class Lockstep {
    private final Shard shard;
    private final Gathered said;

    /** What ranks do together. */
    public enum Operation {
        /** A step. */
        STEP,
        /** Gradients are added. */
        ACCUMULATE,
        /** Parameters move to where gradients are taken. */
        LOOK_AHEAD,
        /** Averages are put in the place of parameters. */
        AVERAGED,
        /** Parameters are put back. */
        AVERAGES_CLOSED,
        /** A checkpoint is written. */
        SAVE,
        /** A checkpoint is read. */
        LOAD;

        private String text() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }
    }

    /**
     * Of these ranks.
     *
     * @param shard this rank's part
     */
    public Lockstep(Shard shard) {
        this.shard = shard;
        this.said = Gathered.each(shard, 4);
    }

    /**
     * Waits for all ranks.
     *
     * @param operation what this one is about to do
     * @param steps how many steps it has done
     * @param number what must be the same: a learning rate, or a weight
     * @param others which tensors have gradients, and the learning rates of all groups, hashed
     * @throws IllegalStateException if another rank differs
     */
    public void meet(Operation operation, long steps, double number, long others) {
        said.put(0, (long) operation.ordinal());
        said.put(1, steps);
        said.put(2, number);
        said.put(3, others);
        said.gather();
        int own = shard.rank();
        for (int rank = 0; rank < shard.ranks(); rank++) {
            for (int k = 0; k < 4; k++) {
                if (said.get(rank, k) != said.get(own, k)) {
                    throw new IllegalStateException("all ranks must do the same, but rank " + rank + " is at " + text(rank) + ", rank "
                            + own + " at " + text(own)
                            + (k == 3 ? ", with other tensors without gradients or learning rates of groups" : ""));
                }
            }
        }
    }

    private String text(int rank) {
        Operation operation = Operation.values()[(int) said.get(rank, 0)];
        String number = operation == Operation.STEP ? " with learning rate " + said.real(rank, 2)
                : operation == Operation.ACCUMULATE ? " with weight " + said.real(rank, 2) : "";
        return operation.text() + number + " after " + said.get(rank, 1) + " steps";
    }
}
