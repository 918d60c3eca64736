package org.lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.module.ModuleReader;
import java.lang.module.ModuleReference;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.lanewise.verify.RuleTable;

class RuleTableTest {
    @Test
    void hasEveryRuleOfTheLibrary() throws Exception {
        Set<String> rules = new TreeSet<>();
        for (String type : typesInRulePackage()) {
            if (Rule.class.isAssignableFrom(Class.forName(type))) {
                rules.add(type);
            }
        }
        assertTrue(rules.size() >= 7, () -> "rules found: " + rules);
        assertEquals(rules, RuleTable.all().stream().map(r -> r.getClass().getName()).collect(Collectors.toCollection(TreeSet::new)));
    }

    @Test
    void turnsEveryOptionOnAndOff() {
        for (Rule plain : RuleTable.firstOfEach().values()) {
            Arrays.stream(plain.getClass().getRecordComponents()).filter(c -> c.getType() == boolean.class).forEach(option -> {
                Set<Object> seen = RuleTable.all().stream().filter(plain.getClass()::isInstance).map(rule -> {
                    try {
                        return option.getAccessor().invoke(rule);
                    } catch (ReflectiveOperationException e) {
                        throw new AssertionError(e);
                    }
                }).collect(Collectors.toSet());
                assertEquals(Set.of(true, false), seen, () -> plain.getClass().getSimpleName() + "." + option.getName());
            });
        }
    }

    private static Set<String> typesInRulePackage() throws IOException {
        Module module = Rule.class.getModule();
        ModuleReference reference = module.getLayer().configuration().findModule(module.getName()).orElseThrow().reference();
        try (ModuleReader reader = reference.open()) {
            return reader.list().filter(name -> name.matches("org/lanewise/rule/[A-Za-z]+\\.class"))
                    .map(name -> name.replace('/', '.').replace(".class", "")).collect(Collectors.toSet());
        }
    }
}
