package org.lanewise.bench.plan;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** System properties by which JMH's lock is a file of the test's own and is asked for; after it the usual ones are back. */
public final class OwnLock implements BeforeEachCallback, AfterEachCallback {
    private static final String FOLDER = "java.io.tmpdir";

    private final Supplier<Path> folder;
    private final Map<String, String> usual = new HashMap<>();

    public OwnLock(Supplier<Path> folder) {
        this.folder = folder;
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        usual.put(FOLDER, System.setProperty(FOLDER, folder.get().toString()));
        usual.put(JmhLock.IGNORE, System.clearProperty(JmhLock.IGNORE));
    }

    @Override
    public void afterEach(ExtensionContext context) {
        usual.forEach((name, value) -> {
            if (value == null) {
                System.clearProperty(name);
            } else {
                System.setProperty(name, value);
            }
        });
    }
}
