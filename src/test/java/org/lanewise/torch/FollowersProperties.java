package org.lanewise.torch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.lanewise.Rule;
import org.lanewise.generators.Rules;
import org.lanewise.rule.Adam;
import org.lanewise.rule.AdamW;
import org.lanewise.tool.RuleTable;
import org.lanewise.torchfile.Pickled;

/** Options of rules and those of PyTorch's optimizers are made of each other. */
class FollowersProperties {
    @Provide
    Arbitrary<Rule> rules() {
        return Rules.of(RuleTable.all().stream().filter(rule -> Followers.names().stream()
                .anyMatch(name -> name.equalsIgnoreCase(rule.getClass().getSimpleName()))).toList());
    }

    @Property(tries = 500)
    void optionsThatAreWrittenAreReadAsTheSameRule(@ForAll("rules") Rule rule, @ForAll boolean maximize) throws IOException {
        Follower<?> follower = Followers.of(rule);
        Map<Pickled.Key, Pickled> written;
        try {
            written = follower.options(rule, rule.learningRate(), maximize);
        } catch (IllegalArgumentException e) {
            assertTrue(e.getMessage().startsWith("PyTorch has no counterpart of "), e::getMessage);
            return;
        }
        Options options = new Options(new Pickled.Dict(written));
        assertEquals(follower, Followers.find(options, follower.torchNames(rule)));
        Rule read = follower.rule(options);
        // Options that have no effect without another may have been lost.
        assertEquals(written, follower.options(read, rule.learningRate(), maximize));
        assertEquals(maximize, options.flag("maximize"));
        if (rule instanceof Adam || rule instanceof AdamW) {
            assertEquals(rule.states(), read.states());
        }
    }

    @Test
    void noTwoStatesOfARuleHaveOneName() {
        for (Rule rule : RuleTable.all()) {
            if (Followers.names().stream().anyMatch(name -> name.equalsIgnoreCase(rule.getClass().getSimpleName()))) {
                for (int rank = 0; rank < 4; rank++) {
                    Set<String> names = new HashSet<>();
                    for (Rule.State state : rule.states()) {
                        Followers.of(rule).torchName(state.name(), rank).ifPresent(name -> assertTrue(names.add(name), name));
                    }
                }
            }
        }
    }
}
