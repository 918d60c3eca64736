package org.lanewise.bench.report;

import java.util.ArrayList;
import java.util.List;
import org.lanewise.bench.result.Results;

/** What has to be known of results before their numbers are read. */
public final class Warnings {
    private Warnings() {}

    /** A paragraph for each; none for a finished run without doubts. */
    public static List<String> of(Results results) {
        List<String> warnings = new ArrayList<>();
        if (!results.finished()) {
            warnings.add("Unfinished: the run was ended early, or a JVM failed. What was not measured is missing.");
        }
        if (results.doubted() > 0) {
            warnings.add(results.doubted() + " of " + (results.rows().size() + results.latencies().size()) + " times are in doubt, "
                    + "because the machine was busy or the code not compiled yet. They are marked in the table of all rows, and left out "
                    + "of tiles, charts, ratios and findings.");
        }
        return warnings;
    }
}
