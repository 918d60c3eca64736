package org.lanewise.bench.peers;

import static java.util.Comparator.comparing;

import java.io.PrintWriter;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.lanewise.bench.result.Row;
import org.lanewise.tool.TextTable;
import org.lanewise.tool.Units;

/** The table that {@code peers} prints: a line for each rule, size and number of threads, a column for each rival. */
public final class PeerTable {
    private PeerTable() {}

    /** Prints nanoseconds per parameter; a dash where nothing was measured, a question mark after what is in doubt. */
    public static void print(List<Row> rows, List<Peer> peers, PrintWriter out) {
        TextTable table = new TextTable(1, line("rule", "n", "threads", peers, Peer::toString));
        List<String> rules = Recipe.ALL.stream().map(Recipe::rule).toList();
        rows.stream().map(row -> new Line(row.rule(), row.n(), row.threads())).distinct()
                .sorted(comparing((Line line) -> rules.indexOf(line.rule)).thenComparingInt(Line::n).thenComparingInt(Line::threads))
                .forEach(line -> table.add(line(line.rule, Units.size(line.n), "" + line.threads, peers, peer -> rows.stream()
                        .filter(row -> line.holds(row) && row.form().equals(peer.form()) && row.storage().equals(peer.storage()))
                        .findFirst().map(row -> Units.fixed(row.nsPerElement(), 3) + (row.isTrusted() ? "" : "?")).orElse(Units.MISSING))));
        table.print(out);
    }

    private static String[] line(String rule, String n, String threads, List<Peer> peers, Function<Peer, String> cell) {
        return Stream.concat(Stream.of(rule, n, threads), peers.stream().map(cell)).toArray(String[]::new);
    }

    private record Line(String rule, int n, int threads) {
        boolean holds(Row row) {
            return rule.equals(row.rule()) && n == row.n() && threads == row.threads();
        }
    }
}
