package org.lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.lanewise.kernel.Species.LANES;

import java.lang.invoke.MethodHandles;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.lanewise.generators.Rules;
import org.lanewise.generators.TensorPlan;
import org.lanewise.kernel.Kernel;
import org.lanewise.kernel.Plane;
import org.lanewise.rule.Adam;

/** Steps whose kernels begin with plain loops and go over to others at any moment. */
class SwitchedStepProperties {
    @Provide
    Arbitrary<Run> runs() {
        return Run.of(Rules.all(), TensorPlan.small(130), 4);
    }

    @Provide
    Arbitrary<Run> runsAcrossChunks() {
        return Run.of(Rules.all(), TensorPlan.aboutChunks(), 1);
    }

    @Provide
    Arbitrary<WholeStepPlan> plans() {
        return WholeStepPlans.of(TensorPlan.small(20), 3);
    }

    @Provide
    Arbitrary<Width> widths() {
        return Arbitraries.of(Width.values());
    }

    @Property(tries = 60, edgeCases = EdgeCasesMode.NONE)
    void haveTheBitsOfPlainLoopsAndTouchNothingElse(@ForAll("runs") Run run, @ForAll long seed) {
        Switches switches = new Switches(seed);
        switches.during(() -> run.check(switches::some));
    }

    @Property(tries = 20, edgeCases = EdgeCasesMode.NONE)
    void haveTheBitsOfPlainLoopsAcrossChunks(@ForAll("runsAcrossChunks") Run run, @ForAll long seed) {
        Switches switches = new Switches(seed);
        switches.during(() -> run.check(switches::some));
    }

    @Property(tries = 60, edgeCases = EdgeCasesMode.NONE)
    void wholeStepsHaveTheBitsOfOneThingAfterTheOther(@ForAll("widths") Width width, @ForAll("plans") WholeStepPlan plan,
            @ForAll long seed) {
        Switches switches = new Switches(seed);
        switches.during(() -> WholeStepRun.check(plan, List.of(new WholeStepRun.Place(width, 1), new WholeStepRun.Place(width, 2)),
                switches::some));
    }

    @Example
    void beginWithPlainLoopsAndGoOverToOthers() {
        Switches switches = new Switches(1);
        float[] parameters = new float[40], gradients = new float[40];
        Optimizer optimizer = switches.during(() -> Optimizer.of(new Adam(0.1), ParameterStore.wrap(parameters, gradients)));
        for (int step = 0; step < 20; step++) {
            optimizer.step();
            switches.some();
        }
        assertEquals(1, switches.made());
        assertEquals(1, switches.done());
    }

    /** Its second read gives what the state keeps, which a copy of floats would not have rounded. */
    @Example
    void aLoopThatReadsWhatItWroteHasTheBitsOfItsVectorsFromTheFirstStepOn() {
        Switches switches = new Switches(1);
        Rule rule = new Rereading(0.1);
        ParameterStore expected = ParameterStore.builder().states(Storage.BF16).tensor("w", 40).build();
        ParameterStore found = ParameterStore.builder().states(Storage.BF16).tensor("w", 40).build();
        Optimizer plain = Optimizer.of(rule, expected, Width.SCALAR);
        Optimizer switched = switches.during(() -> Optimizer.of(rule, found));
        for (int step = 0; step < 5; step++) {
            for (ParameterStore store : List.of(expected, found)) {
                for (int i = 0; i < 40; i++) {
                    store.tensor("w").gradient().set(i, 1f / (i + step + 3));
                }
            }
            plain.step();
            switched.step();
            switches.some();
            assertEquals(-1, Floats.mismatch(Floats.of(expected.tensor("w").parameter()), Floats.of(found.tensor("w").parameter())));
        }
        assertEquals(0, switches.made());
    }

    /** Steps by the state as it is kept. */
    record Rereading(double learningRate) implements Rule {
        @Override
        public List<State> states() {
            return List.of(new State("m"));
        }

        @Override
        public Kernel kernel() {
            return new Update(this);
        }

        private static final class Update extends Kernel {
            Update(Rereading rule) {
                super(MethodHandles.lookup());
            }

            @Override
            public void vector(Plane[] planes, int from, int to) {
                Plane w = planes[0], g = planes[1], m = planes[2];
                for (int i = from; i < to; i += LANES) {
                    m.store(i, m.load(i).add(g.load(i)));
                    w.store(i, w.load(i).add(m.load(i).mul(minusLearningRate)));
                }
            }

            @Override
            public void scalar(Plane[] planes, int from, int to) {
                Plane w = planes[0], g = planes[1], m = planes[2];
                for (int i = from; i < to; i++) {
                    m.set(i, m.get(i) + g.get(i));
                    w.set(i, w.get(i) + m.get(i) * minusLearningRate);
                }
            }
        }
    }
}
