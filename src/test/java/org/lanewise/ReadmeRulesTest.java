package org.lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.lanewise.tool.RuleTable;

/** README's table of rules has every rule once. */
class ReadmeRulesTest {
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `([A-Z]\\w+)` \\|.*\\|.*\\|.*\\|.*\\|$");

    @Test
    void everyRuleHasItsRow() throws Exception {
        String readme = Files.readString(Path.of("README.md"));
        String section = readme.substring(readme.indexOf("## Rules\n"), readme.indexOf("\n## ", readme.indexOf("## Rules\n") + 1));
        List<String> rows = ROW.matcher(section).results().map(row -> row.group(1)).sorted().toList();
        assertEquals(RuleTable.firstOfEach().keySet().stream().sorted().toList(), rows);
    }
}
