package org.lanewise.bench.peers;

import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.lanewise.bench.Row;

/** The table that {@code peers} prints: a line for each rule, size and number of threads, a column for each rival. */
public final class PeerTable {
    private PeerTable() {}

    /** Nanoseconds per parameter; a dash where nothing was measured. */
    public static String of(List<Row> rows, List<Peer> peers) {
        List<String> rules = Recipe.ALL.stream().map(Recipe::rule).toList();
        var lines = rows.stream().collect(Collectors.groupingBy(
                row -> "%d %10d %d".formatted(rules.indexOf(row.rule()), row.n(), row.threads()), TreeMap::new, Collectors.toList()));
        String head = "%-10s%10s%9s".formatted("rule", "n", "threads") + columns(peers, Peer::toString) + "\n";
        return lines.values().stream().map(line -> line(line, peers)).collect(Collectors.joining("", head, ""));
    }

    private static String line(List<Row> line, List<Peer> peers) {
        Row first = line.getFirst();
        return "%-10s%10d%9d".formatted(first.rule(), first.n(), first.threads()) + columns(peers, peer -> line.stream()
                .filter(row -> row.form().equals(peer.form()) && row.storage().equals(peer.storage())).findFirst()
                .map(row -> String.format(Locale.ROOT, "%.3f", row.nsPerElement())).orElse("-")) + "\n";
    }

    private static String columns(List<Peer> peers, Function<Peer, String> text) {
        return peers.stream().map(peer -> "%16s".formatted(text.apply(peer))).collect(Collectors.joining());
    }
}
