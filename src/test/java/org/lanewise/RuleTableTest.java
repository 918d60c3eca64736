package org.lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.module.ModuleReader;
import java.lang.module.ModuleReference;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.lanewise.tool.RuleTable;

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
    void hasEveryOptionOnAndOffAndEveryNumberOffItsDefault() throws Exception {
        List<String> missing = new ArrayList<>();
        for (Rule first : RuleTable.firstOfEach().values()) {
            Object plain = first.getClass().getConstructor(double.class).newInstance(first.learningRate());
            for (RecordComponent component : first.getClass().getRecordComponents()) {
                Object usual = component.getAccessor().invoke(plain);
                Set<Object> seen = new HashSet<>();
                for (Rule row : RuleTable.all().stream().filter(first.getClass()::isInstance).toList()) {
                    seen.add(component.getAccessor().invoke(row));
                }
                boolean isMissing = component.getType() == boolean.class ? seen.size() < 2 : seen.equals(Set.of(usual));
                if (isMissing && !component.getName().equals("learningRate")) {
                    missing.add(first.getClass().getSimpleName() + "." + component.getName());
                }
            }
        }
        assertEquals(List.of(), missing);
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
