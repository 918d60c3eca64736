package org.lanewise.execution;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.lanewise.storage.Bf16Heap;
import org.lanewise.storage.MemoryPlane;

/**
 * Puts averages in the place of parameters, and parameters back. Floats are exchanged with the averages; parameters that are kept as
 * bfloat16 cannot hold an average without rounding it, so they are copied meanwhile.
 */
public final class AverageSwap {
    private final Execution exchange;
    private final List<Copied> copied = new ArrayList<>();

    /** Parameters of a tensor that are not floats, in blocks, and what they were. */
    private record Copied(MemoryPlane parameter, MemoryPlane average, long length, List<Bf16Heap> blocks) {
        Copied(MemoryPlane parameter, MemoryPlane average, long length) {
            this(parameter, average, length, new ArrayList<>());
        }

        void putAverage() {
            for (long start = 0; start < length; start += Pass.BLOCK) {
                int count = (int) Math.min(Pass.BLOCK, length - start);
                Bf16Heap block = new Bf16Heap(new short[count], 0);
                MemoryPlane from = parameter.at(start), to = average.at(start);
                for (int i = 0; i < count; i++) {
                    block.set(i, from.get(i));
                    from.set(i, to.get(i));
                }
                blocks.add(block);
            }
        }

        void putBack() {
            for (int k = 0; k < blocks.size(); k++) {
                MemoryPlane to = parameter.at((long) k * Pass.BLOCK);
                Bf16Heap block = blocks.get(k);
                for (int i = 0; i < block.memory().length; i++) {
                    to.set(i, block.get(i));
                }
            }
            blocks.clear();
        }
    }

    AverageSwap(Pipeline.Settings settings, Optional<Crew> crew, List<Member> members) {
        List<Sweep.Piece> pieces = new ArrayList<>();
        for (Member member : members) {
            PlacedTensor tensor = member.tensor();
            MemoryPlane average = member.average().orElseThrow().plane();
            if (tensor.parameter().keepsFloats()) {
                for (Stretch stretch : Stretch.of(List.of(tensor.parameter(), average), tensor.shape().size())) {
                    int bits = Splicing.bits(settings.vectorBits(), settings.lanes());
                    pieces.add(new Sweep.Piece(SwapKernel.executed(stretch.layouts(), bits), stretch, member.index(), -1));
                }
            } else {
                copied.add(new Copied(tensor.parameter(), average, tensor.shape().size()));
            }
        }
        this.exchange = new Execution(new Sweep(pieces, settings.lanes()), crew);
    }

    /** Puts averages in. */
    public void putAverages() {
        exchange.run();
        copied.forEach(Copied::putAverage);
    }

    /** Puts parameters back. */
    public void putBack() {
        exchange.run();
        copied.forEach(Copied::putBack);
    }
}
