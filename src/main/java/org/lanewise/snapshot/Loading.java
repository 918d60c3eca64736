package org.lanewise.snapshot;

import java.util.EnumSet;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * How an optimizer goes on from a snapshot.
 *
 * @param allowed in what they may differ
 * @param nameInSnapshot name that a tensor of the store has there
 */
public record Loading(Set<Deviation> allowed, UnaryOperator<String> nameInSnapshot) {
    /** Nothing may differ. */
    public static final Loading STRICT = new Loading(Set.of(), UnaryOperator.identity());

    /**
     * One more deviation.
     *
     * @param more what else may differ
     * @return a copy
     */
    public Loading allowing(Deviation more) {
        EnumSet<Deviation> all = EnumSet.of(more);
        all.addAll(allowed);
        return new Loading(all, nameInSnapshot);
    }
}
