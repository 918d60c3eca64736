package org.lanewise.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.module.ModuleFinder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.lanewise.bench.work.ParentWatch;
import org.lanewise.check.HotSpot;

/** The JVM a command needs: whether this one can be it, and how it is started. */
final class Jvm {
    private static final String MODULE = "jdk.incubator.vector";
    private static final String CHILD = "lanewise.child";
    private static final int LONGEST_END_SECONDS = 30;
    /** 128 and the number of the signal. */
    private static final int SIGKILL = 128 + 9;

    private Jvm() {}

    /** One sentence that says why kernels would not run here as they should; empty if they do. */
    static Optional<String> unusable() {
        HotSpot jvm = HotSpot.current();
        boolean isThere = ModuleLayer.boot().findModule(MODULE).isPresent();
        // Without the module the JVM's flag for vectors is off.
        return jvm.c2().or(jvm::fma).or(() -> isThere ? jvm.vectors() : Optional.empty())
                .map("kernels cannot be measured or verified here: "::concat)
                .or(() -> unusable(isThere || ModuleFinder.ofSystem().find(MODULE).isPresent()));
    }

    static Optional<String> unusable(boolean hasModule) {
        return hasModule ? Optional.empty() : Optional.of("Lanewise needs the module " + MODULE
                + ", which is not in the Java run-time image at " + System.getProperty("java.home"));
    }

    /** Whether this JVM was started by {@link #run}, or needs no other. */
    static boolean isReady(List<String> flags) {
        return Boolean.getBoolean(CHILD)
                || ModuleLayer.boot().findModule(MODULE).isPresent() && arguments().containsAll(flags);
    }

    /** Runs {@link Main} in a JVM of its own with this one's arguments, the vector module and some flags; gives its exit code. */
    static int run(List<String> flags, List<String> args) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(flags);
        command.addAll(ParentWatch.without(arguments()));
        command.add(ParentWatch.flag());
        command.addAll(List.of("--add-modules", MODULE, "--enable-native-access=ALL-UNNAMED", "-D" + CHILD + "=true",
                "-cp", System.getProperty("java.class.path"), Main.class.getName()));
        command.addAll(args);
        Process process = new ProcessBuilder(command).inheritIO().start();
        Thread end = new Thread(() -> endAndWait(process));
        Runtime.getRuntime().addShutdownHook(end);
        int code = process.waitFor();
        try {
            Runtime.getRuntime().removeShutdownHook(end);
        } catch (IllegalStateException _) {
            // This JVM ends too.
        }
        return code;
    }

    /** What to say of the exit code of a JVM that could not say it itself. */
    static Optional<String> killed(int code) {
        return code != SIGKILL ? Optional.empty() : Optional.of("the JVM that did the work was killed (exit code " + SIGKILL
                + ", SIGKILL), as Linux does where memory does not suffice: what it had written before is there, the rest is missing");
    }

    /** Until it has written what it has. */
    private static void endAndWait(Process process) {
        process.destroy();
        try {
            process.waitFor(LONGEST_END_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private static List<String> arguments() {
        return ManagementFactory.getRuntimeMXBean().getInputArguments();
    }
}
