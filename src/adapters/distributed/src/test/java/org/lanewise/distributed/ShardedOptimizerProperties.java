package org.lanewise.distributed;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.lanewise.Clipping;
import org.lanewise.Group;
import org.lanewise.NonFinite;
import org.lanewise.OptimizerBuilder;
import org.lanewise.Rule;
import org.lanewise.Storage;
import org.lanewise.rule.GradientDescent;
import org.lanewise.tool.RuleTable;

/** Any model, rules and clipping on any number of ranks leave the bits of one process. */
class ShardedOptimizerProperties {
    /** What an optimizer is told, in a form that shows itself. */
    record Told(Rule rule, Clipping.Form clipping, boolean firstIsFrozen, boolean lastHasRuleOfItsOwn) {
        OptimizerBuilder tell(OptimizerBuilder builder, int tensors) {
            String first = Model.name(0), last = Model.name(tensors - 1);
            builder.rule(rule).clip(new Clipping(clipping, 0.5)).nonFinite(NonFinite.SKIP);
            if (firstIsFrozen && tensors > 2) {
                builder.group(Group.matching(first).frozen());
            }
            return lastHasRuleOfItsOwn && tensors > 1 ? builder.group(Group.matching(last).withRule(new GradientDescent(0.1))) : builder;
        }
    }

    @Provide
    Arbitrary<Model> models() {
        Arbitrary<Long> dimension = Arbitraries.longs().between(0, 40);
        Arbitrary<long[]> shape = dimension.array(long[].class).ofMinSize(0).ofMaxSize(3).filter(each -> size(each) <= 20_000);
        return Combinators.combine(shape.list().ofMinSize(1).ofMaxSize(8), Arbitraries.of(Storage.F32, Storage.BF16))
                .as((List<long[]> shapes, Storage states) -> new Model(shapes, states, false));
    }

    private static long size(long[] shape) {
        long size = 1;
        for (long dimension : shape) {
            size *= dimension;
        }
        return size;
    }

    @Provide
    Arbitrary<Told> told() {
        return Combinators.combine(Arbitraries.of(RuleTable.all()), Arbitraries.of(Clipping.Form.values()),
                Arbitraries.of(false, true), Arbitraries.of(false, true)).as(Told::new);
    }

    @Property(tries = 80)
    void anyModelOnAnyNumberOfRanks(@ForAll("models") Model model, @ForAll("told") Told told, @ForAll @IntRange(min = 1, max = 5) int ranks,
            @ForAll Reduction reduction) {
        Session session = Session.of(model, builder -> told.tell(builder, model.shapes().size())).with(reduction);
        SameBits.assertAsOneProcess(session, ranks, 3);
    }
}
