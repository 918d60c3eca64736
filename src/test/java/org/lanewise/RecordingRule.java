package org.lanewise;

import static org.lanewise.kernel.Species.FLOATS;
import static org.lanewise.kernel.Species.LANES;

import java.lang.invoke.MethodHandles;
import java.util.List;
import java.util.Optional;
import jdk.incubator.vector.FloatVector;
import org.lanewise.kernel.Kernel;
import org.lanewise.kernel.Plane;

/**
 * Writes down what its kernels are told: the number of the step into the parameters, the learning rate into the state {@code rate},
 * the number of the step a look-ahead is for into the state {@code ahead}.
 */
record RecordingRule(double learningRate, boolean looksAhead) implements Rule {
    @Override
    public List<State> states() {
        return List.of(new State("rate"), new State("ahead"));
    }

    @Override
    public Kernel kernel() {
        return new Update(this);
    }

    @Override
    public Optional<Kernel> lookAhead() {
        return looksAhead ? Optional.of(new LookAhead(this)) : Optional.empty();
    }

    private static final class Update extends Kernel {
        private float step;

        Update(RecordingRule rule) {
            super(MethodHandles.lookup());
        }

        @Override
        public void prepare(long step, double learningRate) {
            super.prepare(step, learningRate);
            this.step = step;
        }

        @Override
        public void vector(Plane[] planes, int from, int to) {
            Plane w = planes[0], rate = planes[2];
            for (int i = from; i < to; i += LANES) {
                w.store(i, FloatVector.broadcast(FLOATS, step));
                rate.store(i, FloatVector.broadcast(FLOATS, -minusLearningRate));
            }
        }

        @Override
        public void scalar(Plane[] planes, int from, int to) {
            Plane w = planes[0], rate = planes[2];
            for (int i = from; i < to; i++) {
                w.set(i, step);
                rate.set(i, -minusLearningRate);
            }
        }
    }

    private static final class LookAhead extends Kernel {
        private float step;

        LookAhead(RecordingRule rule) {
            super(MethodHandles.lookup());
        }

        @Override
        public void prepare(long step, double learningRate) {
            this.step = step;
        }

        @Override
        public void vector(Plane[] planes, int from, int to) {
            Plane ahead = planes[3];
            for (int i = from; i < to; i += LANES) {
                ahead.store(i, FloatVector.broadcast(FLOATS, step));
            }
        }

        @Override
        public void scalar(Plane[] planes, int from, int to) {
            Plane ahead = planes[3];
            for (int i = from; i < to; i++) {
                ahead.set(i, step);
            }
        }
    }
}
