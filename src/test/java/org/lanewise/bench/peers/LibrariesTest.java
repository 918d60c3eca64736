package org.lanewise.bench.peers;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lanewise.bench.plan.Measurement;

class LibrariesTest {
    @TempDir
    private Path folder;

    @Test
    void rivalsHaveTheirOwnLibrariesAfterTheBenchmarks() {
        Libraries libraries = new Libraries(folder);
        assertEquals("bench.jar" + File.pathSeparator + folder.resolve("libtorch") + File.separator + "*",
                libraries.classPath("bench.jar", Peer.LIBTORCH_FUSED));
        assertEquals(libraries.classPath("bench.jar", Peer.LIBTORCH_FUSED), libraries.classPath("bench.jar", Peer.LIBTORCH_OPTIM));
        assertEquals("bench.jar", libraries.classPath("bench.jar", Peer.LANEWISE));
    }

    @Test
    void rivalIsMissingUntilItsAdapterIsThere() throws Exception {
        Libraries libraries = new Libraries(folder);
        List<Peer> peers = List.of(Peer.LANEWISE, Peer.DJL, Peer.TRIBUO);
        assertEquals(List.of(Peer.DJL, Peer.TRIBUO), libraries.missing(peers));
        Files.createFile(Files.createDirectory(folder.resolve("djl")).resolve("adapter.jar"));
        assertEquals(List.of(Peer.TRIBUO), libraries.missing(peers));
    }

    @Test
    void librariesAreNextToTheClasses() {
        assertEquals("peers", Libraries.nextToBenchmarks().folder().getFileName().toString());
        assertEquals("target", Libraries.nextToBenchmarks().folder().getParent().getFileName().toString());
    }

    @Test
    void jvmOfARivalHasItsOptionsAndClassPath() {
        Task task = new Task(Peer.DJL, List.of("Adam"), List.of(4096), 2, new Measurement(1, 1, 1, 1));
        List<String> command = PeerRun.command(task, new Libraries(folder));
        assertEquals(1, command.stream().filter("-Dai.djl.pytorch.num_threads=2"::equals).count());
        assertEquals(System.getProperty("java.class.path") + File.pathSeparator + folder.resolve("djl") + File.separator + "*",
                command.get(command.indexOf("-cp") + 1));
    }
}
