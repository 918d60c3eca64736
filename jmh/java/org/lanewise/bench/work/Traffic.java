package org.lanewise.bench.work;

import java.util.ArrayList;
import java.util.List;
import jdk.incubator.vector.FloatVector;
import org.lanewise.Rule;
import org.lanewise.Storage;
import org.lanewise.kernel.Extent;
import org.lanewise.kernel.Kernel;
import org.lanewise.kernel.Plane;
import org.lanewise.tool.StoreKind;

/** How many bytes a step reads and writes for each parameter, found by running the plain loop over one element. */
public final class Traffic {
    private static final int LATER_STEP = 2;

    private Traffic() {}

    /**
     * Bytes of a step, look ahead and measures included; a plane that is read or written twice in one loop counts once. States of rows,
     * columns or tensors and sums count nothing.
     */
    public static int bytes(Rule rule, StoreKind kind) {
        int bytes = bytes(rule, kind, rule.kernel());
        for (Rule.Measure measure : rule.measures()) {
            bytes += bytes(rule, kind, measure.kernel());
        }
        return rule.lookAhead().map(kernel -> bytes(rule, kind, kernel)).orElse(0) + bytes;
    }

    private static int bytes(Rule rule, StoreKind kind, Kernel kernel) {
        List<Watched> planes = new ArrayList<>(List.of(new Watched(kind.parameters().bytes()), new Watched(kind.parameters().bytes())));
        for (Rule.State state : rule.states()) {
            int bytes = (state.exact() ? Storage.F32 : kind.states()).bytes();
            planes.add(new Watched(state.extent() == Extent.PARAMETER ? bytes : 0));
        }
        rule.measures().forEach(measure -> measure.sums().forEach(_ -> planes.add(new Watched(0))));
        kernel.prepare(LATER_STEP, rule.learningRate());
        kernel.scalar(planes.toArray(Plane[]::new), 0, 1);
        return planes.stream().mapToInt(Watched::bytes).sum();
    }

    private static final class Watched extends Plane {
        private final int bytes;
        private boolean read;
        private boolean written;

        Watched(int bytes) {
            this.bytes = bytes;
        }

        int bytes() {
            return ((read ? 1 : 0) + (written ? 1 : 0)) * bytes;
        }

        @Override
        public float get(int i) {
            read = true;
            return 1;
        }

        @Override
        public void set(int i, float x) {
            written = true;
        }

        @Override
        public FloatVector load(int i) {
            throw new AssertionError("the plain loop has no vectors");
        }

        @Override
        public void store(int i, FloatVector x) {
            throw new AssertionError("the plain loop has no vectors");
        }

        @Override
        protected Object memory() {
            throw new AssertionError("not spliced");
        }

        @Override
        protected long offset() {
            throw new AssertionError("not spliced");
        }
    }
}
