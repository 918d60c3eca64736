package org.lanewise.bench.report;

import java.io.IOException;
import java.util.List;
import org.lanewise.bench.result.Results;
import org.lanewise.tool.Page;

/** The page that shows results: {@code report.html}. */
public final class Report {
    private Report() {}

    /**
     * Makes the page. It loads nothing; sections for which there are no results are left out.
     *
     * @param results what was measured
     * @param findings paragraphs of plain text that stand above the charts
     * @return HTML
     * @throws IOException if one of the page's parts is missing on the class path
     */
    public static String html(Results results, List<String> findings) throws IOException {
        return Page.of(Report.class, PageContent.of(results, findings));
    }
}
