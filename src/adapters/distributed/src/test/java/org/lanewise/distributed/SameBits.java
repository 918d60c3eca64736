package org.lanewise.distributed;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.stream.IntStream;
import org.lanewise.Optimizer;
import org.lanewise.ParameterStore;
import org.lanewise.Slice;
import org.lanewise.Tensor;
import org.lanewise.execution.Member;
import org.lanewise.execution.OptimizerAccess;
import org.lanewise.execution.States;

/** Compares a session of several ranks with one process. */
final class SameBits {
    private SameBits() {}

    static void assertAsOneProcess(Session session, int ranks, int steps) {
        try (ParameterStore store = session.model().store();
                Optimizer alone = session.told().apply(Optimizer.builder(store)).build()) {
            List<String> reports = session.runAlone(alone, ranks, steps);
            ThreadRanks.run(ranks, communicator -> {
                try (ParameterStore own = session.model().store();
                        ShardedOptimizer optimizer = ShardedOptimizer.of(communicator, session.told().apply(Optimizer.builder(own)),
                                session.reduction())) {
                    List<String> ownReports = session.run(optimizer, communicator, steps);
                    assertEquals(String.join("\n", reports), String.join("\n", ownReports), communicator::toString);
                    assertSame(alone, optimizer, communicator.toString());
                }
            });
        }
    }

    /** Parameters everywhere, states of the part that the rank has. */
    static void assertSame(Optimizer alone, ShardedOptimizer sharded, String where) {
        for (Tensor tensor : alone.store().tensors()) {
            same("parameters of " + tensor + " on " + where, tensor.parameter().segment(),
                    sharded.store().tensor(tensor.name()).parameter().segment());
        }
        for (Member member : OptimizerAccess.get().training(alone).members()) {
            Tensor tensor = alone.store().tensors().get(member.index()), part = sharded.part().tensor(tensor.name());
            for (States.Kind kind : member.states().states().kinds()) {
                same(kind.name(), tensor, part, sharded, where);
            }
            if (member.average().isPresent()) {
                same("average", tensor, part, sharded, where);
            }
        }
    }

    private static void same(String state, Tensor tensor, Tensor part, ShardedOptimizer sharded, String where) {
        if (part.size() == 0) {
            return;
        }
        Slice whole = tensor.state(state), own = part.state(state);
        long bytes = own.segment().byteSize();
        boolean isOfElements = whole.size() == tensor.size();
        long from = isOfElements ? sharded.partStart(tensor.name()) * whole.storage().bytes() : 0;
        same("state " + state + " of " + tensor + " on " + where, whole.segment().asSlice(from, bytes), own.segment());
    }

    private static void same(String what, MemorySegment expected, MemorySegment found) {
        assertEquals(expected.byteSize(), found.byteSize(), what);
        long at = expected.mismatch(found);
        assertEquals(-1, at, () -> what + " differ from byte " + at + " of " + expected.byteSize() + " on");
    }

    static IntStream ranks() {
        return IntStream.rangeClosed(1, 4);
    }
}
