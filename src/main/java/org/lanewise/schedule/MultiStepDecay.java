package org.lanewise.schedule;

import java.util.List;
import java.util.stream.LongStream;
import org.lanewise.check.Check;

/**
 * By a factor after each of some numbers of steps: PyTorch's {@code MultiStepLR}, bit for bit.
 * <pre>{@code
 * base gamma gamma ... gamma, once for each milestone <= k
 * }</pre>
 *
 * <p>In step 1 the value is the base, or {@code base gamma} if 0 is a milestone. After the last milestone it stays. A milestone is a number
 * of steps that are done: with 30, step 31 is the first that is changed. PyTorch takes milestones in any order, and one twice as
 * {@code gamma^2}; here they rise. For other factors at each milestone see {@link Piecewise}.
 *
 * @param milestones at least 0, each larger than the one before
 * @param gamma finite, above 0; 0.1 in PyTorch
 */
public record MultiStepDecay(List<Long> milestones, double gamma) implements Schedule {
    /** Checks the numbers; throws {@link IllegalArgumentException} if one is outside its range. */
    public MultiStepDecay {
        milestones = Check.notNull("milestones", milestones);
        Check.positive("gamma", gamma);
        for (int i = 0; i < milestones.size(); i++) {
            Check.atLeast("milestones[" + i + "]", milestones.get(i), i == 0 ? 0 : milestones.get(i - 1) + 1);
        }
    }

    /**
     * By a factor at each milestone.
     *
     * @param gamma finite, above 0
     * @param milestones at least 0, each larger than the one before
     */
    public MultiStepDecay(double gamma, long... milestones) {
        this(LongStream.of(Check.notNull("milestones", milestones)).boxed().toList(), gamma);
    }

    @Override
    public double at(long step, double base) {
        long k = Count.before(step);
        int reached = 0;
        while (reached < milestones.size() && milestones.get(reached) <= k) {
            reached++;
        }
        return Count.product(base, gamma, reached);
    }
}
