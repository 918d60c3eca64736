package org.lanewise.bench.plan;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** System properties by which JMH's lock is a file of the test's own and is asked for; closing brings the usual ones back. */
public final class OwnLock implements AutoCloseable {
    private static final String FOLDER = "java.io.tmpdir";

    private final Map<String, String> usual = new HashMap<>();

    public OwnLock(Path folder) {
        usual.put(FOLDER, System.setProperty(FOLDER, folder.toString()));
        usual.put(JmhLock.IGNORE, System.clearProperty(JmhLock.IGNORE));
    }

    @Override
    public void close() {
        usual.forEach((name, value) -> {
            if (value == null) {
                System.clearProperty(name);
            } else {
                System.setProperty(name, value);
            }
        });
    }
}
