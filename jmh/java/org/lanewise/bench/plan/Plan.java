package org.lanewise.bench.plan;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.lanewise.Rule;
import org.lanewise.Width;
import org.lanewise.bench.Form;
import org.lanewise.bench.work.ControlBenchmark.Loop;
import org.lanewise.bench.work.Probe;
import org.lanewise.bench.work.Workload;
import org.lanewise.tool.RuleTable;
import org.lanewise.tool.StoreKind;

/** Which cells a run measures: a quick look, or what the report has a place for, without much that repeats. */
public final class Plan {
    /** Parameters that fit, with their states, into the first-level cache or almost. */
    public static final int IN_CACHE = 4 << 10;
    /** The usual size of a layer. */
    public static final int LAYER = 64 << 10;
    /** More than any cache holds on most machines. */
    public static final int IN_MEMORY = 16 << 20;

    private static final int ODD = 100_003;
    private static final List<Integer> SIZES = List.of(IN_CACHE, LAYER, ODD, 1 << 20, IN_MEMORY);
    private static final List<Integer> FEWER_SIZES = List.of(IN_CACHE, LAYER, IN_MEMORY);
    private static final List<Integer> OVERHEAD = List.of(16, 1_000);
    private static final List<StoreKind> F32 = List.of(StoreKind.F32_NATIVE, StoreKind.F32_HEAP);
    private static final List<StoreKind> BF16 = List.of(StoreKind.BF16_STATES_NATIVE, StoreKind.BF16_STATES_HEAP, StoreKind.BF16_NATIVE);

    /** Rules that are measured in every form; the others in those that tell how fast they are. */
    private static final Set<String> IN_DETAIL =
            Set.of("GradientDescent", "Momentum", "Nesterov", "Sgd", "Rprop", "RmsProp", "Adam");

    private static final List<String> CONTROLLED = List.of("Sgd", "Adam");

    private final Width widest = Width.preferred();
    private final Set<Cell> cells = new LinkedHashSet<>();

    private Plan() {}

    /**
     * What {@code --full} measures.
     *
     * @param filter which cells are wanted
     * @param named whether rules were asked for by name, which are then measured in detail
     */
    public static List<Cell> full(Predicate<Cell> filter, boolean named) {
        Plan plan = new Plan();
        for (String rule : RuleTable.firstOfEach().keySet()) {
            if (named || IN_DETAIL.contains(rule)) {
                plan.detailed(rule);
            } else {
                plan.brief(rule, List.of(LAYER, IN_MEMORY));
            }
        }
        plan.limits(SIZES);
        plan.roofsByHand(FEWER_SIZES, List.of(Loop.VECTOR_NATIVE, Loop.VECTOR_HEAP));
        plan.limitsOfTwoThreads();
        return plan.cells.stream().filter(filter).toList();
    }

    /**
     * What fits into some minutes.
     *
     * @param filter which cells are wanted
     * @param named whether rules were asked for by name, which are then measured in detail
     */
    public static List<Cell> quick(Predicate<Cell> filter, boolean named) {
        Plan plan = new Plan();
        for (String rule : RuleTable.firstOfEach().keySet()) {
            if (named || IN_DETAIL.contains(rule)) {
                plan.overview(rule);
            } else {
                plan.brief(rule, List.of(LAYER));
            }
        }
        plan.limits(FEWER_SIZES);
        plan.roofsByHand(List.of(LAYER, IN_MEMORY), List.of(Loop.VECTOR_NATIVE));
        return plan.cells.stream().filter(filter).toList();
    }

    private void detailed(String rule) {
        for (int n : SIZES) {
            add(Cell.auto(rule, n));
            F32.forEach(kind -> add(Cell.lanewise(rule, kind, widest, n)));
        }
        for (int n : FEWER_SIZES) {
            baselines(rule, n);
            if (hasStates(rule)) {
                BF16.forEach(kind -> add(Cell.lanewise(rule, kind, widest, n)));
            }
            add(Cell.lanewise(rule, StoreKind.F32_NATIVE, widest, n, 2));
            controls(rule, n);
        }
        for (int n : List.of(IN_CACHE, LAYER)) {
            narrower().forEach(width -> add(Cell.lanewise(rule, StoreKind.F32_NATIVE, width, n)));
            avx2(rule, StoreKind.F32_NATIVE, n);
        }
        List.of(StoreKind.F32_NATIVE, StoreKind.F32_HEAP, StoreKind.BF16_NATIVE)
                .forEach(kind -> add(Cell.polluted(rule, kind, widest, IN_CACHE)));
        if (widest.bits() > Width.BITS_256.bits()) {
            avx2(rule, StoreKind.F32_HEAP, IN_CACHE);
            add(Cell.autoAvx2(rule, IN_CACHE));
        }
        OVERHEAD.forEach(n -> F32.forEach(kind -> add(Cell.lanewise(rule, kind, widest, n))));
        add(Cell.latency(rule, StoreKind.F32_NATIVE, widest, LAYER));
        if (rule.equals("Adam")) {
            List.of(StoreKind.F32_HEAP, StoreKind.BF16_STATES_NATIVE, StoreKind.BF16_NATIVE)
                    .forEach(kind -> add(Cell.latency(rule, kind, widest, LAYER)));
        }
    }

    private void overview(String rule) {
        baselines(rule, LAYER);
        for (int n : FEWER_SIZES) {
            F32.forEach(kind -> add(Cell.lanewise(rule, kind, widest, n)));
        }
        narrower().forEach(width -> add(Cell.lanewise(rule, StoreKind.F32_NATIVE, width, LAYER)));
        avx2(rule, StoreKind.F32_NATIVE, LAYER);
        if (hasStates(rule)) {
            List.of(IN_CACHE, IN_MEMORY).forEach(n -> List.of(StoreKind.BF16_STATES_NATIVE, StoreKind.BF16_NATIVE)
                    .forEach(kind -> add(Cell.lanewise(rule, kind, widest, n))));
        }
        controls(rule, LAYER);
        add(Cell.lanewise(rule, StoreKind.F32_NATIVE, widest, OVERHEAD.getFirst()));
        add(Cell.polluted(rule, StoreKind.F32_NATIVE, widest, IN_CACHE));
        add(Cell.latency(rule, StoreKind.F32_NATIVE, widest, LAYER));
    }

    private void brief(String rule, List<Integer> sizes) {
        for (int n : sizes) {
            baselines(rule, n);
            add(Cell.lanewise(rule, StoreKind.F32_NATIVE, widest, n));
        }
    }

    private void baselines(String rule, int n) {
        add(Cell.scalar(rule, n));
        add(Cell.auto(rule, n));
        if (Workload.isElementwise(Workload.rules().get(rule))) {
            add(Cell.slab(rule, n));
        }
    }

    private void avx2(String rule, StoreKind kind, int n) {
        if (widest.bits() > Width.BITS_256.bits()) {
            add(Cell.avx2(rule, kind, n));
        }
    }

    private void controls(String rule, int n) {
        if (CONTROLLED.contains(rule)) {
            for (Loop loop : Loop.values()) {
                add(Cell.control(rule, loop, widest, n));
            }
        }
    }

    private void limits(List<Integer> sizes) {
        for (Probe.What what : Probe.What.values()) {
            if (what.isStream()) {
                sizes.forEach(n -> F32.forEach(kind -> add(Cell.probe(what.name(), Form.ROOF, kind, widest, n, 1))));
            } else {
                vectorWidths().forEach(width -> add(Cell.probe(what.name(), Form.ARITHMETIC, StoreKind.F32_NATIVE, width, IN_CACHE, 1)));
            }
        }
    }

    private void roofsByHand(List<Integer> sizes, List<Loop> loops) {
        sizes.forEach(n -> loops.forEach(loop -> add(Cell.roofControl(Probe.What.STREAM_28.name(), loop, widest, n))));
    }

    private void limitsOfTwoThreads() {
        for (Probe.What what : Probe.What.values()) {
            if (what.isStream()) {
                FEWER_SIZES.forEach(n -> add(Cell.probe(what.name(), Form.ROOF, StoreKind.F32_NATIVE, widest, n, 2)));
            }
        }
    }

    private List<Width> vectorWidths() {
        List<Width> widths = new ArrayList<>(narrower());
        widths.add(widest);
        return widths;
    }

    private List<Width> narrower() {
        return List.of(Width.BITS_128, Width.BITS_256).stream().filter(width -> width.bits() < widest.bits()).toList();
    }

    private static boolean hasStates(String rule) {
        Rule made = Workload.rules().get(rule);
        return !made.states().isEmpty();
    }

    private void add(Cell cell) {
        cells.add(cell);
    }
}
