package org.lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.lanewise.Refusals.assertRefused;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.lanewise.generators.StorePlan;

/** Where the gradients of a {@link Session} are bound to, and reductions that have to follow them. */
final class Rebinding implements AutoCloseable {
    private final Session session;
    private final Arena confined = Arena.ofConfined();
    /** Where each tensor's gradient lies now; null where it was at first. A move frees the place before. */
    private final Arena[] places;
    private Reductions reductions;

    /** Where a gradient is to be bound to; only the first may be. */
    enum Target { ANOTHER_PLACE, TOO_LONG, HEAP, FREED, CONFINED, ODD_ADDRESS, OWN_PARAMETERS }

    Rebinding(Session session) {
        this.session = session;
        places = new Arena[session.slices().size()];
    }

    @Override
    public void close() {
        confined.close();
        Stream.of(places).filter(Objects::nonNull).forEach(Arena::close);
    }

    /** Whether a tensor's gradient was bound to another place. */
    boolean hasMoved(int tensor) {
        return places[tensor] != null;
    }

    /** Binds the gradient of a tensor, to numbers that start at one of the plan's. */
    void rebind(int tensor, Target target, int first) {
        Arena place = Arena.ofShared();
        MemorySegment segment = segment(tensor, target, place);
        Runnable call = () -> session.store().tensors().get(tensor).rebindGradient(segment);
        Optional<String> refusal = refusal(tensor, target, segment);
        if (session.isClosed()) {
            assertRefused(IllegalStateException.class, "store is closed", call);
            place.close();
        } else if (refusal.isPresent()) {
            assertRefused(IllegalArgumentException.class, refusal.get(), call);
            place.close();
        } else {
            call.run();
            float[] gradients = session.setup().store().tensors().get(tensor).gradients(first);
            MemorySegment.copy(gradients, 0, segment, ValueLayout.JAVA_FLOAT, 0, gradients.length);
            session.plain().plane(tensor, 1).copyFrom(gradients, 0);
            if (places[tensor] != null) {
                places[tensor].close();
            }
            places[tensor] = place;
        }
    }

    private MemorySegment segment(int tensor, Target target, Arena place) {
        Slice parameter = session.slices().get(tensor).getFirst();
        long bytes = 4 * parameter.size();
        return switch (target) {
            case ANOTHER_PLACE -> place.allocate(bytes, 4);
            case TOO_LONG -> place.allocate(bytes + 4, 4);
            case HEAP -> MemorySegment.ofArray(new float[(int) parameter.size()]);
            case FREED -> freed(bytes);
            case CONFINED -> confined.allocate(bytes, 4);
            case ODD_ADDRESS -> place.allocate(bytes + 4, 4).asSlice(2, bytes);
            case OWN_PARAMETERS -> session.isClosed() || bytes == 0 ? place.allocate(bytes, 4)
                    : session.isFreed(tensor, 0) ? freed(bytes) : parameter.segment();
        };
    }

    private static MemorySegment freed(long bytes) {
        try (Arena arena = Arena.ofShared()) {
            return arena.allocate(bytes, 4);
        }
    }

    private Optional<String> refusal(int tensor, Target target, MemorySegment segment) {
        Slice gradient = session.slices().get(tensor).get(1);
        String other = " must be wrapped native memory to be bound to another segment, got ";
        return switch (session.memoryOf(tensor)) {
            case OWNED -> Optional.of(gradient + other + "planes of the store's own");
            case ARRAY -> Optional.of(gradient + other + "a float[]");
            case SEGMENT -> wrong(tensor, target, segment).map(wrong -> gradient.name() + wrong);
        };
    }

    private Optional<String> wrong(int tensor, Target target, MemorySegment segment) {
        String freed = " must be alive, got a segment that is freed";
        return Optional.ofNullable(switch (target) {
            case ANOTHER_PLACE -> null;
            case TOO_LONG -> " has " + segment.byteSize() + " bytes, expected " + (segment.byteSize() - 4);
            case HEAP -> " must be a native segment, got one on the heap";
            case FREED -> freed;
            case CONFINED -> " must be open to all threads, got a segment of a confined arena";
            case ODD_ADDRESS -> " must be at a multiple of 4 bytes, got address 0x" + Long.toHexString(segment.address());
            case OWN_PARAMETERS -> {
                String range = String.format("0x%x to 0x%x", segment.address(), segment.address() + segment.byteSize() - 1);
                yield segment.byteSize() == 0 ? null : session.isFreed(tensor, 0) ? freed
                        : " overlaps with parameter of '" + StorePlan.name(tensor) + "': bytes " + range + " and " + range
                        + " of native memory";
            }
        });
    }

    /** Sum of squares, largest magnitude and what is not finite in all gradients, by reductions that know only where they once were. */
    void reduceGradients(Optional<String> refusal) {
        if (refusal.isPresent()) {
            assertRefused(IllegalStateException.class, refusal.get(), () -> Reductions.ofGradients(session.store()));
        } else if (reductions == null) {
            reductions = Reductions.ofGradients(session.store());
        }
        if (reductions == null) {
            return;
        }
        if (refusal.isPresent()) {
            for (Runnable call : List.<Runnable>of(reductions::sumOfSquares, reductions::maxMagnitude, reductions::nonFiniteCount)) {
                assertRefused(IllegalStateException.class, refusal.get(), call);
            }
            return;
        }
        float[] all = allGradients();
        int notFinite = 0;
        float max = 0;
        for (float x : all) {
            max = Math.max(max, Math.abs(x));
            notFinite += Float.isFinite(x) ? 0 : 1;
        }
        assertEquals(notFinite, reductions.nonFiniteCount());
        assertEquals(max, reductions.maxMagnitude());
        double sum = reductions.sumOfSquares();
        if (notFinite > 0) {
            assertEquals(max, sum, "infinity, or NaN if one is");
        } else {
            double exact = ExactSquares.sum(all).doubleValue();
            assertEquals(exact, sum, 4 * 0x1p-24 * exact, "sum of squares");
        }
    }

    private float[] allGradients() {
        float[] all = {};
        for (int tensor = 0; tensor < places.length; tensor++) {
            float[] gradients = session.plain().plane(tensor, 1).values();
            int start = all.length;
            all = Arrays.copyOf(all, start + gradients.length);
            System.arraycopy(gradients, 0, all, start, gradients.length);
        }
        return all;
    }
}
