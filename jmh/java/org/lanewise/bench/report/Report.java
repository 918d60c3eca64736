package org.lanewise.bench.report;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.lanewise.bench.Form;
import org.lanewise.bench.Results;
import org.lanewise.tool.Page;

/** The page that shows results: {@code report.html}. */
public final class Report {
    private Report() {}

    private record Content(Results results, List<String> remarks, List<String> rivals, Map<String, String> forms) {}

    /**
     * Makes the page. It loads nothing; sections for which there are no results are left out.
     *
     * @param results what was measured
     * @param remarks paragraphs of plain text that explain cells which fall short
     * @return HTML
     * @throws IOException if one of the page's parts is missing on the class path
     */
    public static String html(Results results, List<String> remarks) throws IOException {
        return Page.of(Report.class, new Content(results, remarks, Cells.of(results).rivals(), Form.labels()));
    }
}
