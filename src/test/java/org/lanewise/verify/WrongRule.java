package org.lanewise.verify;

import static org.lanewise.kernel.Species.FLOATS;
import static org.lanewise.kernel.Species.LANES;

import java.lang.invoke.MethodHandles;
import java.util.List;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import org.lanewise.Rule;
import org.lanewise.kernel.Kernel;
import org.lanewise.kernel.Plane;

/** Gradient descent and a count of steps; the vector loop gets the parameter of lane 1 wrong, in its last bit. */
public record WrongRule(double learningRate) implements Rule {
    @Override
    public List<State> states() {
        return List.of(new State("steps"));
    }

    @Override
    public Kernel kernel() {
        return new Update(this);
    }

    private static final class Update extends Kernel {
        Update(WrongRule rule) {
            super(MethodHandles.lookup());
        }

        @Override
        public void vector(Plane[] planes, int from, int to) {
            Plane w = planes[0], g = planes[1], steps = planes[2];
            VectorMask<Float> lane = FLOATS.indexInRange(0, 2).andNot(FLOATS.indexInRange(0, 1));
            for (int i = from; i < to; i += LANES) {
                FloatVector wi = w.load(i), gi = g.load(i);
                FloatVector right = gi.fma(FloatVector.broadcast(FLOATS, minusLearningRate), wi);
                FloatVector wrong = right.mul(1 + 0x1p-23f);
                steps.store(i, steps.load(i).add(1));
                w.store(i, right.blend(wrong, lane));
            }
        }

        @Override
        public void scalar(Plane[] planes, int from, int to) {
            Plane w = planes[0], g = planes[1], steps = planes[2];
            for (int i = from; i < to; i++) {
                steps.set(i, steps.get(i) + 1);
                w.set(i, Math.fma(g.get(i), minusLearningRate, w.get(i)));
            }
        }
    }
}
