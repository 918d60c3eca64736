package org.lanewise.verify;

import static org.lanewise.kernel.Species.LANES;

import java.lang.invoke.MethodHandles;
import org.lanewise.Rule;
import org.lanewise.kernel.Kernel;
import org.lanewise.kernel.Plane;

/** Leaves every parameter where it is. */
public record IdleRule(double learningRate) implements Rule {
    @Override
    public Kernel kernel() {
        return new Update(this);
    }

    private static final class Update extends Kernel {
        Update(IdleRule rule) {
            super(MethodHandles.lookup());
        }

        @Override
        public void vector(Plane[] planes, int from, int to) {
            Plane w = planes[0];
            for (int i = from; i < to; i += LANES) {
                w.store(i, w.load(i));
            }
        }

        @Override
        public void scalar(Plane[] planes, int from, int to) {
            Plane w = planes[0];
            for (int i = from; i < to; i++) {
                w.set(i, w.get(i));
            }
        }
    }
}
