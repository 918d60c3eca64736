package org.lanewise.bench.plan;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.lanewise.Rule;
import org.lanewise.Width;
import org.lanewise.bench.result.Form;
import org.lanewise.bench.result.Sizes;
import org.lanewise.bench.work.ControlBenchmark.Loop;
import org.lanewise.bench.work.PipelineBenchmark.Way;
import org.lanewise.bench.work.Probe;
import org.lanewise.bench.work.Workload;
import org.lanewise.tool.RuleTable;
import org.lanewise.tool.StoreKind;

/** Which cells a run measures: a quick look, or what the report has a place for, without much that repeats. */
public final class Plan {
    private static final int ODD = 100_003;
    private static final List<Integer> SIZES = List.of(Sizes.IN_CACHE, Sizes.LAYER, ODD, 1 << 20, Sizes.IN_MEMORY);
    private static final List<Integer> FEWER_SIZES = List.of(Sizes.IN_CACHE, Sizes.LAYER, Sizes.IN_MEMORY);
    private static final List<Integer> OVERHEAD = List.of(16, 1_000);
    private static final List<StoreKind> F32 = List.of(StoreKind.F32_NATIVE, StoreKind.F32_HEAP);
    private static final List<StoreKind> BF16 = List.of(StoreKind.BF16_STATES_NATIVE, StoreKind.BF16_STATES_HEAP, StoreKind.BF16_NATIVE);

    /** Rules that are measured in every form; the others in those that tell how fast they are. */
    private static final Set<String> IN_DETAIL =
            Set.of("GradientDescent", "Momentum", "Nesterov", "Sgd", "Rprop", "RmsProp", "Adam");

    private static final List<String> CONTROLLED = List.of("Sgd", "Adam");

    private final Width widest = Width.preferred();
    private final Set<Cell> cells = new LinkedHashSet<>();
    private final Asked asked;

    private Plan(Asked asked) {
        this.asked = asked;
    }

    /**
     * What the user asked for. Empty sets ask for what is usual. Rules asked for by name are measured in detail; sizes asked for take the
     * place of the usual ones. Limits and plain loops are measured whatever the storages and widths.
     *
     * @param rules names of rules
     * @param storages of Lanewise
     * @param sizes numbers of parameters
     * @param widths of Lanewise, in bits
     * @param threads numbers of threads
     */
    public record Asked(Set<String> rules, Set<StoreKind> storages, Set<Integer> sizes, Set<Integer> widths, Set<Integer> threads) {
        /** Everything. */
        public static final Asked ALL = new Asked(Set.of(), Set.of(), Set.of(), Set.of(), Set.of());

        private boolean wants(Cell cell) {
            return (threads.isEmpty() || threads.contains(cell.threads())) && (!cell.form().isLanewise()
                    || (storages.isEmpty() || storages.contains(cell.storage())) && (widths.isEmpty() || widths.contains(cell.width())));
        }

        private boolean wantsRule(String rule) {
            return rules.isEmpty() || rules.contains(rule);
        }

        /** Sizes of which more than overhead is measured. */
        private List<Integer> large(List<Integer> usual) {
            return sizes.isEmpty() ? usual : sizes.stream().filter(n -> n >= Sizes.SMALL).sorted().toList();
        }

        private List<Integer> small(List<Integer> usual) {
            return sizes.isEmpty() ? usual : sizes.stream().filter(n -> n < Sizes.SMALL).sorted().toList();
        }
    }

    /** What {@code --full} measures. */
    public static List<Cell> full(Asked asked) {
        Plan plan = new Plan(asked);
        for (String rule : plan.rules()) {
            if (plan.inDetail(rule)) {
                plan.detailed(rule);
            } else {
                plan.brief(rule, List.of(Sizes.LAYER, Sizes.IN_MEMORY));
            }
        }
        plan.limits(SIZES);
        plan.roofsByHand(FEWER_SIZES, List.of(Loop.VECTOR_NATIVE, Loop.VECTOR_HEAP));
        plan.limitsOfTwoThreads();
        return plan.cells.stream().filter(asked::wants).toList();
    }

    /** What fits into some minutes. */
    public static List<Cell> quick(Asked asked) {
        Plan plan = new Plan(asked);
        for (String rule : plan.rules()) {
            if (plan.inDetail(rule)) {
                plan.overview(rule);
            } else {
                plan.brief(rule, List.of(Sizes.LAYER));
            }
        }
        plan.limits(FEWER_SIZES);
        plan.roofsByHand(List.of(Sizes.LAYER, Sizes.IN_MEMORY), List.of(Loop.VECTOR_NATIVE));
        return plan.cells.stream().filter(asked::wants).toList();
    }

    /**
     * What {@code --pipeline} measures: whole training steps against passes by hand and a stream, on one thread and on two; many tensors
     * against one, and two groups in turn; sixteen parameters with all that a step can do and with the update alone.
     */
    public static List<Cell> pipeline(Asked asked) {
        Plan plan = new Plan(asked);
        for (int n : asked.large(List.of(Sizes.IN_CACHE, Sizes.LAYER, 1 << 20, Sizes.IN_MEMORY))) {
            for (Way way : Way.values()) {
                plan.add(Cell.pipeline(way, n, 1, 1, 1));
            }
            if (n != Sizes.LAYER && n % 2 == 0) {
                List.of(Way.FUSED, Way.STREAM).forEach(way -> plan.add(Cell.pipeline(way, n, 1, 1, 2)));
            }
        }
        if (asked.sizes().isEmpty()) {
            plan.add(Cell.pipeline(Way.FUSED, 200 * 1_000, 200, 1, 1));
            plan.add(Cell.pipeline(Way.FUSED, 200 * 1_000, 1, 1, 1));
            plan.add(Cell.pipeline(Way.FUSED, 5_000 * 20, 5_000, 2, 1));
            plan.add(Cell.pipeline(Way.FUSED, 5_000 * 20, 5_000, 1, 1));
            plan.add(Cell.pipeline(Way.FUSED, 5_000 * 20, 1, 1, 1));
        }
        for (int n : asked.small(List.of(16))) {
            plan.add(Cell.pipeline(Way.FUSED, n, 1, 1, 1));
            plan.add(Cell.lanewise("AdamW", StoreKind.F32_NATIVE, plan.widest, n));
        }
        return plan.cells.stream().filter(asked::wants).toList();
    }

    private List<String> rules() {
        return RuleTable.firstOfEach().keySet().stream().filter(asked::wantsRule).toList();
    }

    private boolean inDetail(String rule) {
        return !asked.rules().isEmpty() || IN_DETAIL.contains(rule);
    }

    private void detailed(String rule) {
        for (int n : asked.large(SIZES)) {
            add(Cell.auto(rule, n));
            F32.forEach(kind -> add(Cell.lanewise(rule, kind, widest, n)));
        }
        for (int n : asked.large(FEWER_SIZES)) {
            baselines(rule, n);
            if (hasStates(rule)) {
                BF16.forEach(kind -> add(Cell.lanewise(rule, kind, widest, n)));
            }
            if (n % 2 == 0) {
                add(Cell.lanewise(rule, StoreKind.F32_NATIVE, widest, n, 2));
            }
            controls(rule, n);
        }
        for (int n : asked.large(List.of(Sizes.IN_CACHE, Sizes.LAYER))) {
            narrower().forEach(width -> add(Cell.lanewise(rule, StoreKind.F32_NATIVE, width, n)));
            avx2(rule, StoreKind.F32_NATIVE, n);
        }
        for (int n : asked.large(List.of(Sizes.IN_CACHE))) {
            List.of(StoreKind.F32_NATIVE, StoreKind.F32_HEAP, StoreKind.BF16_NATIVE)
                    .forEach(kind -> add(Cell.polluted(rule, kind, widest, n)));
            if (widest.bits() > Width.BITS_256.bits()) {
                avx2(rule, StoreKind.F32_HEAP, n);
                add(Cell.autoAvx2(rule, n));
            }
        }
        asked.small(OVERHEAD).forEach(n -> F32.forEach(kind -> add(Cell.lanewise(rule, kind, widest, n))));
        for (int n : asked.large(List.of(Sizes.LAYER))) {
            add(Cell.latency(rule, StoreKind.F32_NATIVE, widest, n));
            if (rule.equals("Adam")) {
                List.of(StoreKind.F32_HEAP, StoreKind.BF16_STATES_NATIVE, StoreKind.BF16_NATIVE)
                        .forEach(kind -> add(Cell.latency(rule, kind, widest, n)));
            }
        }
    }

    private void overview(String rule) {
        for (int n : asked.large(FEWER_SIZES)) {
            F32.forEach(kind -> add(Cell.lanewise(rule, kind, widest, n)));
        }
        for (int n : asked.large(List.of(Sizes.LAYER))) {
            baselines(rule, n);
            narrower().forEach(width -> add(Cell.lanewise(rule, StoreKind.F32_NATIVE, width, n)));
            avx2(rule, StoreKind.F32_NATIVE, n);
            controls(rule, n);
            add(Cell.latency(rule, StoreKind.F32_NATIVE, widest, n));
        }
        if (hasStates(rule)) {
            asked.large(List.of(Sizes.IN_CACHE, Sizes.IN_MEMORY)).forEach(n -> List.of(StoreKind.BF16_STATES_NATIVE, StoreKind.BF16_NATIVE)
                    .forEach(kind -> add(Cell.lanewise(rule, kind, widest, n))));
        }
        asked.small(OVERHEAD.subList(0, 1)).forEach(n -> add(Cell.lanewise(rule, StoreKind.F32_NATIVE, widest, n)));
        asked.large(List.of(Sizes.IN_CACHE)).forEach(n -> add(Cell.polluted(rule, StoreKind.F32_NATIVE, widest, n)));
    }

    private void brief(String rule, List<Integer> sizes) {
        asked.small(List.of()).forEach(n -> add(Cell.lanewise(rule, StoreKind.F32_NATIVE, widest, n)));
        for (int n : asked.large(sizes)) {
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
                asked.large(sizes).forEach(n -> F32.forEach(kind -> add(Cell.probe(what.name(), Form.ROOF, kind, widest, n, 1))));
            } else if (!asked.large(sizes).isEmpty()) {
                vectorWidths().forEach(
                        width -> add(Cell.probe(what.name(), Form.ARITHMETIC, StoreKind.F32_NATIVE, width, Sizes.IN_CACHE, 1)));
            }
        }
    }

    private void roofsByHand(List<Integer> sizes, List<Loop> loops) {
        asked.large(sizes).forEach(n -> loops.forEach(loop -> add(Cell.roofControl(Probe.What.STREAM_28.name(), loop, widest, n))));
    }

    private void limitsOfTwoThreads() {
        for (Probe.What what : Probe.What.values()) {
            if (what.isStream()) {
                asked.large(FEWER_SIZES).stream().filter(n -> n % 2 == 0)
                        .forEach(n -> add(Cell.probe(what.name(), Form.ROOF, StoreKind.F32_NATIVE, widest, n, 2)));
            } else if (!asked.large(FEWER_SIZES).isEmpty()) {
                // Of 64 Ki: in a step of 4 Ki, waiting for the other thread would count.
                add(Cell.probe(what.name(), Form.ARITHMETIC, StoreKind.F32_NATIVE, widest, Sizes.LAYER, 2));
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
