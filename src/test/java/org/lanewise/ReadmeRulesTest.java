package org.lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.lanewise.tool.RuleTable;

/** The table of rules has every rule once, and the README names each. */
class ReadmeRulesTest {
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `([A-Z]\\w+)` \\|.*\\|.*\\|.*\\|.*\\|$");

    @Test
    void everyRuleHasItsRow() throws Exception {
        String rules = Files.readString(Path.of("src/docs/rules.md"));
        List<String> rows = ROW.matcher(rules).results().map(row -> row.group(1)).sorted().toList();
        assertEquals(RuleTable.firstOfEach().keySet().stream().sorted().toList(), rows);
    }

    @Test
    void everyRuleIsNamedInTheReadme() throws Exception {
        String readme = Files.readString(Path.of("README.md"));
        assertEquals(List.of(), RuleTable.firstOfEach().keySet().stream().filter(rule -> !readme.contains("`" + rule + "`")).toList());
    }
}
