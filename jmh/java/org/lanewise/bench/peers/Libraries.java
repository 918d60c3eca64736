package org.lanewise.bench.peers;

import java.io.File;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;

/**
 * The libraries of the rivals, a folder for each.
 *
 * @param folder where they are
 */
public record Libraries(Path folder) {
    /** Those next to the benchmarks' jar, or to the folder of its classes. */
    public static Libraries nextToBenchmarks() {
        try {
            Path benchmarks = Path.of(Libraries.class.getProtectionDomain().getCodeSource().getLocation().toURI());
            return new Libraries(benchmarks.resolveSibling("peers"));
        } catch (URISyntaxException e) {
            throw new IllegalStateException("the benchmarks' jar is not a file", e);
        }
    }

    /** Those of the given rivals whose libraries are not there. */
    public List<Peer> missing(Collection<Peer> peers) {
        return peers.stream().filter(peer -> peer.folder() != null && !Files.isRegularFile(adapter(peer))).toList();
    }

    private Path adapter(Peer peer) {
        return folder.resolve(peer.folder()).resolve("adapter.jar");
    }

    /** Class path of a JVM that runs a rival: that of the benchmarks, then the rival's. */
    public String classPath(String benchmarks, Peer peer) {
        return peer.folder() == null ? benchmarks : benchmarks + File.pathSeparator + folder.resolve(peer.folder()) + File.separator + "*";
    }
}
